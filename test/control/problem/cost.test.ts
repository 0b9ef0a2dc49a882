import { type Cost, quadraticCost } from "latent/control";
import { describe, expect, test } from "vitest";
import { expandStage, expandTerminal } from "../../../lib/control/problem/cost";
import { vector } from "../fixtures";

const z = vector(1, -2);
const u = vector(3);

describe("quadraticCost", () => {
  const cost = quadraticCost({
    goal: [0, 1],
    state: [[2, 0.5], [0.5, 4]], // prettier-ignore
    control: [0.1],
    terminal: [10, 20],
  });

  test("is half the weighted squares of the distance to the goal and of the controls", () => {
    // d = (1, −3): ½ (2 − 2 · 0.5 · 3 + 4 · 9) + ½ · 0.1 · 9, and ½ (10 + 20 · 9)
    expect(cost.stage(z, u, 0)).toBeNear(17.5 + 0.45, { abs: 1e-14 });
    expect(cost.terminal(z)).toBe(95);
    const same = quadraticCost({ goal: [0, 1], state: [2, 4], control: [1] });
    expect(same.terminal(z)).toBe(same.stage(z, vector(0), 0));
  });

  test("has expansions that agree with central differences", () => {
    const plain: Cost = {
      stage: (a, b, t) => cost.stage(a, b, t),
      terminal: (a) => cost.terminal(a),
    };
    // Differences of a quadratic function have no error but rounding: 1e-16 · 100 over h = 6e-6 for slopes,
    // and over h² = 1.5e-8 for Hessians, for numbers of up to 3
    const [exact, near] = [expandStage(cost, z, u, 0), expandStage(plain, z, u, 0)];
    expect(near.value).toBe(exact.value);
    expect(near.z).toBeNear(exact.z, { abs: 1e-8 });
    expect(near.u).toBeNear(exact.u, { abs: 1e-8 });
    expect(near.zz).toBeNear(exact.zz, { abs: 1e-5 });
    expect(near.uz).toBeNear(exact.uz, { abs: 1e-5 });
    expect(near.uu).toBeNear(exact.uu, { abs: 1e-5 });
    const [exactEnd, nearEnd] = [expandTerminal(cost, z), expandTerminal(plain, z)];
    expect(nearEnd.z).toBeNear(exactEnd.z, { abs: 1e-8 });
    expect(nearEnd.zz).toBeNear(exactEnd.zz, { abs: 1e-5 });
  });

  test("refuses weights that do not fit or have no minimum", () => {
    const options = { goal: [0, 1], state: [1, 1], control: [1] };
    expect(() => quadraticCost({ ...options, state: [1] })).toThrow(
      "quadraticCost: state must have 2 numbers, got 1",
    );
    expect(() => quadraticCost({ ...options, terminal: [[1, 2]] })).toThrow(
      "quadraticCost: terminal must be [2, 2], got 1 rows of 2 numbers",
    );
    expect(() =>
      quadraticCost({
        ...options,
        state: [
          [1, 2],
          [0, 1],
        ],
      }),
    ).toThrow(
      // prettier-ignore
      "quadraticCost: state must be symmetric, got 2 at [0][1] and 0 at [1][0]",
    );
    expect(() => quadraticCost({ ...options, control: [0] })).toThrow(
      "quadraticCost: control must be positive definite; without a cost of controls none is best",
    );
    expect(() => quadraticCost({ ...options, goal: [NaN, 1] })).toThrow(
      "quadraticCost: goal must be finite, got NaN at 0",
    );
  });
});

test("a cost without expansions is expanded by central differences, with all its terms", () => {
  const cost: Cost = {
    stage: ([x = NaN, y = NaN], [v = NaN], t) => Math.sin(x) * v + y ** 3 + v * v * t,
    terminal: ([x = NaN, y = NaN]) => Math.exp(0.1 * x * y),
  };
  const { z: gz, u: gu, zz, uz, uu } = expandStage(cost, z, u, 2);
  // Third derivatives of up to 6 times h² = 4e-11; fourth ones times 1.5e-8, and rounding of 1e-15 · 30 /
  // 1.5e-8
  expect(gz).toBeNear([3 * Math.cos(1), 12], { abs: 1e-8 });
  expect(gu).toBeNear([Math.sin(1) + 12], { abs: 1e-8 });
  expect(zz).toBeNear([-3 * Math.sin(1), 0, 0, -12], { abs: 1e-5 });
  expect(uz).toBeNear([Math.cos(1), 0], { abs: 1e-5 });
  expect(uu).toBeNear([4], { abs: 1e-5 });
  const e = Math.exp(-0.2);
  const end = expandTerminal(cost, z);
  expect(end.z).toBeNear([-0.2 * e, 0.1 * e], { abs: 1e-8 });
  expect(end.zz).toBeNear([0.04 * e, 0.08 * e, 0.08 * e, 0.01 * e], { abs: 1e-5 });
});
