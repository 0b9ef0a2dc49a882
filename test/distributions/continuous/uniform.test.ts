import { random, tf, valueAndGrad } from "latent";
import { kl, uniform } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { kolmogorov, KOLMOGOROV_LIMIT } from "../../support/statistics";

const { uniform: scipy } = fixture("distributions") as {
  uniform: { low: number[]; high: number[]; x: number[][]; logProb: number[][]; entropy: number[] };
};

describe("uniform", () => {
  const d = uniform(tf.tensor1d(scipy.low), tf.tensor1d(scipy.high));

  test("has SciPy's log densities, finite at the ends and −∞ outside", () => {
    const x = tf.tensor2d(scipy.x).transpose();
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-6, rel: 3e-7 });
  });

  test("has SciPy's entropies", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6, rel: 3e-7 });
  });

  test("draws uniformly from the interval, and nothing outside", () => {
    const draws = uniform(tf.scalar(-3), tf.scalar(2)).sample(random.key(1), [20_000]);
    expect(kolmogorov(draws.dataSync(), (x) => (x + 3) / 5)).toBeLessThan(KOLMOGOROV_LIMIT);
    expect(draws.min().dataSync()[0]).toBeGreaterThanOrEqual(-3);
    expect(draws.max().dataSync()[0]).toBeLessThanOrEqual(2);
  });

  test("has the divergence log (w_p / w_q), infinite where q extends beyond p", () => {
    const q = uniform(tf.tensor1d([0, 0, -1, 0]), tf.tensor1d([1, 2, 1, 3]));
    const p = uniform(tf.tensor1d([0, -1, 0, 1]), tf.tensor1d([1, 4, 2, 2]));
    expect(kl(q, p)).toBeNear([0, Math.log(5 / 2), Infinity, Infinity], { abs: 1e-6 });
  });

  test("has a divergence with the gradients ±1 / w with respect to the ends", () => {
    const ends = { qLow: tf.scalar(0), qHigh: tf.scalar(2), pLow: tf.scalar(-1), pHigh: tf.scalar(4) };
    const { grads } = valueAndGrad(({ qLow, qHigh, pLow, pHigh }: typeof ends) =>
      kl(uniform(qLow, qHigh), uniform(pLow, pHigh)),
    )(ends);
    expect(grads.qLow).toBeNear(1 / 2, { abs: 1e-6 });
    expect(grads.qHigh).toBeNear(-1 / 2, { abs: 1e-6 });
    expect(grads.pLow).toBeNear(-1 / 5, { abs: 1e-6 });
    expect(grads.pHigh).toBeNear(1 / 5, { abs: 1e-6 });
  });

  test("rejects parameters that do not broadcast, and outcomes of another shape", () => {
    expect(() => uniform(tf.zeros([3]), tf.ones([5]))).toThrow(
      new Error("uniform: shapes [3] and [5] do not broadcast"),
    );
    expect(() => d.logProb(tf.zeros([5]))).toThrow(new Error("uniform.logProb: x must be [..., 3], got [5]"));
  });
});
