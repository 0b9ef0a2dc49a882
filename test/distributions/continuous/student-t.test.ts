import { tf, valueAndGrad } from "latent";
import { normal, studentT } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { studentT: scipy } = fixture("distributions") as {
  studentT: Record<"df" | "mu" | "sigma" | "entropy", number[]> &
    Record<"x" | "logProb" | "cdf", number[][]> & { variance: (number | null)[] };
};

describe("studentT", () => {
  const d = studentT(tf.tensor1d(scipy.df), tf.tensor1d(scipy.mu), tf.tensor1d(scipy.sigma));
  const x = tf.tensor2d(scipy.x).transpose();

  test("has SciPy's log densities, for 0.5 to a million degrees of freedom", () => {
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-6, rel: 1e-6 });
  });

  test("has SciPy's distribution function, relatively exact in the lower tail", () => {
    // z²/2 of up to 450 is rounded by 6e-8
    expect(d.cdf(x).transpose()).toBeNear(scipy.cdf.flat(), { abs: 1e-6 });
    const tails = scipy.cdf.map((row) => row[1] ?? NaN); // at z = −4
    expect(d.cdf(x).transpose().slice([0, 1], [-1, 1])).toBeNear(tails, { rel: 1e-5 });
  });

  test("has a distribution function with the density as its slope, also at the mode", () => {
    const points = tf.tensor1d([-3, -0.1, 0, 1e-4, 2]);
    const slope = tf.grad((at: tf.Tensor) => studentT(3).cdf(at).sum())(points);
    expect(slope).toBeNear(studentT(3).logProb(points).exp(), { abs: 2e-6, rel: 2e-5 });
  });

  test("has SciPy's entropies and variances", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6, rel: 1e-6 });
    const known = scipy.variance.map((v) => v ?? NaN);
    expect(d.variance().slice([2])).toBeNear(known.slice(2), { rel: 1e-6 });
    expect(d.variance().isNaN().dataSync().slice(0, 2)).toEqual(Uint8Array.of(1, 1));
    expect(d.mean().isNaN().dataSync().slice(0, 3)).toEqual(Uint8Array.of(1, 1, 0));
  });

  test("has its density, its slope and its tail where z² overflows", () => {
    const far = tf.tensor1d([1e20, -1e20, 3e37]);
    const cauchy = studentT(1); // p(z) = 1 / (π (1 + z²)), and P(t ≤ z) tends to 1 / (π |z|)
    const logs = [1e20, 1e20, 3e37].map((z) => -Math.log(Math.PI) - 2 * Math.log(z));
    expect(cauchy.logProb(far)).toBeNear(logs, { rel: 1e-6 });
    const slope = tf.grad((z: tf.Tensor) => cauchy.logProb(z).sum())(far);
    expect(slope).toBeNear([-2e-20, 2e-20, -2 / 3e37], { rel: 1e-6 });
    // P to a power of 10⁻²⁰ and less: the logarithm's rounding, 6e-8 of about 100, is relative to P
    expect(cauchy.cdf(tf.tensor1d([-1e20, -1e30]))).toBeNear([1e-20 / Math.PI, 1e-30 / Math.PI], {
      rel: 2e-5,
    });
    // From mpmath, for 1/8 of a degree of freedom: heavy tails, of which draws reach such z
    const heavy = studentT(0.125);
    expect(heavy.logProb(tf.tensor1d([1e20, -1e30]))).toBeNear([-54.7914707921, -80.6955530883], {
      rel: 1e-6,
    });
    expect(heavy.cdf(tf.tensor1d([1e20, -1e30]))).toBeNear([0.998719272996, 7.20205720566e-5], { rel: 1e-5 });
  });

  test("tends to a normal distribution", () => {
    const points = tf.tensor1d([-3, 0, 0.5, 4]);
    // The next term is of order z⁴ / 4ν
    expect(studentT(1e7).logProb(points)).toBeNear(normal(0, 1).logProb(points), { abs: 1e-5 });
  });

  test("has finite gradients of the moments that exist", () => {
    const { grads } = valueAndGrad((df: tf.Tensor) => studentT(df, 1, 2).variance().sum())(
      tf.tensor1d([3, 10]),
    );
    // d/dν 4 ν / (ν − 2) = −8 / (ν − 2)²
    expect(grads).toBeNear([-8, -8 / 64], { rel: 1e-6 });
  });

  test("rejects parameters that do not broadcast", () => {
    expect(() => studentT(1, tf.ones([3]), tf.ones([5]))).toThrow(
      new Error("studentT: shapes [3] and [5] do not broadcast"),
    );
  });
});
