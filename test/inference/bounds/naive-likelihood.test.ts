import { random, tf } from "latent";
import { normal } from "latent/distributions";
import { naiveLogLikelihood } from "latent/inference";
import { describe, expect, test } from "vitest";

/** The density of N(0, variance) at x. */
function density(x: number, variance: number): number {
  return Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

/**
 * z ~ N(0, 1) and x|z ~ N(z, 1), so that p(x) = N(x; 0, 2). Powers of a normal density are normal densities
 * again: w² = N(x; z, 1/2) / (2 √π) and w³ = N(x; z, 1/3) / (2π √3), which gives E w² and E w³ of w = p(x|z).
 */
const at = 1;
const exact = density(at, 2);
const second = density(at, 1.5) / (2 * Math.sqrt(Math.PI) * exact ** 2); //           E (w/p)²
const third = density(at, 4 / 3) / (2 * Math.PI * Math.sqrt(3) * exact ** 3); //      E (w/p)³
const variance = second - 1; //                                                      Var(w) / p²
const skewness = third - 3 * second + 2; //                                          E (w/p − 1)³

/** Independent estimates, [runs]. */
function estimates(runs: number, draws: number): tf.Tensor {
  return naiveLogLikelihood(random.key(1), {
    prior: normal(tf.zeros([runs]), tf.ones([runs])),
    logLikelihood: (z) => normal(z, tf.onesLike(z)).logProb(tf.fill(z.shape, at)),
    draws,
  });
}

describe("naiveLogLikelihood", () => {
  test.each([20, 40])("with %d draws has the bias of the delta method", (draws) => {
    const runs = 30_000;
    const bias = tf.tidy(() => estimates(runs, draws).sub(Math.log(exact)).mean().dataSync()[0] ?? NaN);
    const firstOrder = -variance / (2 * draws);
    const secondOrder = (skewness / 3 - (3 * variance ** 2) / 4) / draws ** 2;
    // Six standard errors of the mean over runs, each of variance Var(w) / (S p²); terms of order 1/S³ are
    // below 10⁻⁴
    const sixErrors = 6 * Math.sqrt(variance / (draws * runs));
    expect(bias).toBeNear(firstOrder + secondOrder, { abs: sixErrors + 1e-4 });
    expect(bias).toBeLessThan(-sixErrors);
  });

  test("has the variance Var(w) / (S p²)", () => {
    const [runs, draws] = [5_000, 200];
    const spread = tf.tidy(() => tf.moments(estimates(runs, draws)).variance.dataSync()[0] ?? NaN);
    // The variance of near-normal numbers has the relative standard error √(2/runs) = 0.02; the next order in
    // 1/S is a few times 1/S = 0.005
    expect(spread).toBeNear(variance / draws, { abs: (0.12 + 0.02) * (variance / draws) });
  });

  test("stays finite if every p(x|z) underflows", () => {
    const options = {
      prior: normal(tf.scalar(0), tf.scalar(1)),
      logLikelihood: (z: tf.Tensor) => z.mul(0).sub(1000),
      draws: 7,
    };
    expect(naiveLogLikelihood(random.key(0), options)).toBeNear(-1000, { abs: 1e-3 });
  });

  test("leaves the tensor that it returns", () => {
    const prior = normal(tf.scalar(0), tf.scalar(1));
    const options = { prior, logLikelihood: (z: tf.Tensor) => z.square(), draws: 3 };
    expect(() => naiveLogLikelihood(random.key(0), options)).toLeaveTensors(1);
  });

  test("rejects zero draws, and log-likelihoods that are not one per draw", () => {
    const options = {
      prior: normal(tf.scalar(0), tf.scalar(1)),
      logLikelihood: (z: tf.Tensor) => z.sum(),
      draws: 3,
    };
    expect(() => naiveLogLikelihood(random.key(0), { ...options, draws: 0 })).toThrow(
      new Error("naiveLogLikelihood: draws must be a positive integer, got 0"),
    );
    expect(() => naiveLogLikelihood(random.key(0), options)).toThrow(
      new Error(
        "naiveLogLikelihood: logLikelihood(z) must be [S=3, ...], got []; keep the draws as the first axis",
      ),
    );
  });
});
