import { random, tf, valueAndGrad } from "latent";
import { gamma, kl } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { logGammaSlope } from "../../../lib/core/special/incomplete-gamma";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

const { gamma: scipy } = fixture("distributions") as {
  gamma: Record<"concentration" | "rate" | "concentrationP" | "rateP" | "entropy" | "kl", number[]> &
    Record<"x" | "logProb" | "cdf", number[][]>;
};

describe("gamma", () => {
  const d = gamma(tf.tensor1d(scipy.concentration), tf.tensor1d(scipy.rate));
  const x = tf.tensor2d(scipy.x).transpose();

  test("has SciPy's log densities, for shapes from 0.01 to 1000", () => {
    // βx is rounded by 6e-8; the log-density changes by α (r − 1) times that, √α times a few: 1e-5 at most
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-5, rel: 1e-6 });
  });

  test("has SciPy's distribution function", () => {
    // √α 6e-8 as before, and 10⁻⁶ of the function itself
    expect(d.cdf(x).transpose()).toBeNear(scipy.cdf.flat(), { abs: 3e-6 });
    expect(d.cdf(tf.zeros([9]))).toBeNear(0, {});
  });

  test("has SciPy's entropies", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6, rel: 1e-6 });
  });

  test("has the divergences of the textbook formula in 40 digits", () => {
    const p = gamma(tf.tensor1d(scipy.concentrationP), tf.tensor1d(scipy.rateP));
    // Nearly equal ones: δ(p) − δ(q) − … is a difference of numbers below 3
    expect(kl(d, p)).toBeNear(scipy.kl, { abs: 5e-7, rel: 2e-6 });
    expect(kl(d, d)).toBeNear(0, {});
  });

  test("has the limits of the density at 0, and nothing below", () => {
    const three = gamma(tf.tensor1d([0.5, 1, 2]), tf.tensor1d([1, 2, 1]));
    const at0 = three.logProb(tf.zeros([3]));
    expect(at0).toBeNear([Infinity, Math.log(2), -Infinity], { abs: 1e-5 });
    expect(three.logProb(tf.fill([3], -1))).toBeNear(-Infinity, {});
  });

  test("draws positive numbers for small shapes, whose logarithms have the mean of log x", () => {
    const alpha = tf.tensor1d([0.1, 0.3]);
    const draws = gamma(alpha, 2).sample(random.key(1), [20_000]);
    expect(draws.min().dataSync()[0]).toBeGreaterThan(0);
    const statistics = columns(draws.log()).map(moments);
    // ψ(α) − log 2 and ψ′(α), from mpmath; at α = 0.1 one draw in 6000 is cut off at 2⁻¹²⁶
    expect(tf.tensor1d([-11.1169019, -4.1956719])).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
  });

  test("has finite gradients of log x for small shapes, whose mean is that of ψ(α)", () => {
    const alpha = tf.fill([20_000, 2], 1).mul(tf.tensor1d([0.1, 0.3]));
    const { grads } = valueAndGrad((a: tf.Tensor) => gamma(a, 2).sample(random.key(2)).log().sum())(alpha);
    const statistics = columns(grads).map(moments);
    // ψ′(α) = d ψ(α) / dα
    expect(tf.tensor1d([101.4332992, 12.2453732])).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
  });

  test("has second derivatives of draws, those of quantiles", () => {
    const alpha = tf.tensor1d([0.7, 2, 30]);
    const draw = (a: tf.Tensor): tf.Tensor => gamma(a, 1).sample(random.key(3)).log().sum();
    const second = valueAndGrad((a: tf.Tensor) => tf.grad(draw)(a).sum())(alpha).grads;
    // The change of the slope S(α, log x) from one end of a short piece of the quantile to the other, which
    // neglects h² times a third derivative
    const logX = gamma(alpha, 1).sample(random.key(3)).log();
    const slope = tf.grad(draw)(alpha);
    const h = alpha.mul(0.02);
    const at = (sign: number): tf.Tensor =>
      logGammaSlope(alpha.add(h.mul(sign)), logX.add(slope.mul(h).mul(sign)));
    expect(second).toBeNear(at(1).sub(at(-1)).div(h.mul(2)), { rel: 2e-3 });
  });

  test("rejects parameters that do not broadcast", () => {
    expect(() => gamma(tf.ones([3]), tf.ones([5]))).toThrow(
      new Error("gamma: shapes [3] and [5] do not broadcast"),
    );
  });
});
