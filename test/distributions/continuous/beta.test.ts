import { random, tf } from "latent";
import { beta, kl, sampleAndLogProb } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

const { beta: scipy } = fixture("distributions") as {
  beta: Record<"alpha" | "beta" | "alphaP" | "betaP" | "entropy" | "kl", number[]> &
    Record<"x" | "logProb" | "cdf", number[][]>;
};

describe("beta", () => {
  const d = beta(tf.tensor1d(scipy.alpha), tf.tensor1d(scipy.beta));
  const x = tf.tensor2d(scipy.x).transpose();

  test("has SciPy's log densities, for exponents from 0.05 to 1000", () => {
    // Sums of δ of up to 3, and √n times the roundings of 6e-8
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-5, rel: 1e-6 });
  });

  test("has SciPy's distribution function, 0 below and 1 above", () => {
    expect(d.cdf(x).transpose()).toBeNear(scipy.cdf.flat(), { abs: 3e-6 });
    expect(beta(2, 3).cdf(tf.tensor1d([-1, 0, 1, 2]))).toBeNear([0, 0, 1, 1], {});
  });

  test("has SciPy's entropies", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 3e-6, rel: 1e-6 });
  });

  test("has the divergences of the textbook formula in 40 digits", () => {
    const p = beta(tf.tensor1d(scipy.alphaP), tf.tensor1d(scipy.betaP));
    expect(kl(d, p)).toBeNear(scipy.kl, { abs: 2e-6, rel: 2e-6 });
    expect(kl(d, d)).toBeNear(0, {});
  });

  test("has the limits of the density at the ends, and nothing beyond", () => {
    const p = beta(tf.tensor1d([0.5, 1, 2]), tf.tensor1d([2, 1, 0.5]));
    expect(p.logProb(tf.zeros([3]))).toBeNear([Infinity, 0, -Infinity], { abs: 2e-5 });
    expect(p.logProb(tf.ones([3]))).toBeNear([-Infinity, 0, Infinity], { abs: 2e-5 });
    for (const beyond of [-0.1, 1.1]) expect(p.logProb(tf.fill([3], beyond))).toBeNear(-Infinity, {});
  });

  test("draws with their log-densities, which logProb of the rounded draws confirms in the middle", () => {
    const small = beta(0.1, 0.1);
    const [draws, logProb] = sampleAndLogProb(small, random.key(1), [20_000]);
    expect(tf.isFinite(logProb).all().dataSync()[0]).toBe(1);
    const isInside = draws.greater(0.01).logicalAnd(draws.less(0.99));
    const same = tf.where(isInside, small.logProb(draws).sub(logProb), 0);
    expect(same).toBeNear(0, { abs: 1e-4 }); // the draw is rounded, 1 − x by 6e-6 of itself
    // Half of the draws are so near 1 that float32 rounds them to it; their densities still have the entropy
    const [statistics] = columns(logProb.neg().expandDims(-1)).map(moments);
    expect(small.entropy()).toBeWithinStandardErrors(
      [statistics?.mean ?? NaN],
      [statistics?.meanError ?? NaN],
    );
  });

  test("has the gradient (α − 1)/x − (β − 1)/(1 − x) with respect to x", () => {
    const points = tf.tensor1d([0.01, 0.2, 0.5, 0.9]);
    const slope = tf.grad((at: tf.Tensor) => beta(2.5, 4).logProb(at).sum())(points);
    const expected = [0.01, 0.2, 0.5, 0.9].map((v) => 1.5 / v - 3 / (1 - v));
    expect(slope).toBeNear(expected, { rel: 2e-6, abs: 1e-5 });
  });

  test("rejects parameters that do not broadcast", () => {
    expect(() => beta(tf.ones([3]), tf.ones([5]))).toThrow(
      new Error("beta: shapes [3] and [5] do not broadcast"),
    );
  });
});
