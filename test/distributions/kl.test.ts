import { random, tf } from "latent";
import {
  bernoulli,
  categorical,
  type Distribution,
  independent,
  kl,
  klStdNormal,
  multivariateNormal,
  normal,
} from "latent/distributions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divergenceTable } from "../contract/distribution-table";
import { fixture } from "../support/fixtures";
import { columns, moments } from "../support/statistics";

interface LogitsCase<T> {
  logits: T[];
  logitsP: T[];
  kl: number[];
}
const scipy = fixture("distributions") as {
  normal: { mu: number[]; sigma: number[]; muP: number[]; sigmaP: number[]; kl: number[] };
  bernoulli: LogitsCase<number>;
  categorical: LogitsCase<number[]>;
  multivariateNormal: {
    mean: number[][];
    scaleTril: number[][][];
    meanP: number[][];
    scaleTrilP: number[][][];
    kl: number[];
  }[];
};

describe("kl", () => {
  test("of normal distributions agrees with quadrature", () => {
    const { mu, sigma, muP, sigmaP } = scipy.normal;
    const [q, p] = [
      normal(tf.tensor1d(mu), tf.tensor1d(sigma)),
      normal(tf.tensor1d(muP), tf.tensor1d(sigmaP)),
    ];
    expect(kl(q, p)).toBeNear(scipy.normal.kl, { abs: 1e-6, rel: 1e-6 });
  });

  test("of Bernoulli distributions agrees with SciPy, from odds of e⁻⁹⁰ to e⁹⁰", () => {
    const { logits, logitsP } = scipy.bernoulli;
    const divergence = kl(bernoulli(tf.tensor1d(logits)), bernoulli(tf.tensor1d(logitsP)));
    expect(divergence).toBeNear(scipy.bernoulli.kl, { abs: 1e-7, rel: 2e-6 });
  });

  test("of categorical distributions agrees with SciPy, with logits of ±1000", () => {
    const { logits, logitsP } = scipy.categorical;
    const divergence = kl(categorical(tf.tensor2d(logits)), categorical(tf.tensor2d(logitsP)));
    expect(divergence).toBeNear(scipy.categorical.kl, { abs: 1e-6, rel: 1e-6 });
  });

  test("of multivariate normal distributions agrees with SciPy, from 1 to 5 dimensions", () => {
    for (const { mean, scaleTril, meanP, scaleTrilP, kl: expected } of scipy.multivariateNormal) {
      const q = multivariateNormal(tf.tensor2d(mean), tf.tensor3d(scaleTril));
      const p = multivariateNormal(tf.tensor2d(meanP), tf.tensor3d(scaleTrilP));
      expect(kl(q, p)).toBeNear(expected, { abs: 1e-5, rel: 1e-5 });
    }
  });

  test.each(divergenceTable)(
    "of $name is the mean of log q − log p over draws from q",
    ({ params, make }) => {
      const [q, p] = [make(params(random.key(1))), make(params(random.key(2)))];
      const x = q.sample(random.key(3), [20_000]);
      const statistics = columns(q.logProb(x).sub(p.logProb(x))).map(moments);
      expect(kl(q, p)).toHaveShape(q.batchShape);
      expect(kl(q, p)).toBeWithinStandardErrors(
        statistics.map((s) => s.mean),
        statistics.map((s) => s.meanError),
      );
      expect(kl(q, q)).toBeNear(0, { abs: 1e-6 });
      expect(() => kl(q, p)).toLeaveTensors(1);
    },
  );

  test("is not negative, up to rounding", () => {
    const real = fc.float({ min: -30, max: 30, noNaN: true });
    const row = fc.array(real, { minLength: 5, maxLength: 5 });
    const scale = fc.float({ min: Math.fround(1e-3), max: 1000, noNaN: true });
    const two = <T>(
      one: fc.Arbitrary<T>,
      make: (one: T) => Distribution,
    ): fc.Arbitrary<[q: Distribution, p: Distribution]> =>
      fc.tuple(one, one).map(([q, p]) => [make(q), make(p)]);
    const pairs = fc.oneof(
      two(fc.tuple(real, scale), ([mu, sigma]) => normal(tf.scalar(mu), tf.scalar(sigma))),
      two(real, (logit) => bernoulli(tf.scalar(logit))),
      two(row, (logits) => categorical(tf.tensor1d(logits))),
    );
    fc.assert(
      fc.property(pairs, ([q, p]) => {
        expect(kl(q, p).dataSync()[0]).toBeGreaterThanOrEqual(-1e-6);
        expect(kl(q, q).dataSync()[0]).toBeLessThanOrEqual(1e-6);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("broadcasts a prior to the batch of the posterior", () => {
    const q = independent(normal(random.normal(random.key(1), [3, 2]), tf.ones([3, 2])));
    const prior = independent(normal(tf.zeros([2]), tf.ones([2])));
    expect(kl(q, prior)).toHaveShape([3]);
    expect(kl(q, prior)).toBeNear(klStdNormal(q), { abs: 1e-6 });
    expect(kl(prior, q)).toHaveShape([3]);
  });

  test("names a pair without a closed form, the pairs with one, and a remedy", () => {
    const q = normal(tf.scalar(0), tf.scalar(1));
    expect(() => kl(q, bernoulli(tf.scalar(0)))).toThrow(
      new Error(
        "kl: no closed form for normal ‖ bernoulli, " +
          "only for normal ‖ normal, laplace ‖ laplace, uniform ‖ uniform, " +
          "truncatedNormal ‖ truncatedNormal, " +
          "gamma ‖ gamma, beta ‖ beta, dirichlet ‖ dirichlet, poisson ‖ poisson, bernoulli ‖ bernoulli, " +
          "categorical ‖ categorical, oneHotCategorical ‖ oneHotCategorical, " +
          "multivariateNormal ‖ multivariateNormal, independent ‖ independent, transformed ‖ transformed; " +
          "estimate it as the mean of q.logProb(z) - p.logProb(z) over draws z = q.sample(key, [S]), " +
          "or register it with kl.register",
      ),
    );
    const [a, b] = [independent(normal(tf.zeros([3]), tf.ones([3]))), independent(bernoulli(tf.zeros([3])))];
    expect(() => kl(a, b)).toThrow("kl: no closed form for normal ‖ bernoulli");
  });

  test("rejects distributions over different outcomes, and batches that do not broadcast", () => {
    const over = (n: number): Distribution => independent(normal(tf.zeros([n]), tf.ones([n])));
    expect(() => kl(over(3), over(5))).toThrow(
      new Error("kl: q and p must have the same outcomes, got q over [3], p over [5]"),
    );
    expect(() => kl(over(3), over(1))).toThrow("q over [3], p over [1]");
    expect(() => kl(categorical(tf.zeros([3])), categorical(tf.zeros([1])))).toThrow(
      new Error("kl: q and p must have the same outcomes, got q over 3 categories, p over 1 categories"),
    );
    expect(() => kl(bernoulli(tf.zeros([3])), bernoulli(tf.zeros([5])))).toThrow(
      new Error("kl: shapes [3] and [5] do not broadcast"),
    );
  });
});

describe("klStdNormal", () => {
  const mu = random.normal(random.key(1), [2, 3, 5]);
  const sigma = random.uniform(random.key(2), [5], { min: 0.1, max: 3 });

  test("is kl against N(0, I), summed over the event", () => {
    const [q, p] = [normal(mu, sigma), normal(tf.scalar(0), tf.scalar(1))];
    expect(klStdNormal(q)).toBeNear(kl(q, p), { abs: 1e-6, rel: 1e-6 });
    for (const axes of [1, 2]) {
      const divergence = klStdNormal(independent(q, axes));
      expect(divergence).toHaveShape([2, 3].slice(0, 3 - axes));
      const last = [2, 1].slice(0, axes);
      expect(divergence).toBeNear(kl(q, p).sum(last), { abs: 1e-5, rel: 1e-6 });
    }
  });

  test("of a multivariate normal distribution is kl against N(0, I)", () => {
    const scaleTril = random.uniform(random.key(3), [3, 5, 5], { min: 0.5, max: 2 });
    const q = multivariateNormal(random.normal(random.key(1), [2, 3, 5]), scaleTril);
    const p = multivariateNormal(tf.zeros([5]), tf.eye(5));
    expect(klStdNormal(q)).toHaveShape([2, 3]);
    expect(klStdNormal(q)).toBeNear(kl(q, p), { abs: 1e-5, rel: 1e-6 });
    expect(() => klStdNormal(q)).toLeaveTensors(1);
  });

  test("is 0 for N(0, I) itself, and leaves one tensor", () => {
    const q = independent(normal(tf.zeros([3, 5]), tf.ones([5])));
    expect(klStdNormal(q)).toBeNear(0, {});
    expect(() => klStdNormal(q)).toLeaveTensors(1);
  });
});
