import { random, tf } from "latent";
import { independent, multivariateNormal, normal } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { multivariateNormal: scipy } = fixture("distributions") as {
  multivariateNormal: {
    mean: number[][];
    scaleTril: number[][][];
    x: number[][][];
    covariance: number[][][];
    logProb: number[][];
    entropy: number[];
  }[];
};

describe.each(scipy)("multivariateNormal, against SciPy", ({ mean, scaleTril, x, ...expected }) => {
  const d = multivariateNormal(tf.tensor2d(mean), tf.tensor3d(scaleTril));

  test(`in ${String(mean[0]?.length)} dimensions`, () => {
    // Each number is a sum of a few terms below 50, and with a condition of 100 the differences x − μ lose
    // two digits
    expect(d.logProb(tf.tensor3d(x))).toBeNear(expected.logProb.flat(), { abs: 2e-4, rel: 1e-5 });
    expect(d.entropy()).toBeNear(expected.entropy, { abs: 1e-5 });
    expect(d.covariance()).toBeNear(expected.covariance.flat(2), { abs: 1e-6, rel: 1e-6 });
  });
});

describe("multivariateNormal", () => {
  test("with a diagonal factor equals independent normal distributions", () => {
    const sigma = random.uniform(random.key(1), [3], { min: 0.5, max: 2 });
    const mu = random.normal(random.key(2), [5, 3]);
    const [full, diagonal] = [multivariateNormal(mu, tf.eye(3).mul(sigma)), independent(normal(mu, sigma))];
    const x = random.normal(random.key(3), [7, 5, 3]);
    expect(full.logProb(x)).toBeNear(diagonal.logProb(x), { abs: 1e-5 });
    expect(full.sample(random.key(4), [7])).toBeNear(diagonal.sample(random.key(4), [7]), { abs: 1e-6 });
  });

  test("evaluates every point under every member of its batch, for x [N, 1, D]", () => {
    const d = multivariateNormal(random.normal(random.key(1), [5, 2]), tf.eye(2));
    expect(d.logProb(tf.zeros([7, 1, 2]))).toHaveShape([7, 5]);
  });

  test("has draws with its covariance", () => {
    const d = multivariateNormal(tf.zeros([2]), tf.tensor2d([2, 0, -1.5, 0.5], [2, 2]));
    const draws = d.sample(random.key(5), [100_000]);
    const product = tf.matMul(draws as tf.Tensor2D, draws as tf.Tensor2D, true).div(100_000);
    // The variance of x_i x_j is at most 2 · 4²; six standard errors of the mean of 100,000
    expect(product).toBeNear(d.covariance(), { abs: 6 * Math.sqrt(32 / 100_000) });
  });

  test("rejects non-square factors, means of another length, and batches that do not broadcast", () => {
    expect(() => multivariateNormal(tf.zeros([3]), tf.ones([3]))).toThrow(
      new Error("multivariateNormal: scaleTril must be [..., D, D], got [3]"),
    );
    expect(() => multivariateNormal(tf.zeros([3]), tf.eye(2))).toThrow(
      new Error("multivariateNormal: mean must be [..., D=2], got [3]"),
    );
    expect(() => multivariateNormal(tf.zeros([3, 2]), tf.zeros([5, 2, 2]))).toThrow(
      new Error("multivariateNormal: shapes [3] and [5] do not broadcast"),
    );
  });
});
