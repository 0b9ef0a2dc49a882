import { random, tf } from "latent";
import { cartPole, pendulum } from "latent/envs";
import { describe, expect, test } from "vitest";

const DURATION = 1; // s
const STARTS = { theta: [1.2, 2, -2.5, 0.8], spin: [0.5, -1, 5, 0] };

/** Moves for `DURATION` seconds without a force; returns the greatest change of the energy of each row. */
function drift<S extends Record<string, tf.Tensor>>(
  step: (state: S) => S,
  start: S,
  dt: number,
  energy: (row: (name: keyof S) => number) => number,
): number[] {
  let state = start;
  const rows = STARTS.theta.length;
  const energies = (): number[] => {
    const values = Object.fromEntries(Object.entries(state).map(([name, x]) => [name, x.dataSync()]));
    return Array.from({ length: rows }, (_, b) => energy((name) => values[name as string]?.[b] ?? NaN));
  };
  const first = energies();
  const worst = first.map(() => 0);
  for (let t = 0; t < Math.round(DURATION / dt); t++) {
    state = step(state);
    energies().forEach((e, b) => {
      if (Math.abs(e - (first[b] ?? NaN)) > Math.abs(worst[b] ?? NaN)) worst[b] = e - (first[b] ?? NaN);
    });
  }
  return worst;
}

function vector(values: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...values]);
}

const key = random.key(0);
const none = tf.zeros([4, 1]);

describe("without a force the energy is kept", () => {
  /**
   * Semi-implicit Euler (velocity first) keeps the modified energy H − ½ dt θ̇ V′(θ) up to O(dt²) for all
   * times (Hairer, Lubich, Wanner, Geometric Numerical Integration, on symplectic Euler). So its error falls
   * by 4 when dt is halved, up to terms of the next order, which change the ratio by O(dt): at dt = 0.02 and
   * frequencies up to 8 rad/s by some 8 %. float32 rounds energies of 10 J to 1e-6 in each of 100 steps, at
   * random: 1e-5, against errors above 1e-3.
   */
  test("by the pendulum: to second order in dt after the known first one", () => {
    const env = pendulum({ maxSteps: 100_000 });
    const { gravity: g, mass: m, length: l } = env.params;
    const inertia = (m * l ** 2) / 3; // of a rod about its end
    const worst = [0.02, 0.01].map((dt) =>
      drift(
        (state) => env.step(key, state, none, { ...env.params, dt, maxSpeed: 100 }).state,
        {
          theta: vector(STARTS.theta),
          speed: vector(STARTS.spin),
          time: tf.zeros<tf.Rank.R1>([4], "int32"),
        },
        dt,
        (row) => {
          const [theta, speed] = [row("theta"), row("speed")];
          const force = -m * g * (l / 2) * Math.sin(theta); // V′ of V = m g l/2 cos θ
          const energy = (inertia * speed ** 2) / 2 + m * g * (l / 2) * Math.cos(theta);
          return energy - (dt / 2) * speed * force;
        },
      ),
    );
    const [coarse = [], fine = []] = worst;
    coarse.forEach((error, b) => {
      expect(error / (fine[b] ?? NaN), `row ${b}: ${error}`).toBeGreaterThan(3.4);
      expect(error / (fine[b] ?? NaN), `row ${b}: ${error}`).toBeLessThan(4.6);
    });
  });

  /**
   * Explicit Euler has a global error c₁ dt + c₂ dt² + …: it falls by 2 when dt is halved, and what
   * 2 E(dt/2) − E(dt) leaves is of second order. A wrong term of the dynamics leaves a change that does not
   * vanish with dt: the ratio is 1 then.
   */
  test("by cart and pole: to first order in dt", () => {
    const env = cartPole({ task: "swing-up", maxSteps: 100_000 });
    const { gravity: g, cartMass, poleMass: m, halfLength: l } = env.params;
    const zeros = vector([0, 0, 0, 0]);
    const worst = [0.004, 0.002, 0.001].map((dt) =>
      drift(
        (state) => env.step(key, state, none, { ...env.params, dt, track: 1000 }).state,
        {
          x: zeros,
          speed: vector([0.3, -0.5, 0, 1]),
          theta: vector(STARTS.theta),
          spin: vector(STARTS.spin),
          time: tf.zeros<tf.Rank.R1>([4], "int32"),
        },
        dt,
        (row) => {
          const [v, theta, spin] = [row("speed"), row("theta"), row("spin")];
          // The pole is a rod of length 2 l: ½ · 4/3 m l² about its end, and its centre moves with the cart
          return (
            ((cartMass + m) * v ** 2) / 2 +
            m * l * v * spin * Math.cos(theta) +
            ((4 / 3) * m * l ** 2 * spin ** 2) / 2 +
            m * g * l * Math.cos(theta)
          );
        },
      ),
    );
    const [coarse = [], middle = [], fine = []] = worst;
    coarse.forEach((error, b) => {
      const [half, quarter] = [middle[b] ?? NaN, fine[b] ?? NaN];
      expect(half / quarter, `row ${b}: ${error}, ${half}, ${quarter}`).toBeGreaterThan(1.8);
      expect(half / quarter, `row ${b}: ${error}, ${half}, ${quarter}`).toBeLessThan(2.2);
      // What is left of the first order; float32 rounds 0.5 J to 3e-8 in each of 2000 steps: 1.3e-6
      expect(Math.abs(2 * quarter - half)).toBeLessThan(0.1 * Math.abs(half) + 5e-6);
    });
  });
});
