import * as tf from "@tensorflow/tfjs";
import { logGamma } from "../../core/random/log-gamma";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { betaCdf, logBetaKernel, type Fraction } from "../../core/special/incomplete-beta";
import { betaLogOddsQuantile, fractionOf } from "../../core/special/quantiles";
import { broadcastTo } from "../../core/tensor/broadcast";
import { broadcastShapes, type Shape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { atLevels } from "../base/at-levels";
import { checkEvent } from "../base/check-event";
import { dirichletEntropy } from "../base/dirichlet-entropy";
import type { Reparameterized, With } from "../base/distribution";
import { BELOW_ONE, LEAST, logAtEdge } from "../base/edge";
import { expAboveLeast } from "../base/exp-above-least";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of beta distributions of numbers in (0, 1). */
export interface Beta extends With<
  Reparameterized,
  "entropy" | "cdf" | "quantile" | "mode" | "sampleAndLogProb"
> {
  readonly kind: "beta";
  /** Exponents α of x, broadcast to [...B]. */
  readonly alpha: tf.Tensor;
  /** Exponents β of 1 − x, broadcast to [...B]. */
  readonly beta: tf.Tensor;
}

/**
 * Returns Beta(α, β) with density x^(α − 1) (1 − x)^(β − 1) / B(α, β), one for each element of the broadcast
 * of the parameters.
 *
 * Draws are x_α / (x_α + x_β) with gamma variables, and have their implicit reparameterization gradients
 * (`gamma`). The largest float32 below 1 is 1 − 2⁻²⁴: for the log-density of draws use `sampleAndLogProb`,
 * which knows 1 − x; it matters for β below 1.
 *
 * @param exponent α, above 0 (not checked), [...B].
 * @param otherExponent β, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function beta(exponent: Parameter, otherExponent: Parameter): Beta {
  const a = toParameter("beta", "alpha", exponent);
  const b = toParameter("beta", "beta", otherExponent);
  const batchShape = broadcastShapes("beta", a.shape, b.shape);
  const full = (x: tf.Tensor): tf.Tensor => broadcastTo(x, batchShape);
  /** log x/(1 − x) = log x_α − log x_β. */
  const logOdds = (key: random.Key, sampleShape: Shape): tf.Tensor => {
    const [first, second] = random.split(key);
    const shape = [...sampleShape, ...batchShape];
    return logGamma(first, broadcastTo(a, shape)).sub(logGamma(second, broadcastTo(b, shape)));
  };
  return {
    kind: "beta",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    alpha: a,
    beta: b,
    sample: (key, sampleShape = []) => tf.tidy(() => drawOf(logOdds(key, sampleShape)).x),
    sampleAndLogProb: (key, sampleShape = []) =>
      tree.tidy(() => {
        const at = drawOf(logOdds(key, sampleShape));
        return [at.x, logBetaKernel(a, b, at).sub(at.logX).sub(at.logY)] as const;
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("beta.logProb", x, batchShape, []);
        const at = inside(point);
        const edges = logAtEdge(point, a).add(logAtEdge(tf.sub(1, point), b));
        // (α − 1) log x + (β − 1) log(1 − x) − log B(α, β)
        return logBetaKernel(a, b, at).sub(at.logX).sub(at.logY).add(edges);
      }),
    mean: () => tf.tidy(() => full(a.div(a.add(b)))),
    variance: () =>
      tf.tidy(() => {
        const n = a.add(b);
        return full(a.div(n).mul(b.div(n)).div(n.add(1)));
      }),
    entropy: () => tf.tidy(() => dirichletEntropy(tf.stack([full(a), full(b)], -1))),
    cdf: (x) =>
      tf.tidy(() => {
        const point = checkEvent("beta.cdf", x, batchShape, []).add(tf.zeros(batchShape));
        const p = betaCdf(broadcastTo(a, point.shape), broadcastTo(b, point.shape), inside(point));
        return tf.where(point.lessEqual(0), 0, tf.where(point.greaterEqual(1), 1, p));
      }),
    quantile: (p) =>
      tf.tidy(() => {
        const levels = checkEvent("beta.quantile", p, batchShape, []).add(tf.zeros(batchShape));
        const [first, second] = [broadcastTo(a, levels.shape), broadcastTo(b, levels.shape)];
        return atLevels(
          levels,
          [0, 1],
          (below, above) => drawOf(betaLogOddsQuantile(first, second, below, above)).x,
        );
      }),
    mode: () => tf.tidy(() => modeOf(full(a), full(b))),
  };
}

/** A number in [0, 1], moved inside by the least that float32 can express. */
function inside(point: tf.Tensor): Fraction {
  const x = point.clipByValue(LEAST, BELOW_ONE);
  return { x, y: tf.sub(1, x), logX: x.log(), logY: x.neg().log1p() };
}

/** The number in (0, 1) with the given log odds, moved inside by the least that float32 can express. */
function drawOf(logOdds: tf.Tensor): Fraction {
  const { y, logX, logY } = fractionOf(logOdds);
  return { x: expAboveLeast(logX).minimum(BELOW_ONE), y, logX, logY };
}

/**
 * (α − 1) / (α + β − 2) if both are above 1, otherwise the end that alone has the highest density; NaN where
 * there is none: for α = β = 1, and for α, β ≤ 1 if both ends have infinite densities.
 */
function modeOf(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [ones, zeros] = [a.sub(1).relu(), b.sub(1).relu()];
  const interior = ones.div(ones.add(zeros)); // NaN where both are 0
  const atZero = a.less(1).logicalAnd(b.equal(1));
  const atOne = b.less(1).logicalAnd(a.equal(1));
  return tf.where(atZero, 0, tf.where(atOne, 1, interior));
}

tree.register<Beta, Pick<Beta, "alpha" | "beta">>("beta", {
  parts: ({ alpha, beta: b }) => ({ alpha, beta: b }),
  rebuild: ({ alpha, beta: b }) => beta(alpha, b),
});
