import { expect, test } from "vitest";
import { gaussianEllipses, type PlaneGaussian } from "latent/plot";

const axes = { x: { title: "z₁", unit: null }, y: { title: "z₂", unit: null } };
const tilted: PlaneGaussian = {
  series: "p",
  mean: [1, -2],
  covariance: [
    [2, 1.2],
    [1.2, 1],
  ],
};

interface Drawn {
  width: number;
  height: number;
  layer: { data: { values: { x: number; y: number }[] } }[];
}
const drawn = (...args: Parameters<typeof gaussianEllipses>) => gaussianEllipses(...args) as unknown as Drawn;

test("every point of a ring has its distance (x − μ)ᵀ Σ⁻¹ (x − μ) = r²", () => {
  const points = drawn([tilted], { ...axes, rings: [1.5] }).layer[0]?.data.values ?? [];
  const [[a, b], [, d]] = tilted.covariance;
  const determinant = a * d - b * b;
  expect(points).toHaveLength(73);
  for (const { x, y } of points) {
    const [u, v] = [x - tilted.mean[0], y - tilted.mean[1]];
    const squared = (d * u * u - 2 * b * u * v + a * v * v) / determinant;
    expect(squared).toBeCloseTo(1.5 ** 2, 4); // coordinates are written with seven digits
  }
});

test("both axes have one scale", () => {
  const flat: PlaneGaussian = {
    series: "q",
    mean: [0, 0],
    covariance: [
      [4, 0],
      [0, 1],
    ],
  };
  const { width, height } = drawn([flat], { ...axes, size: 400 });
  expect([width, height]).toEqual([400, 200]);
});

test("the rings are told", () => {
  expect(JSON.stringify(gaussianEllipses([tilted], axes))).toContain("rings at 1 and 2 standard deviations");
});

test.each<[readonly PlaneGaussian[], string]>([
  [
    [],
    "gaussianEllipses: gaussians must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    [
      {
        ...tilted,
        covariance: [
          [1, 2],
          [2, 1],
        ],
      },
    ],
    "gaussianEllipses: gaussians[0].covariance must be symmetric and positive definite, got [[1,2],[2,1]]; " +
      "is it a covariance, and not its Cholesky factor?",
  ],
  [
    [{ ...tilted, mean: [0, NaN] }],
    "gaussianEllipses: gaussians[0].mean[1] must be a finite number, got NaN; " +
      "leave such values out, or find where the computation diverged",
  ],
])("refuses %#", (bad, message) => {
  expect(() => gaussianEllipses(bad, axes)).toThrow(new Error(message));
});
