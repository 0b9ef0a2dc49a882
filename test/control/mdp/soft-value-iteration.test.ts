import { mdp } from "latent/control";
import { describe, expect, test } from "vitest";
import { item, numbers, processOf, softControl } from "./fixtures";

describe.each(softControl.stationary)("soft value iteration, case %#", (given) => {
  const { discount, temperature } = given;
  const model = processOf(given.p);
  const rewards = { stage: numbers(given.stage), final: numbers(given.final) };
  const soft = mdp.softValueIteration(model, rewards, { discount, temperature, tolerance: 1e-13 });

  test("has the fixed point that SciPy finds", () => {
    // An iteration contracts by the discount, or by the probability not to end; at most 0.95: 1e-13 / 0.05
    expect(soft.values).toBeNear(given.values, { abs: 1e-11 });
    expect(soft.policy).toBeNear(given.policy, { abs: 1e-10 });
  });

  test("has the occupancy of a linear system", () => {
    const { visits, last } = mdp.stationaryOccupancy(model, numbers(given.start), soft.policy, { discount });
    // What is left out is at most 1e-12 / (1 − 0.95), times the error of the policy
    expect(visits).toBeNear(given.visits, { abs: 1e-9 });
    expect(last).toBeNear(given.last, { abs: 1e-9 });
  });

  test("is the limit of a long horizon if nothing is discounted", () => {
    if (discount < 1) return;
    const { values } = mdp.softPolicy(model, rewards, { horizon: 400, temperature });
    expect(item(values, 0)).toBeNear(given.values, { abs: 1e-11 });
  });
});

/** 0 → 1 → 2, which is terminal; staying is possible in 0. */
const corridor = mdp.create({
  states: 3,
  actions: 2,
  outcomes: (s, a) => (s === 2 || (s === 1 && a === 1) ? [] : [[a === 0 ? s + 1 : s, 1]]),
});

test("the cost of a way to a goal has a closed form", () => {
  const stage = Float64Array.of(-1, -1, -1, 0, 0, 0);
  const { values, policy } = mdp.softValueIteration(corridor, { stage });
  // V(0) = log(exp(−1 + V(1)) + exp(−1 + V(0))), so exp V(0) = e⁻² / (1 − e⁻¹)
  expect(values).toBeNear([-2 - Math.log(1 - Math.exp(-1)), -1, 0], { abs: 1e-9 });
  expect(policy.subarray(0, 2)).toBeNear([1 - Math.exp(-1), Math.exp(-1)], { abs: 1e-9 });
});

test("values without a limit are an error", () => {
  const free = { stage: new Float64Array(6) }; //                         staying costs nothing
  expect(() => mdp.softValueIteration(corridor, free, { iterations: 500 })).toThrow(
    "mdp.softValueIteration: the values did not converge in 500 iterations; " +
      "use a discount below 1, lower rewards, or a lower temperature",
  );
  expect(() =>
    mdp.stationaryOccupancy(corridor, Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 1, 0, 0, 0), {
      iterations: 10,
    }),
  ).toThrow(
    "mdp.stationaryOccupancy: episodes must end or be discounted, got some that still run after 10 steps; " +
      "use a discount below 1",
  );
  expect(() => mdp.softValueIteration(corridor, free, { discount: 1.5 })).toThrow(
    "mdp.softValueIteration: discount must be in [0, 1], got 1.5",
  );
});
