import { random, tf, valueAndGrad } from "latent";
import {
  kl,
  type Normal,
  normal,
  type TruncatedNormal,
  truncatedNormal,
  uniform,
} from "latent/distributions";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

const { truncatedNormal: mpmath } = fixture("distributions") as {
  truncatedNormal: Record<"mu" | "sigma" | "low" | "high" | "mean" | "variance" | "entropy", number[]> &
    Record<"x" | "logProb" | "cdf", number[][]>;
};

describe("truncatedNormal", () => {
  const { mu, sigma, low, high } = mpmath;
  const d = truncatedNormal(tf.tensor1d(mu), tf.tensor1d(sigma), tf.tensor1d(low), tf.tensor1d(high));
  const x = tf.tensor2d(mpmath.x).transpose();

  test("has mpmath's log densities, at 31 standard deviations and on intervals of 10⁻⁴", () => {
    // x is exact; its distance from an end is rounded to 6e-8 of it, and the width of [1, 1.0001] too
    expect(d.logProb(x).transpose()).toBeNear(mpmath.logProb.flat(), { abs: 2e-6, rel: 1e-6 });
  });

  test("has mpmath's distribution function", () => {
    expect(d.cdf(x).transpose()).toBeNear(mpmath.cdf.flat(), { abs: 2e-6 });
  });

  test("has mpmath's moments and entropies", () => {
    expect(d.mean()).toBeNear(mpmath.mean, { abs: 2e-7, rel: 1e-7 });
    expect(d.variance()).toBeNear(mpmath.variance, { rel: 2e-6 });
    expect(d.entropy()).toBeNear(mpmath.entropy, { abs: 2e-6 });
  });

  test("has quantiles that its distribution function takes back, within the rounding of x", () => {
    const p = tf.tensor2d([[1e-6], [0.01], [0.3], [0.7], [0.999]]).add(tf.zeros([5, mu.length]));
    const points = d.quantile(p);
    const density = d.logProb(points).exp();
    const rounding = points.abs().mul(density).mul(1.2e-7).add(1e-6); // z and x are rounded
    const error = d.cdf(points).sub(p).abs().sub(rounding);
    expect(error.max().dataSync()[0]).toBeLessThan(0);
    const inside = points.greaterEqual(tf.tensor1d(low)).logicalAnd(points.lessEqual(tf.tensor1d(high)));
    expect(inside.all().dataSync()[0]).toBe(1);
  });

  test("without ends is the normal distribution, with its gradients", () => {
    const points = tf.tensor1d([-2, 0.5, 3]);
    const of = (make: (mu: tf.Tensor, sigma: tf.Tensor) => Normal | TruncatedNormal): tf.Tensor[] =>
      Object.values(
        valueAndGrad((p: { mu: tf.Tensor; sigma: tf.Tensor }) => {
          const q = make(p.mu, p.sigma);
          return q
            .logProb(points)
            .sum()
            .add(q.sample(random.key(1), [7]).square().sum())
            .add(q.entropy());
        })({ mu: tf.scalar(0.5), sigma: tf.scalar(2) }).grads,
      );
    const [one, other] = [of((m, s) => truncatedNormal(m, s, -Infinity, Infinity)), of(normal)];
    // Draws are quantiles by another method: exact to 10⁻⁵ in the tails, where p is rounded
    one.forEach((grad, i) => expect(grad).toBeNear(other[i] ?? NaN, { rel: 1e-4 }));
  });

  test("on a narrow interval is nearly uniform, and has nothing outside", () => {
    const narrow = truncatedNormal(0, 1, 0.5, 0.501);
    const inside = tf.tensor1d([0.5001, 0.5005]);
    expect(narrow.logProb(inside)).toBeNear(uniform(0.5, 0.501).logProb(inside), { abs: 1e-3 });
    expect(narrow.logProb(tf.tensor1d([0.4, 0.6]))).toBeNear(-Infinity, {});
  });

  test("has an infinite divergence from one with less support, and the right one from one with more", () => {
    const q = truncatedNormal(0, 1, -1, 1);
    expect(kl(q, truncatedNormal(0, 1, 0, 1))).toBeNear(Infinity, {});
    // log of the probability that the wider one has on the narrower: 2Φ(1) − 1
    expect(kl(q, truncatedNormal(0, 1, -Infinity, Infinity))).toBeNear(-Math.log(0.6826894921), {
      abs: 1e-6,
    });
    expect(kl(q, q)).toBeNear(0, { abs: 1e-7 });
  });

  test("has the divergence on one interval that draws give, with the gradients of finite differences", () => {
    const make = ({ mu: m, sigma: s }: { mu: tf.Tensor; sigma: tf.Tensor }): TruncatedNormal =>
      truncatedNormal(m, s, -2, 6);
    const theta = { mu: tf.tensor1d([-1, 0.5]), sigma: tf.tensor1d([2, 3]) };
    const p = truncatedNormal(1, 2.5, -2, 6);
    const q = make(theta);
    const draws = q.sample(random.key(1), [20_000]);
    const statistics = columns(q.logProb(draws).sub(p.logProb(draws))).map(moments);
    expect(kl(q, p)).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    for (const divergence of [(t: typeof theta) => kl(make(t), p), (t: typeof theta) => kl(p, make(t))]) {
      const { grads } = valueAndGrad((t: typeof theta) => divergence(t).sum())(theta);
      const { gradient, error } = numericalGradient(divergence, theta);
      expect(grads.mu).toBeNear(gradient.mu, { abs: error });
      expect(grads.sigma).toBeNear(gradient.sigma, { abs: error });
    }
  });

  test("rejects parameters that do not broadcast", () => {
    expect(() => truncatedNormal(0, 1, tf.ones([3]), tf.ones([5]))).toThrow(
      new Error("truncatedNormal: shapes [3] and [5] do not broadcast"),
    );
  });
});
