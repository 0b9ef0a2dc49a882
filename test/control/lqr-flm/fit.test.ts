import { random } from "latent";
import { linearDynamics, lqrFlm, rollout } from "latent/control";
import { describe, expect, test } from "vitest";
import { item, vector } from "../fixtures";
import { array, flm, modelOf } from "./fixtures";

describe.each(flm.regression)("a regression with the strength $strength, case %#", (numbers) => {
  const trajectories = numbers.states.map((states, i) => ({
    states: states.map((z) => vector(...z)),
    controls: item(numbers.controls, i).map((u) => vector(...u)),
  }));
  const { strength, prior } = numbers;
  const { initial, models } = lqrFlm.fit(trajectories, { strength, ...(prior && { prior: modelOf(prior) }) });

  test("has at each step the least squares of the rows and those that the prior stands for", () => {
    models.forEach((model, t) => {
      const expected = item(numbers.models, t);
      // Two ways to solve systems of condition below 1e3; the global model has a ridge of 1e-9 of a row
      const near = { abs: prior ? 1e-11 : 1e-8 };
      expect(model.A).toBeNear(array(expected.A), near);
      expect(model.B).toBeNear(array(expected.B), near);
      expect(model.c).toBeNear(array(expected.c), near);
      expect(model.W).toBeNear(array(expected.W), near);
    });
  });

  test("has the mean and the covariance of the first states", () => {
    expect(initial.mean).toBeNear(array(numbers.initial.mean), { abs: 1e-14 });
    expect(initial.covariance).toBeNear(array(numbers.initial.covariance), { abs: 1e-14 });
  });
});

const A = vector(1, 0.1, 0, 0.9);
const truth = { A, B: vector(0, 0.2), c: vector(0.05, 0) };

/** Rollouts of a linear system under random controls. */
function rollouts(count: number, steps: number, control: (draw: number) => number) {
  const numbers = random.stream(random.key(4));
  const problem = { dynamics: linearDynamics(truth), cost: { stage: () => 0, terminal: () => 0 } };
  return Array.from({ length: count }, () => {
    const controls = Array.from({ length: steps }, () => vector(control(numbers.normal())));
    return rollout(problem, [numbers.normal(), numbers.normal()], controls);
  });
}

test("a linear system without noise is found exactly, from few rollouts", () => {
  // Three rollouts do not determine four numbers a row and step, but all steps share the system
  const { models } = lqrFlm.fit(rollouts(3, 8, (draw) => draw));
  for (const model of models) {
    expect(model.A).toBeNear(A, { abs: 1e-7 });
    expect(model.B).toBeNear(truth.B, { abs: 1e-7 });
    expect(model.c).toBeNear(truth.c, { abs: 1e-7 });
    // The global model's ridge of 1e-9 of the inputs' variance leaves about as much, and half of it counts
    expect(model.W).toBeNear([1e-6, 0, 0, 1e-6], { abs: 2e-9 });
  }
});

test("a control that never varies keeps the prior's weight", () => {
  const prior = { ...truth, B: vector(0.7, 0.3) };
  const { models } = lqrFlm.fit(rollouts(20, 3, () => 0.5), { prior }); // prettier-ignore
  for (const { B } of models) expect(B).toBeNear(prior.B, { abs: 1e-14 });
});

describe("errors", () => {
  const trajectories = rollouts(3, 2, (draw) => draw);

  test("name the argument and what was expected", () => {
    expect(() => lqrFlm.fit(trajectories.slice(0, 1))).toThrow(
      "lqrFlm.fit: trajectories must be at least 2, got 1",
    );
    expect(() => lqrFlm.fit([...trajectories, ...rollouts(1, 3, (draw) => draw)])).toThrow(
      "lqrFlm.fit: trajectories[3] must have 2 controls and 3 states, got 3 and 4",
    );
    expect(() => lqrFlm.fit(trajectories, { strength: 0 })).toThrow(
      "lqrFlm.fit: strength must be a positive finite number, got 0",
    );
    expect(() => lqrFlm.fit(trajectories, { variance: -1 })).toThrow(
      "lqrFlm.fit: variance must be a positive finite number, got -1",
    );
    const prior = { A: vector(1), B: vector(1), c: vector(0) };
    expect(() => lqrFlm.fit(trajectories, { prior })).toThrow(
      "lqrFlm.fit: prior must have states of 2 and controls of 1 numbers, got 1 and 1",
    );
  });
});
