import { random } from "latent";
import { cem, type Cost, type Dynamics, ilqr, localLqr, type Problem } from "latent/control";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { item, vector } from "../fixtures";

interface Solved {
  readonly values: readonly number[];
  readonly followed: readonly number[];
}

interface Pendulum {
  readonly dt: number;
  readonly gravity: number;
  readonly torque: number;
  readonly steps: number;
  readonly starts: readonly (readonly number[])[];
  readonly coarse: Solved;
  readonly fine: Solved;
}

const { dt, gravity, torque, steps, starts, coarse, fine } = fixture("control_pendulum") as Pendulum;

/** As in test/fixtures/control_pendulum.py; the derivatives are left to central differences. */
const dynamics: Dynamics = {
  stateSize: 2,
  controlSize: 1,
  next([angle = NaN, speed = NaN], [u = NaN]) {
    const after = speed + dt * (gravity * Math.sin(angle) + u);
    return vector(angle + dt * after, after);
  },
};
const cost: Cost = {
  stage: ([angle = NaN, speed = NaN], [u = NaN]) =>
    dt * (1 - Math.cos(angle) + 0.05 * speed ** 2 + 0.02 * u ** 2),
  terminal: ([angle = NaN, speed = NaN]) => 2 * (1 - Math.cos(angle)) + 0.5 * speed ** 2,
};
const problem: Problem = { dynamics, cost, horizon: steps, limits: { lower: [-torque], upper: [torque] } };

/** Slow random torques. */
function slowNoise(seed: number): number[][] {
  const stream = random.stream(random.key(seed));
  let e = 0;
  return Array.from({ length: steps }, () => [3 * (e = 0.9 * e + 0.44 * stream.normal())]);
}

/** The cross-entropy method with slow noise. */
function cemControls(start: readonly number[], seed: number): readonly Float64Array[] {
  const noise = { sigma: 3, correlation: 0.9 };
  return cem(problem, start, random.key(seed), { ...noise, samples: 200, elites: 20, iterations: 10 })
    .controls;
}

/**
 * For each start, controls that lead to the best of the many local minima: iLQR improves a plan, it does not
 * choose the direction of the swing.
 */
const firstControls: readonly ((start: readonly number[]) => readonly ArrayLike<number>[])[] = [
  () => Array.from({ length: steps }, (_, t) => [t < 4 ? torque : 0]),
  () => slowNoise(28),
  (start) => cemControls(start, 5),
  (start) => localLqr(problem, start).controls,
];

describe.each(starts.map((start, i) => ({ start, i })))("the pendulum from $start", ({ start, i }) => {
  test("has a plan of iLQR that is as good as that of dynamic programming", () => {
    const plan = ilqr(problem, start, { guess: { controls: item(firstControls, i)(start) } });
    expect(plan.converged).toBe(true);
    // What the grid's controller reaches is an upper bound of the least cost
    expect(plan.cost).toBeLessThanOrEqual(item(fine.followed, i));
    // Halving the grid's spacing removes at least 40 % of the error of its values, so that at most 1.5 times
    // the change is left; no cost may be lower than by that
    const change = Math.abs(item(coarse.values, i) - item(fine.values, i));
    expect(plan.cost).toBeGreaterThanOrEqual(item(fine.values, i) - 1.5 * change);
  });
});
