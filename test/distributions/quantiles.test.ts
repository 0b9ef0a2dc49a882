/** Distribution functions and quantiles of the distributions that have both. */
import { tf, valueAndGrad } from "latent";
import { type Distribution, laplace, normal, uniform, type With } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixtures";

type Family = Record<"x" | "cdf" | "quantile", number[][]> & { p: number[] } & Record<string, number[]>;
const scipy = fixture("distributions") as Record<"normal" | "laplace" | "uniform", Family>;

function column(family: Family, name: string): tf.Tensor {
  return tf.tensor1d(family[name] as number[]);
}

const cases: Record<
  keyof typeof scipy,
  { d: With<Distribution, "cdf" | "quantile">; scale: tf.Tensor; centre: tf.Tensor }
> = {
  normal: {
    d: normal(column(scipy.normal, "mu"), column(scipy.normal, "sigma")),
    scale: column(scipy.normal, "sigma"),
    centre: column(scipy.normal, "mu"),
  },
  laplace: {
    d: laplace(column(scipy.laplace, "mu"), column(scipy.laplace, "scale")),
    scale: column(scipy.laplace, "scale"),
    centre: column(scipy.laplace, "mu"),
  },
  uniform: {
    d: uniform(column(scipy.uniform, "low"), column(scipy.uniform, "high")),
    scale: column(scipy.uniform, "high").sub(column(scipy.uniform, "low")),
    centre: column(scipy.uniform, "low"),
  },
};

describe.each(Object.keys(cases) as (keyof typeof scipy)[])("%s", (name) => {
  const { d, scale, centre } = cases[name];
  const { x, p, cdf, quantile } = scipy[name];

  test("has SciPy's distribution function", () => {
    // Two roundings of x − μ over σ, and those of the function: a few units of 6e-8
    const points = tf.tensor2d(x).transpose();
    expect(d.cdf(points).transpose()).toBeNear(cdf.flat(), { abs: 5e-7 });
  });

  test("has SciPy's quantiles", () => {
    // In units of the scale: 2p − 1 is rounded to 6e-8, and 1 / density is 3e2 at p = 0.999. Of p = 10⁻⁶ the
    // rounding is 6%, which moves the quantile of a Laplace distribution, log 2p, by 0.06
    const got = d.quantile(tf.tensor2d(p, [p.length, 1]));
    const standard = got.sub(centre).div(scale).transpose();
    const expected = tf.tensor2d(quantile).transpose().sub(centre).div(scale).transpose();
    expect(standard.slice([0, 1])).toBeNear(expected.slice([0, 1]), { abs: 5e-5, rel: 1e-6 });
    expect(standard.slice([0, 0], [-1, 1])).toBeNear(expected.slice([0, 0], [-1, 1]), { abs: 0.06 });
  });

  test("has quantiles that its distribution function takes back, and gradients that are inverse", () => {
    const levels = tf.tensor1d([0.02, 0.2, 0.5, 0.7, 0.95]).reshape([5, 1]);
    const rows = levels.mul(tf.ones([1, d.batchShape[0] ?? 0]));
    const points = d.quantile(rows);
    // The point is rounded to 6e-8 of itself
    const rounding = points.abs().div(scale).max().dataSync()[0] ?? NaN;
    expect(d.cdf(points)).toBeNear(rows, { abs: 1e-6 + 1e-7 * rounding });
    const up = valueAndGrad((q: tf.Tensor) => d.quantile(q).sum())(rows).grads;
    const density = d.logProb(points).exp();
    expect(up.mul(density)).toBeNear(1, { rel: 1e-5 + 1e-6 * rounding });
  });
});
