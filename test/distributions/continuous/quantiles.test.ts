/** Quantiles that Newton's method finds: those of the gamma, beta and Student's t distributions. */
import { tf, valueAndGrad } from "latent";
import { beta, dirichlet, gamma, studentT } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { betaLogOddsQuantile, logGammaQuantile } from "../../../lib/core/special/quantiles";
import { fixture } from "../../support/fixtures";

type Rows = Readonly<Record<string, readonly number[]>>;
const scipy = fixture("quantiles") as Readonly<Record<"gamma" | "beta" | "studentT", Rows>>;

function column(rows: Rows, name: string): tf.Tensor1D {
  return tf.tensor1d([...(rows[name] ?? [])]);
}

/**
 * The logarithm of the probability of one side is computed to about 1e-6: its rule is exact to 2e-7, and the
 * kernel has a few roundings of terms of size 1. Over its slope this is the error of the quantile.
 *
 * @param rounding what the rounding of a result of this size adds.
 */
function expectQuantiles(
  got: tf.Tensor,
  { x = [], slope = [] }: Rows,
  rounding: (size: number) => number,
): void {
  const found = got.dataSync();
  expect(found).toHaveLength(x.length);
  x.forEach((expected, i) => {
    const allowed = 2e-6 / (slope[i] ?? NaN) + rounding(Math.abs(expected));
    expect(Math.abs((found[i] ?? NaN) - expected), `row ${i}, ${expected}`).toBeLessThanOrEqual(allowed);
  });
}

/** A few units in the last place, 6e-8 each. */
function relative(size: number): number {
  return 3e-7 * size;
}

describe("quantiles", () => {
  test("of the gamma distribution are SciPy's, as log x", () => {
    const rows = scipy.gamma;
    expectQuantiles(logGammaQuantile(column(rows, "alpha"), column(rows, "p")), rows, relative);
  });

  test("of the beta distribution are SciPy's, as log odds", () => {
    const rows = scipy.beta;
    const p = column(rows, "p");
    const got = betaLogOddsQuantile(column(rows, "a"), column(rows, "b"), p, tf.sub(1, p));
    // x is rounded to 3e-8, and the log odds change by 1 / x (1 − x), at least 4, times that
    expectQuantiles(got, rows, (size) => relative(1 + size));
  });

  test("of Student's t distribution are SciPy's", () => {
    const rows = scipy.studentT;
    // t = √ν e^{−l/2}: a unit in the last place of the log odds l, which are about −2 log t
    const throughLogarithm = (size: number): number => relative(size) * (1 + Math.max(0, Math.log(size)));
    const got = studentT(column(rows, "df")).quantile(column(rows, "p"));
    expectQuantiles(got, rows, throughLogarithm);
  });

  test("at 0 and 1 are the ends of the support, and NaN beyond", () => {
    const p = tf.tensor1d([-0.1, 0, 1, 1.1, NaN]);
    expect(gamma(2, 3).quantile(p)).toBeNear([NaN, 0, Infinity, NaN, NaN], {});
    expect(beta(2, 3).quantile(p)).toBeNear([NaN, 0, 1, NaN, NaN], {});
    expect(studentT(2, 1, 3).quantile(p)).toBeNear([NaN, -Infinity, Infinity, NaN, NaN], {});
  });

  test("scale and shift with the parameters, in a batch", () => {
    const p = tf.tensor2d([[0.1], [0.8]]);
    const [rate, mu] = [tf.tensor1d([0.5, 1, 20]), tf.tensor1d([-4, 0, 3])];
    expect(gamma(2.5, rate).quantile(p).mul(rate)).toBeNear(
      gamma(2.5, 1)
        .quantile(p)
        .mul(tf.ones([1, 3])),
      { rel: 1e-6 },
    );
    expect(studentT(4, mu, 2).quantile(p).sub(mu).div(2)).toBeNear(
      studentT(4)
        .quantile(p)
        .mul(tf.ones([1, 3])),
      { rel: 1e-6, abs: 1e-6 },
    );
    expect(() => beta(tf.ones([3]), 1).quantile(tf.ones([2]))).toThrow("beta.quantile");
  });

  // A quantile's gradient is 1 / p(x) with respect to the level, and −(∂F/∂θ) / p(x) to a parameter.
  const families = [
    { name: "gamma", make: (a: tf.Tensor) => gamma(a, 0.7) },
    { name: "beta", make: (a: tf.Tensor) => beta(a, 1.3) },
    { name: "studentT", make: (a: tf.Tensor) => studentT(a, 1, 2) },
  ] as const;
  test.each(families)("of $name have the gradients of an inverse function", ({ make }) => {
    const a = tf.tensor1d([0.6, 1, 4, 4, 30]);
    const p = tf.tensor1d([0.3, 0.9, 0.02, 0.6, 0.97]);
    const x = make(a).quantile(p);
    const byLevel = valueAndGrad((q: tf.Tensor) => make(a).quantile(q).sum())(p).grads;
    const density = make(a).logProb(x).exp();
    expect(byLevel.mul(density)).toBeNear(1, { rel: 2e-5 });
    const byShape = valueAndGrad((at: tf.Tensor) => make(at).quantile(p).sum())(a).grads;
    const ofCdf = valueAndGrad((at: tf.Tensor) => make(at).cdf(x).sum())(a).grads;
    expect(byShape).toBeNear(ofCdf.div(density).neg(), { rel: 1e-4, abs: 1e-5 });
  });

  test("have second derivatives, −p′(x) / p(x)³", () => {
    const p = tf.tensor1d([0.1, 0.4, 0.9]);
    const d = gamma(3, 2);
    const slope = (q: tf.Tensor): tf.Tensor => valueAndGrad((r: tf.Tensor) => d.quantile(r).sum())(q).grads;
    const second = valueAndGrad((q: tf.Tensor) => slope(q).sum())(p).grads;
    const x = d.quantile(p);
    const logSlope = tf.sub(tf.div(2, x), 2); // of log p(x): (α − 1) / x − β
    expect(second).toBeNear(logSlope.neg().div(d.logProb(x).exp().square()), { rel: 1e-4 });
  });
});

describe("modes", () => {
  test("of the beta distribution: inside, at an end, or none", () => {
    const [a, b] = [
      [3, 0.5, 1, 2, 0.5, 1, 0.5, 1],
      [2, 2, 2, 1, 1, 0.5, 0.5, 1],
    ].map((values) => tf.tensor1d(values)) as [tf.Tensor1D, tf.Tensor1D];
    expect(beta(a, b).mode()).toBeNear([2 / 3, 0, 0, 1, 0, 1, NaN, NaN], { rel: 1e-6 });
  });

  test("of the Dirichlet distribution: inside, on a face, or none", () => {
    const alpha = tf.tensor2d([
      [2, 3, 5],
      [1, 1, 4],
      [1, 1, 1],
      [0.5, 3, 3],
    ]);
    const none = [NaN, NaN, NaN];
    expect(dirichlet(alpha).mode()).toBeNear([1 / 7, 2 / 7, 4 / 7, 0, 0, 1, ...none, ...none], { rel: 1e-6 });
  });
});
