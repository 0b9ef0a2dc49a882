import { random } from "latent";
import { describe, expect, test } from "vitest";
import { boxQp } from "../../../lib/control/ilqr/box-qp";
import { plus, product } from "../../../lib/core/numeric/flat-matrix";
import { control, flat, vector } from "../fixtures";

describe.each(control.boxQp)("a quadratic program, case %#", ({ H, g, lower, upper, x }) => {
  const bounds = { lower: vector(...lower), upper: vector(...upper) };
  const solve = (start: Float64Array) => boxQp(flat(H), vector(...g), bounds, start);

  test("has SciPy's solution, from any start", () => {
    const noise = random.stream(random.key(7));
    for (let n = 0; n < 20; n++) {
      // The condition of H is at most some hundred, that of the bounded problem not above
      const start = vector(...x.map(() => noise.normal(0, 2)));
      expect(solve(start)?.x ?? []).toBeNear(x, { abs: 1e-12 });
    }
  });

  test("has as free numbers those between the bounds", () => {
    const gap = (i: number): number =>
      Math.min((x[i] ?? NaN) - (lower[i] ?? NaN), (upper[i] ?? NaN) - (x[i] ?? NaN));
    const inside = [...x.keys()].filter((i) => gap(i) > 1e-12);
    expect(solve(new Float64Array(x.length))?.free).toEqual(inside);
  });
});

test("without bounds, it solves the linear system", () => {
  const { H, g } = control.boxQp[3] ?? { H: [], g: [] };
  const none = { lower: vector(...g).fill(-Infinity), upper: vector(...g).fill(Infinity) };
  const found = boxQp(flat(H), vector(...g), none, vector(...g).fill(0));
  const slope = plus(vector(...g), product(flat(H), found?.x ?? vector(...g), g.length));
  expect(slope).toBeNear(vector(...g).fill(0), { abs: 1e-13 });
  expect(found?.free).toEqual([0, 1, 2, 3, 4]);
});

test("equal bounds hold a number, whatever its slope", () => {
  const bounds = { lower: vector(0.5, -1), upper: vector(0.5, 1) };
  // x_1 = −x_0 / 2 · 0.4 minimizes x_1² + 0.4 x_0 x_1
  const found = boxQp(flat([[2, 0.4], [0.4, 2]]), vector(-3, 0), bounds, vector(0, 0)); // prettier-ignore
  expect(found?.x ?? []).toBeNear([0.5, -0.1], { abs: 1e-15 });
});

test("a function without a minimum has no solution, unless the bounds hold what bends downward", () => {
  const bounds = { lower: vector(-1), upper: vector(1) };
  expect(boxQp(vector(-1), vector(0), bounds, vector(0))).toBeUndefined();
  expect(boxQp(vector(-1), vector(3), bounds, vector(-1))?.x).toEqual(vector(-1));
});
