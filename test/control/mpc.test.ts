import { random } from "latent";
import {
  cem,
  controlAt,
  type Dynamics,
  ilqr,
  linearDynamics,
  localLqr,
  lqr,
  mpc,
  mpcStep,
  mppi,
  type Planner,
  type Problem,
  quadraticCost,
  randomShooting,
} from "latent/control";
import { describe, expect, test, vi } from "vitest";
import { control, item, lqrProblem, problemOf, vector } from "./fixtures";

const key = random.key(2);
const byIlqr: Planner = (problem, z, _, guess) => ilqr(problem, z, { guess });

describe.each(control.finiteHorizon)("a time-varying linear-quadratic problem, case %#", (numbers) => {
  const given = lqrProblem(numbers);
  const problem = problemOf(given);
  const steps = problem.horizon;
  const start = given.terminal.z.map(() => 0.6);

  test("is controlled as by the regulator, if plans end at the last step", () => {
    const { policy } = lqr(given);
    for (const planner of [byIlqr, localLqr]) {
      const run = mpc(problem, planner, start, key, { steps, shrinking: true });
      run.controls.forEach((u, t) => {
        expect(u).toBeNear(controlAt(item(policy, t), item(run.states, t)), { abs: 1e-10 });
      });
      expect(run.cost).toBeNear(item(run.plans, 0).cost, { abs: 1e-10 });
    }
  });
});

/** A mass on a line, pushed by a force within ±1; its derivatives are not given. */
const mass: Dynamics = {
  stateSize: 2,
  controlSize: 1,
  next: ([x = NaN, v = NaN], [u = NaN]) => vector(x + 0.2 * v, v + 0.2 * u),
};
const problem: Problem = {
  dynamics: mass,
  cost: quadraticCost({ goal: [1, 0], state: [1, 0.2], control: [0.05] }),
  horizon: 12,
  limits: { lower: [-1], upper: [1] },
};

const planners: Record<string, Planner> = {
  ilqr: byIlqr,
  localLqr,
  cem: (p, z, k, guess) => cem(p, z, k, { correlation: 0.5, guess }),
  mppi: (p, z, k, guess) => mppi(p, z, k, { temperature: 0.1, guess }),
  randomShooting: (p, z, k, guess) => randomShooting(p, z, k, { guess }),
};

describe.each(Object.entries(planners))("%s", (_, planner) => {
  test("brings a mass to the goal and keeps it there, within the limits", () => {
    const run = mpc(problem, planner, [0, 0], key, { steps: 40 });
    const [x, v] = item(run.states, 40);
    // Half of a step at full force moves the mass by 0.01; draws leave ten times as much
    expect(x).toBeNear(1, { abs: 0.1 });
    expect(v).toBeNear(0, { abs: 0.2 });
    expect(run.controls.every(([u = NaN]) => Math.abs(u) <= 1)).toBe(true);
    expect(run.plans).toHaveLength(40);
  });
});

test("a system with noise gets its time and a new key at each step", () => {
  const system = vi.fn((z: Float64Array, u: Float64Array, t: number, k: random.Key) => {
    const noise = random.stream(k).normal(0, 0.01);
    return mass.next(z, u, t).map((x) => x + noise);
  });
  const run = mpc(problem, byIlqr, [0, 0], key, { steps: 20, system });
  expect(system.mock.calls.map(([, , t]) => t)).toEqual(Array.from({ length: 20 }, (_, t) => t));
  expect(new Set(system.mock.calls.map(([, , , k]) => k.words.toString())).size).toBe(20);
  const [x] = item(run.states, 20);
  expect(x).toBeNear(1, { abs: 0.15 });
  run.plans.forEach((plan, t) => expect(plan.states[0]).toEqual(run.states[t]));
});

test("the next plan starts from the last one, shifted by a step, with its feedback", () => {
  const planner = vi.fn(byIlqr);
  const run = mpc(problem, planner, [0, 0], key, { steps: 2 });
  const [first, second] = planner.mock.calls;
  expect(first?.[3]).toBeUndefined();
  const { controls, states, gains = [] } = item(run.plans, 0);
  expect(second?.[3]).toEqual({
    controls: [...controls.slice(1), item(controls, 11)],
    states: states.slice(1),
    gains: [...gains.slice(1), item(gains, 11)],
  });
});

test("mpcStep counts the model's and the cost's steps from the given time", () => {
  const models = [0, 1, 2, 3].map((t) => ({ A: vector(1), B: vector(1), c: vector(t) }));
  const stage = vi.fn((_: Float64Array, [u = NaN]: Float64Array, t: number) => (u - t) ** 2);
  const timed: Problem = { dynamics: linearDynamics(models), cost: { stage, terminal: () => 0 }, horizon: 2 };
  const { control: u, plan, guess } = mpcStep(timed, byIlqr, [5], key, { time: 2 });
  // (u − t)² with the steps 2 and 3, and z′ = z + u + t
  expect(u).toBeNear([2], { abs: 1e-6 });
  expect(plan.states.flatMap((z) => [...z])).toBeNear([5, 9, 15], { abs: 1e-5 });
  expect(guess.controls.flatMap((x) => Array.from(x))).toBeNear([3, 3], { abs: 1e-6 });
});

describe("errors", () => {
  test("name the function, the argument and what was expected", () => {
    expect(() => mpc(problem, byIlqr, [0], key, { steps: 3 })).toThrow(
      "mpc: start must have 2 numbers, got 1",
    );
    expect(() => mpc(problem, byIlqr, [0, 0], key, { steps: 0 })).toThrow(
      "mpc: steps must be a positive integer, got 0",
    );
    expect(() => mpc(problem, byIlqr, [0, 0], key, { steps: 3, system: () => vector(1) })).toThrow(
      "mpc: the state that system returns must have 2 numbers, got 1",
    );
    expect(() => mpcStep(problem, byIlqr, [0, 0], key, { time: -1 })).toThrow(
      "mpcStep: time must be a non-negative integer, got -1",
    );
    const nothing: Planner = () => ({ states: [], controls: [], cost: 0 });
    expect(() => mpcStep(problem, nothing, [0, 0], key)).toThrow(
      "mpcStep: planner must return a plan with at least one control, got none",
    );
  });
});
