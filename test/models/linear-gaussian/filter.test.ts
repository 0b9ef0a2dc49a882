import { jit, random, tf, tree, valueAndGrad } from "latent";
import { linearGaussian } from "latent/models";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";
import { cases, spiral } from "./cases";

/**
 * Values here are up to 10, and each is a sum of some ten products, rounded by 6e-8 of the largest: 6e-6.
 * The dynamics contract errors of earlier steps, so they do not accumulate.
 */
const NEAR = { abs: 6e-6 };

/**
 * A sum over up to 40 numbers of a few nats each, with a relative error of 6e-8, or through NEAR some 1e-6.
 */
const NEAR_LOG = { abs: 1e-5, rel: 2e-6 };

describe.each(cases)("linearGaussian, $name", ({ model, observations, steps, scipy }) => {
  test("logLikelihood agrees with SciPy's joint normal distribution of all observations", () => {
    expect(linearGaussian.logLikelihood(model, observations)).toBeNear(scipy.logLikelihood, NEAR_LOG);
  });

  test("filter agrees with conditioning the joint distribution on the observations so far", () => {
    const { predicted, filtered } = linearGaussian.filter(model, observations);
    expect(predicted.means).toBeNear(scipy.predicted.means.flat(), NEAR);
    expect(predicted.covariances).toBeNear(scipy.predicted.covariances.flat(2), NEAR);
    expect(filtered.means).toBeNear(scipy.filtered.means.flat(), NEAR);
    expect(filtered.covariances).toBeNear(scipy.filtered.covariances.flat(2), NEAR);
  });

  test("smooth agrees with conditioning the joint distribution on all observations", () => {
    const { means, covariances } = linearGaussian.smooth(model, observations);
    expect(means).toBeNear(scipy.smoothed.means.flat(), NEAR);
    expect(covariances).toBeNear(scipy.smoothed.covariances.flat(2), NEAR);
  });

  test("what is NaN is missing: the others are conditioned on", () => {
    const { isMissing, filtered, smoothed, logLikelihood } = scipy.missing;
    const partial = tf.where(tf.tensor2d(isMissing).greater(0), NaN, observations);
    const ours = linearGaussian.filter(model, partial);
    expect(ours.logLikelihood).toBeNear(logLikelihood, NEAR_LOG);
    expect(ours.filtered.means).toBeNear(filtered.means.flat(), NEAR);
    expect(ours.filtered.covariances).toBeNear(filtered.covariances.flat(2), NEAR);
    const after = linearGaussian.smooth(model, partial);
    expect(after.means).toBeNear(smoothed.means.flat(), NEAR);
    expect(after.covariances).toBeNear(smoothed.covariances.flat(2), NEAR);
    const compiled = jit((o: tf.Tensor) => linearGaussian.logLikelihood(model, o), { compiler: "graph" });
    expect(compiled(partial)).toBeNear(logLikelihood, NEAR_LOG);
    compiled.dispose();
  });

  test("joint agrees with SciPy", () => {
    const p = linearGaussian.joint(model, steps);
    expect(p.mean()).toBeNear(scipy.mean, NEAR);
    expect(p.covariance()).toBeNear(scipy.covariance.flat(), NEAR);
    expect(p.logProb(observations.flatten())).toBeNear(scipy.logLikelihood, NEAR_LOG);
  });
});

describe("linearGaussian.filter", () => {
  const { observations } = linearGaussian.sample(spiral, random.key(1), 7, { batch: 5 });
  const row = (i: number): tf.Tensor => tf.slice(observations, i, 1).squeeze([0]);

  test("filters each sequence of a batch as on its own", () => {
    const all = linearGaussian.filter(spiral, observations);
    const smoothed = linearGaussian.smooth(spiral, observations);
    expect(all.logLikelihood).toHaveShape([5]);
    expect(smoothed.means).toHaveShape([5, 7, 2]);
    for (let i = 0; i < 5; i++) {
      const alone = linearGaussian.filter(spiral, row(i));
      expect(alone.logLikelihood).toHaveShape([]);
      // The same sums, possibly in a different order.
      expect(tf.slice(all.logLikelihood, i, 1)).toBeNear(alone.logLikelihood, { rel: 1e-6 });
      expect(tf.slice(all.filtered.means, i, 1)).toBeNear(alone.filtered.means, { abs: 1e-6 });
      expect(tf.slice(smoothed.means, i, 1)).toBeNear(linearGaussian.smooth(spiral, row(i)).means, {
        abs: 1e-6,
      });
      expect(all.filtered.covariances).toBeNear(alone.filtered.covariances, { abs: 1e-6 });
    }
  });

  test("accepts missing observations in all sequences of a batch, and no others", () => {
    const missing = tf.tensor1d([0, 0, 0, 1, 0, 0, 0]).expandDims(1).greater(0);
    const all = linearGaussian.filter(spiral, tf.where(missing, NaN, observations));
    const alone = linearGaussian.filter(spiral, tf.where(missing, NaN, row(2)));
    expect(tf.slice(all.logLikelihood, 2, 1)).toBeNear(alone.logLikelihood, { rel: 1e-6 });
    const inOne = tf.where(tf.range(0, 5).equal(1).reshape([5, 1, 1]), NaN, observations);
    expect(() => linearGaussian.smooth(spiral, inOne)).toThrow(
      "linearGaussian.smooth: the same observations (those that are NaN) must be missing in all sequences " +
        "of a batch, got others; pass such sequences one by one",
    );
  });

  test("has variances that decrease from predicted to filtered to smoothed", () => {
    const variances = (covariances: tf.Tensor): number[] =>
      Array.from(covariances.mul(tf.eye(2)).sum([-2, -1]).dataSync());
    const { predicted, filtered } = linearGaussian.filter(spiral, row(0));
    const after = variances(filtered.covariances);
    variances(predicted.covariances).forEach((before, t) => {
      expect(before).toBeGreaterThan(after[t] ?? NaN);
    });
    variances(linearGaussian.smooth(spiral, row(0)).covariances)
      .slice(0, -1)
      .forEach((smoothed, t) => { expect(smoothed).toBeLessThan(after[t] ?? NaN); }); // prettier-ignore
  });

  test("converges to the solution of the Riccati equation, with positive variances", () => {
    // A random walk of variance q, observed with noise of variance r: p² = q p + q r for the predicted
    // variance p.
    const q = 1;
    for (const r of [1e-6, 100]) {
      const walk = linearGaussian.create({
        initial: { mean: [0], covariance: [[100]] },
        transition: { matrix: [[1]], covariance: [[q]] },
        observation: { matrix: [[1]], covariance: [[r]] },
      });
      const { predicted, filtered } = linearGaussian.filter(walk, tf.zeros([300, 1]));
      const p = q / 2 + Math.sqrt(q ** 2 / 4 + q * r);
      const after = (p * r) / (p + r);
      // K minimizes Joseph's form, so rounding errors of K matter only in second order. What remains is some
      // ten
      // roundings of 6e-8, and those of earlier steps, of which a share (1 − K)² < 0.83 remains per step: six
      // steps' worth.
      expect(filtered.covariances.min().dataSync()[0]).toBeGreaterThan(0);
      expect(predicted.covariances.slice([299, 0, 0])).toBeNear(p, { rel: 4e-6 });
      expect(filtered.covariances.slice([299, 0, 0])).toBeNear(after, { rel: 4e-6 });
    }
  });

  // Position and velocity with prior variance V; the position is observed with R = 1. Expected values are the
  // same
  // recursions in exact fractions.
  test.each([
    [
      1e4,
      [0.999900020095, 0.999799050388, 2.019496121357],
      [0.605854239687, -0.205687266461, 0.111802312539],
    ],
    [1e6, [0.999999000002, 0.999997990005, 2.01999495991], [0.60589476971, -0.205701881117, 0.111807738791]],
  ])("knows what is left of a variance of %f R to 10⁻⁷ of that", (variance, filteredAt2, smoothedAt1) => {
    const model = linearGaussian.create({
      initial: { mean: [0, 0], covariance: [[variance, 0], [0, variance]] }, // prettier-ignore
      transition: { matrix: [[1, 1], [0, 1]], covariance: [[0.01, 0], [0, 0.01]] }, // prettier-ignore
      observation: { matrix: [[1, 0]], covariance: [[1]] },
    });
    const o = tf.zeros([5, 1]);
    const symmetric = ([a = NaN, b = NaN, c = NaN]: number[]): number[] => [a, b, b, c];
    const tolerance = { abs: 1e-7 * variance };
    expect(linearGaussian.filter(model, o).filtered.covariances.slice(1, 1)).toBeNear(
      symmetric(filteredAt2),
      tolerance,
    );
    expect(linearGaussian.smooth(model, o).covariances.slice(0, 1)).toBeNear(
      symmetric(smoothedAt1),
      tolerance,
    );
  });

  test("has a log-likelihood whose gradient agrees with finite differences", () => {
    const o = tf.slice(row(0), 0, 3);
    const { grads } = valueAndGrad((p: typeof spiral) => linearGaussian.logLikelihood(p, o))(spiral);
    const { gradient } = numericalGradient((p) => linearGaussian.logLikelihood(p, o), spiral);
    // Five points of step h = 1/16: h⁴ |f⁽⁵⁾| / 30 with |f⁽⁵⁾| up to some 10⁴ (scales are 0.3 and more, log x
    // has 4!/x⁵), 5e-3
    const expected = tree.leaves(gradient);
    tree.leaves(grads).forEach((leaf, i) => {
      expect(leaf).toBeNear(expected[i] ?? NaN, { abs: 5e-3, rel: 5e-3 });
    });
  });

  test("gives the same numbers and gradient compiled", () => {
    const f = (p: typeof spiral, o: tf.Tensor): unknown => ({
      smoothed: linearGaussian.smooth(p, o),
      gradient: valueAndGrad((q: typeof spiral) => linearGaussian.logLikelihood(q, o).sum())(p),
    });
    const compiled = jit(f, { compiler: "graph" });
    const [expected, got] = [f(spiral, observations), compiled(spiral, observations)].map(tree.leaves);
    got?.forEach((leaf, i) => {
      expect(leaf).toBeNear(expected?.[i] ?? NaN, { abs: 1e-4, rel: 1e-5 });
    });
    compiled.dispose();
  });

  test("creates no tensors besides its results, as do smooth and logLikelihood", () => {
    const o = row(0);
    expect(() => linearGaussian.filter(spiral, o)).toLeaveTensors(5);
    expect(() => linearGaussian.filter(spiral, observations)).toLeaveTensors(5);
    expect(() => linearGaussian.smooth(spiral, o)).toLeaveTensors(2);
    const first = tf.slice(o, 0, 1);
    expect(() => linearGaussian.smooth(spiral, first)).toLeaveTensors(2);
    expect(() => linearGaussian.logLikelihood(spiral, o)).toLeaveTensors(1);
    const p = linearGaussian.joint(spiral, 3);
    expect(() => linearGaussian.joint(spiral, 3)).toLeaveTensors(2);
    tree.dispose(p);
  });

  test.each(["filter", "smooth", "logLikelihood"] as const)(
    "an error of %s names it and the expected shape",
    (name) => {
      expect(() => linearGaussian[name](spiral, tf.zeros([7, 2]))).toThrow(
        new Error(
          `linearGaussian.${name}: observations must be [T, O=3], got [7, 2]; use [B, T, O=3] for a batch`,
        ),
      );
      expect(() => linearGaussian[name](spiral, tf.zeros([5, 7, 2]))).toThrow(
        new Error(`linearGaussian.${name}: observations must be [B, T, O=3], got [5, 7, 2]`),
      );
      expect(() => linearGaussian[name](spiral, tf.zeros([0, 3]))).toThrow(
        new Error(`linearGaussian.${name}: observations must have at least one time step, got [0, 3]`),
      );
    },
  );
});
