import { random } from "latent";
import { ilqr, type Dynamics, type Problem, quadraticCost } from "latent/control";
import { describe, expect, test } from "vitest";
import { plus, product } from "../../../lib/core/numeric/flat-matrix";
import { fixture } from "../../support/fixtures";
import { flat, item, vector } from "../fixtures";

type Rows = readonly (readonly number[])[];
interface Case {
  readonly A: Rows;
  readonly B: Rows;
  readonly c: readonly number[];
  readonly noise: readonly { readonly f: readonly number[]; readonly G: Rows; readonly H: Rows }[];
  readonly goal: readonly number[];
  readonly state: Rows;
  readonly control: Rows;
  readonly terminal: Rows;
  readonly start: readonly number[];
  readonly horizon: number;
  readonly cost: number;
  readonly gains: readonly Rows[];
  readonly offsets: Rows;
}
const { cases } = fixture("control_noise") as { readonly cases: readonly Case[] };

function noisy({ A, B, c, noise }: Case): Dynamics {
  const [Z, U] = [c.length, B[0]?.length ?? 0];
  const sum = (M: Rows, z: Float64Array, N: Rows, u: Float64Array, c: readonly number[]) =>
    plus(plus(product(flat(M), z, Z), product(flat(N), u, U)), vector(...c));
  return {
    stateSize: Z,
    controlSize: U,
    next: (z, u) => sum(A, z, B, u, c),
    noise(z, u) {
      const columns = noise.map(({ f, G, H }) => sum(G, z, H, u, f));
      return Float64Array.from(
        { length: Z * columns.length },
        (_, k) => item(columns, k % columns.length)[Math.floor(k / columns.length)] ?? NaN,
      );
    },
  };
}

describe.each(cases)("linear dynamics with noise that depends on state and control, case %#", (given) => {
  const problem: Problem = { dynamics: noisy(given), cost: quadraticCost(given), horizon: given.horizon };
  const plan = ilqr(problem, given.start, { tolerance: 1e-13 });

  test("has the expected cost of SciPy's best affine controls", () => {
    expect(plan.converged).toBe(true);
    // Central differences of linear functions have rounding of 1e-10 only
    expect(plan.expectedCost).toBeNear(given.cost, { abs: 1e-8 });
    expect(plan.expectedCost).toBeGreaterThan(plan.cost);
  });

  test("has SciPy's controls and gains", () => {
    plan.controls.forEach((u, t) => {
      const K = flat(item(given.gains, t));
      // The state before a gain varies in all directions only after noise of at least Z columns.
      // BFGS stops at a slope of 1e-9 or of the rounding of differences, 1e-8; curvatures are at least 1e-3
      if (t > 0 && given.noise.length >= given.c.length)
        expect(item(plan.gains, t)).toBeNear(K, { abs: 1e-4 });
      const z = item(plan.states, t);
      expect(u).toBeNear(plus(product(K, z, z.length), vector(...item(given.offsets, t))), { abs: 1e-4 });
    });
  });

  test("is solved by one iteration; another finds no more to gain", () => {
    // Rounding of the differences may leave a third
    expect(plan.iterations).toBeLessThanOrEqual(3);
  });
});

/** A pendulum whose torque is noisy: x″ = −sin x + u (1 + σ ε). */
function shaky(sigma: number): Problem {
  return {
    dynamics: {
      stateSize: 2,
      controlSize: 1,
      next: ([x = NaN, v = NaN], [u = NaN]) => vector(x + 0.1 * v, v + 0.1 * (u - Math.sin(x))),
      ...(sigma === 0 ? {} : { noise: (_z, [u = NaN]) => vector(0, 0.1 * sigma * u) }),
    },
    cost: quadraticCost({ goal: [1, 0], state: [0, 0], control: [0.01], terminal: [20, 2] }),
    horizon: 20,
  };
}

test("the expected cost of a nonlinear problem is that of simulations", () => {
  const problem = shaky(0.3);
  const plan = ilqr(problem, [0, 0]);
  const noise = random.stream(random.key(3));
  const runs = 4000;
  let [sum, squares] = [0, 0];
  for (let n = 0; n < runs; n++) {
    let z = vector(0, 0);
    let cost = 0;
    plan.controls.forEach((planned, t) => {
      const u = plus(planned, product(item(plan.gains, t), plus(z, item(plan.states, t), -1), 2));
      const F = problem.dynamics.noise?.(z, u, t) ?? vector(0, 0);
      cost += problem.cost.stage(z, u, t);
      z = plus(problem.dynamics.next(z, u, t), F, noise.normal());
    });
    cost += problem.cost.terminal(z);
    sum += cost;
    squares += cost * cost;
  }
  const mean = sum / runs;
  const error = Math.sqrt((squares / runs - mean * mean) / runs);
  // Six standard errors, and 1 % for what the quadratic approximation of the sine leaves out
  expect(plan.expectedCost).toBeNear(mean, { abs: 6 * error + 0.01 * mean });
  expect(6 * error).toBeLessThan(0.1 * mean);
});

test("noise of the controls makes them smaller, at the price of the goal", () => {
  const [still, moved] = [ilqr(shaky(0), [0, 0]), ilqr(shaky(0.5), [0, 0])];
  const effort = (plan: typeof still) => plan.controls.reduce((sum, [u = NaN]) => sum + u * u, 0);
  expect(effort(moved)).toBeLessThan(effort(still));
  expect(still.expectedCost).toBe(still.cost);
});

test("noise of a wrong size is an error", () => {
  const { dynamics, ...rest } = shaky(0.1);
  const wrong = { ...rest, dynamics: { ...dynamics, noise: () => vector(1, 2, 3) } };
  expect(() => ilqr(wrong, [0, 0])).toThrow("ilqr: dynamics.noise, of 2 rows, must have 4 numbers, got 3");
});
