/** Distributions that are kept in an interval: truncated or clipped. */
import { random, tf, tree, valueAndGrad } from "latent";
import {
  clipped,
  gamma,
  independent,
  laplace,
  normal,
  studentT,
  truncated,
  truncatedNormal,
  uniform,
} from "latent/distributions";
import { describe, expect, test } from "vitest";

const mu = tf.tensor1d([-1, 0.5, 2]);
const sigma = tf.tensor1d([0.7, 1, 3]);
const x = tf.tensor2d([[-1.5], [-1], [0.2], [2], [2.5]]);

describe("truncated", () => {
  test("is truncatedNormal for a normal base", () => {
    const ours = truncated(normal(mu, sigma), -1, 2);
    const exact = truncatedNormal(mu, sigma, -1, 2);
    // The mass is a difference of numbers up to 1, each rounded to 6e-8, and above 0.25 here
    expect(ours.logProb(x)).toBeNear(exact.logProb(x), { abs: 2e-6 });
    expect(ours.cdf(x)).toBeNear(exact.cdf(x), { abs: 1e-6 });
    expect(ours.mean()).toBeNear(exact.mean(), { abs: 2e-6 });
    expect(ours.variance()).toBeNear(exact.variance(), { abs: 5e-6 });
    const p = tf.tensor2d([[0], [0.1], [0.5], [0.9]]);
    expect(ours.quantile(p)).toBeNear(exact.quantile(p), { abs: 1e-5 });
    // F(2) = 1 − 9e-6 in the first is rounded to 6e-8, and its slope is 6e-5
    expect(ours.quantile(tf.tensor2d([[1]]))).toBeNear([2, 2, 2], { abs: 1e-3 });
  });

  test("draws within the interval, with the gradients of quantiles", () => {
    const key = random.key(3);
    const draws = truncated(gamma(2, 1), 0.5, 3).sample(key, [1000]);
    expect(draws.min().dataSync()[0]).toBeGreaterThanOrEqual(0.5);
    expect(draws.max().dataSync()[0]).toBeLessThanOrEqual(3);
    const sum = (make: typeof truncated | typeof truncatedNormal) => (m: tf.Tensor) =>
      (make === truncated ? truncated(normal(m, sigma), -1, 2) : truncatedNormal(m, sigma, -1, 2))
        .sample(key, [101])
        .sum(0)
        .mul(tf.tensor1d([1, 2, 3]))
        .sum();
    const ours = valueAndGrad(sum(truncated))(mu).grads;
    expect(ours).toBeNear(valueAndGrad(sum(truncatedNormal))(mu).grads, { rel: 1e-4 });
  });

  test("broadcasts its ends over the batch of the base", () => {
    const d = truncated(normal(mu, sigma), tf.tensor2d([[-2], [-1]]), 2);
    expect(d.batchShape).toEqual([2, 3]);
    expect(d.sample(random.key(0), [5]).shape).toEqual([5, 2, 3]);
    expect(d.mean().shape).toEqual([2, 3]);
  });

  test("refuses vectors", () => {
    const vectors = independent(normal(mu, sigma)) as unknown as Parameters<typeof truncated>[0];
    expect(() => truncated(vectors, 0, 1)).toThrow(
      "truncated: base must be a distribution of numbers, got independent with outcomes of rank 1",
    );
  });
});

describe("clipped", () => {
  const d = clipped(normal(mu, sigma), -1, 2);
  const base = normal(mu, sigma);

  test("has the mass of the tails at the ends, and the density of the base between them", () => {
    const at = (value: number): tf.Tensor => tf.fill([3], value);
    expect(d.logProb(at(-1))).toBeNear(base.cdf(at(-1)).log(), { abs: 1e-6 });
    expect(d.logProb(at(2))).toBeNear(tf.sub(1, base.cdf(at(2))).log(), { rel: 1e-5 });
    expect(d.logProb(at(0.2))).toBeNear(base.logProb(at(0.2)), { abs: 1e-6 });
    expect(d.logProb(at(2.1))).toBeNear(at(-Infinity), {});
    expect(d.cdf(x)).toBeNear(
      tf.concat([tf.zeros([1, 3]), base.cdf(x.slice([1, 0], [2, 1])), tf.ones([2, 3])]),
      { abs: 1e-6 },
    );
  });

  test("has the moments of censored numbers", () => {
    // E[y] = low Φ(a) + high (1 − Φ(b)) + μ (Φ(b) − Φ(a)) + σ (φ(a) − φ(b)), and E[y²] likewise
    const standard = normal(0, 1);
    const [a, b] = [tf.sub(-1, mu).div(sigma), tf.sub(2, mu).div(sigma)];
    const [below, above] = [standard.cdf(a), tf.sub(1, standard.cdf(b))];
    const between = tf.sub(1, below).sub(above);
    const [pa, pb] = [standard.logProb(a).exp(), standard.logProb(b).exp()];
    const mean = below
      .neg()
      .add(above.mul(2))
      .add(mu.mul(between))
      .add(sigma.mul(pa.sub(pb)));
    expect(d.mean()).toBeNear(mean, { abs: 2e-6 });
    const square = below
      .add(above.mul(4))
      .add(mu.square().add(sigma.square()).mul(between))
      .add(mu.mul(2).mul(sigma).mul(pa.sub(pb)))
      .add(sigma.square().mul(a.mul(pa).sub(b.mul(pb))));
    expect(d.variance()).toBeNear(square.sub(mean.square()), { abs: 5e-6 });
  });

  test("draws what the base draws, moved to the ends, with gradients between them", () => {
    const key = random.key(1);
    const draws = base.sample(key, [50]);
    expect(d.sample(key, [50])).toBeNear(draws.clipByValue(-1, 2), {});
    const grads = valueAndGrad((m: tf.Tensor) => clipped(normal(m, sigma), -1, 2).sample(key, [50]).sum())(
      mu,
    ).grads;
    const inside = draws.greater(-1).logicalAnd(draws.less(2)).cast("float32").sum(0);
    expect(grads).toBeNear(inside, {});
  });

  test("is a node of trees, and reparameterized if its base is", () => {
    const moved = tree.map((leaf) => leaf.add(1), d);
    expect(moved.mean()).toBeNear(clipped(normal(mu.add(1), sigma.add(1)), 0, 3).mean(), { abs: 1e-6 });
    expect("reparameterized" in d).toBe(true);
    expect(clipped(laplace(0, 1), -1, 1).mean()).toBeNear(0, { abs: 1e-3 }); // F has a kink at 0
    expect(clipped(studentT(1), -1, 1).mean()).toBeNear(0, { abs: 1e-6 }); // Cauchy's, without a mean itself
    expect(clipped(uniform(0, 1), -1, 2).variance()).toBeNear(1 / 12, { abs: 1e-3 });
  });

  test("refuses ends that are more than the batch of the base", () => {
    expect(() => clipped(normal(0, 1), tf.tensor1d([0, 1]), 2)).toThrow(
      "clipped: low must broadcast to the batch of the base, [], got [2]",
    );
  });
});
