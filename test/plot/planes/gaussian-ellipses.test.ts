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
function drawn(...args: Parameters<typeof gaussianEllipses>) {
  return gaussianEllipses(...args) as unknown as Drawn;
}

test("every point of a ring satisfies (x − μ)ᵀ Σ⁻¹ (x − μ) = r²", () => {
  const points = drawn([tilted], { ...axes, rings: [1.5] }).layer[0]?.data.values ?? [];
  const [[a, b], [, d]] = tilted.covariance;
  const determinant = a * d - b * b;
  expect(points).toHaveLength(73);
  for (const { x, y } of points) {
    const [u, v] = [x - tilted.mean[0], y - tilted.mean[1]];
    const squared = (d * u * u - 2 * b * u * v + a * v * v) / determinant;
    expect(squared).toBeCloseTo(1.5 ** 2, 4); // coordinates have seven digits
  }
});

test("both axes have the same scale", () => {
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

test("the subtitle names the rings", () => {
  expect(JSON.stringify(gaussianEllipses([tilted], axes))).toContain("rings at 1 and 2 standard deviations");
});

test.each<[readonly PlaneGaussian[], string]>([
  [[], "gaussianEllipses: gaussians must not be empty, got []; draw the figure once there are results"],
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
      "is it a Cholesky factor instead of a covariance?",
  ],
  [
    [{ ...tilted, mean: [0, NaN] }],
    "gaussianEllipses: gaussians[0].mean[1] must be finite, got NaN; " +
      "drop such values, or find where the computation diverged",
  ],
])("throws for invalid distributions %#", (bad, message) => {
  expect(() => gaussianEllipses(bad, axes)).toThrow(new Error(message));
});
