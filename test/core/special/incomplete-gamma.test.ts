import { tf, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";
import {
  gammaCdf,
  gammaSurvival,
  logGammaKernel,
  logGammaSlope,
} from "../../../lib/core/special/incomplete-gamma";
import { fixture } from "../../support/fixtures";

const { incompleteGamma: mpmath } = fixture("special") as {
  incompleteGamma: Record<"alpha" | "x" | "lower" | "upper" | "slope" | "logKernel", number[]>;
};

describe("of mpmath's values, for α from 0.001 to 1000", () => {
  const [alpha, x] = [tf.tensor1d(mpmath.alpha), tf.tensor1d(mpmath.x)];
  const isBelow = mpmath.x.map((value, i) => value <= Math.max(1, mpmath.alpha[i] ?? NaN));

  test("the probabilities are exact to 10⁻⁶, and relatively so in the tails", () => {
    const [lower, upper] = [gammaCdf(alpha, x), gammaSurvival(alpha, x)];
    expect(lower).toBeNear(mpmath.lower, { abs: 1e-6 });
    expect(upper).toBeNear(mpmath.upper, { abs: 1e-6 });
    // The exponent is a sum of a few terms of up to 30, each rounded by 6e-8: 5e-6, relative
    const tail = tf.where(tf.tensor1d(isBelow, "bool"), lower, upper);
    const expected = mpmath.lower.map((p, i) => (isBelow[i] === true ? p : (mpmath.upper[i] ?? NaN)));
    expect(tail).toBeNear(expected, { rel: 5e-6, abs: 1e-37 });
  });

  test("the slope of log x is exact to 10⁻⁶, relative", () => {
    expect(logGammaSlope(alpha, x.log())).toBeNear(mpmath.slope, { rel: 1e-6 });
  });

  test("the log-density of log x is exact to 10⁻⁶, relative or absolute", () => {
    expect(logGammaKernel(alpha, x, x.log())).toBeNear(mpmath.logKernel, { rel: 1e-6, abs: 1e-6 });
  });

  test("the gradients of both are the density, and minus the density times the slope", () => {
    const density = mpmath.logKernel.map((value, i) => Math.exp(value) / (mpmath.x[i] ?? NaN));
    const shift = mpmath.logKernel.map((value, i) => -Math.exp(value) * (mpmath.slope[i] ?? NaN));
    for (const [f, sign] of [
      [gammaCdf, 1],
      [gammaSurvival, -1],
    ] as const) {
      const { grads } = valueAndGrad((p: { alpha: tf.Tensor; x: tf.Tensor }) => f(p.alpha, p.x).sum())({
        alpha,
        x,
      });
      expect(grads.x.mul(sign)).toBeNear(density, { rel: 5e-6, abs: 1e-37 });
      expect(grads.alpha.mul(sign)).toBeNear(shift, { rel: 5e-6, abs: 1e-37 });
    }
  });
});
