import { random, tf } from "latent";
import {
  bernoulli,
  categorical,
  independent,
  mixture,
  mixtureSameFamily,
  normal,
  poisson,
  uniform,
} from "latent/distributions";
import { describe, expect, test } from "vitest";

describe("mixture", () => {
  const weights = categorical({ probs: tf.tensor1d([0.75, 0.25]) });

  test("of one family is mixtureSameFamily", () => {
    const one = mixture(weights, [normal(0, 1), normal(3, 2)]);
    const other = mixtureSameFamily(weights, normal(tf.tensor1d([0, 3]), tf.tensor1d([1, 2])));
    const x = tf.tensor1d([-2, 0, 1, 7]);
    expect(one.logProb(x)).toBeNear(other.logProb(x), { abs: 1e-6 });
    expect(one.posterior(x).probs()).toBeNear(other.posterior(x).probs(), { abs: 1e-6 });
    expect(one.mean()).toBeNear(other.mean(), { abs: 1e-6 });
    expect(one.variance()).toBeNear(other.variance(), { rel: 1e-6 });
  });

  test("has the weighted sum of the densities of its components, and the moments of both", () => {
    const p = mixture(weights, [normal(0, 1), uniform(-10, 10)]);
    const density = (x: number): number => (0.75 * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI) + 0.0125;
    expect(p.logProb(tf.tensor1d([0, 2, 9])).exp()).toBeNear([0, 2, 9].map(density), { rel: 1e-6 });
    expect(p.logProb(tf.scalar(11)).dataSync()[0]).toBeLessThan(-60); // of the normal distribution alone
    expect(p.variance()).toBeNear(0.75 + (0.25 * 400) / 12, { rel: 1e-6 });
  });

  test("broadcasts components over a batch, with separate draws for each member", () => {
    const p = mixture(categorical(tf.zeros([2])), [normal(tf.zeros([5]), 1), normal(tf.zeros([3, 1]), 1)]);
    expect(p.batchShape).toEqual([3, 5]);
    expect(p.logProb(tf.zeros([7, 3, 5]))).toHaveShape([7, 3, 5]);
    expect(new Set(Array.from(p.sample(random.key(1), [7]).dataSync())).size).toBe(105);
  });

  test("mixes counts, as numbers with a point", () => {
    const p = mixture(weights, [poisson(2), bernoulli(0)]);
    const draws = p.sample(random.key(1), [10]);
    expect(draws.dtype).toBe("float32");
    const at0 = 0.75 * Math.exp(-2) + 0.125;
    expect(p.logProb(tf.scalar(0))).toBeNear(Math.log(at0), { abs: 1e-6 });
  });

  test("rejects another number of components, and other events", () => {
    expect(() => mixture(weights, [normal(0, 1)])).toThrow(
      new Error("mixture: components must be K = 2 distributions, one for each weight, got 1"),
    );
    expect(() => mixture(weights, [normal(0, 1), independent(normal(tf.zeros([3]), 1))])).toThrow(
      new Error("mixture: the components must have one event shape, got [] and [3]"),
    );
    expect(() => mixture(weights, [normal(tf.zeros([2]), 1), normal(tf.zeros([3]), 1)])).toThrow(
      new Error("mixture: shapes [2] and [3] do not broadcast"),
    );
  });
});
