import * as tf from "@tensorflow/tfjs";
import { logGamma } from "../../core/random/log-gamma";
import { inspectable } from "../../core/show/inspectable";
import { gammaCdf, logGammaKernel } from "../../core/special/incomplete-gamma";
import { logGammaQuantile } from "../../core/special/quantiles";
import { stirlingError, stirlingErrorSlope } from "../../core/special/stirling";
import { broadcastTo } from "../../core/tensor/broadcast";
import { broadcastShapes } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { atLevels } from "../base/at-levels";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { LEAST, logAtEdge } from "../base/edge";
import { expAboveLeast } from "../base/exp-above-least";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of gamma distributions of positive numbers. */
export interface Gamma extends With<Reparameterized, "entropy" | "cdf" | "quantile" | "mode"> {
  readonly kind: "gamma";
  /** Shapes α, broadcast to [...B]. */
  readonly concentration: tf.Tensor;
  /** Rates β, the inverse scales, broadcast to [...B]. */
  readonly rate: tf.Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Returns Gamma(α, β) with density β^α x^(α − 1) exp(−β x) / Γ(α), one for each element of the broadcast of
 * the parameters.
 *
 * `gamma(1, rate)` is the exponential distribution, `gamma(df / 2, 1 / 2)` is χ². Draws have implicit
 * reparameterization gradients (Figurnov, Mohamed & Mnih 2018). They are exact but for one in 10⁸, which six
 * rounds of rejection leave, and for those below 2⁻¹²⁶, which are that number.
 *
 * @param shape shapes α, above 0 (not checked), [...B]. The accuracy is tested from 0.001 to 1000.
 * @param inverseScale rates β, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function gamma(shape: Parameter, inverseScale: Parameter): Gamma {
  const concentration = toParameter("gamma", "concentration", shape);
  const rate = toParameter("gamma", "rate", inverseScale);
  const batchShape = broadcastShapes("gamma", concentration.shape, rate.shape);
  return {
    kind: "gamma",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    concentration,
    rate,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const alpha = broadcastTo(concentration, [...sampleShape, ...batchShape]);
        return expAboveLeast(logGamma(key, alpha).sub(rate.log())); // x₁ / β,  x₁ ~ Gamma(α, 1)
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("gamma.logProb", x, batchShape, []);
        const inside = point.maximum(LEAST);
        const logX = inside.log();
        // α log βx − βx − log Γ(α) − log x
        const kernel = logGammaKernel(concentration, inside.mul(rate), logX.add(rate.log()));
        return kernel.sub(logX).add(logAtEdge(point, concentration));
      }),
    mean: () => tf.tidy(() => broadcastTo(concentration.div(rate), batchShape)),
    variance: () => tf.tidy(() => broadcastTo(concentration.div(rate.square()), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(standardEntropy(concentration).sub(rate.log()), batchShape)),
    cdf: (x) =>
      tf.tidy(() => {
        const t = checkEvent("gamma.cdf", x, batchShape, []).mul(rate);
        const alpha = broadcastTo(concentration, t.shape);
        return tf.where(t.greater(0), gammaCdf(alpha, t.maximum(LEAST)), 0);
      }),
    quantile: (p) =>
      tf.tidy(() => {
        const levels = checkEvent("gamma.quantile", p, batchShape, []).add(tf.zeros(batchShape));
        const alpha = broadcastTo(concentration, levels.shape);
        return atLevels(levels, [0, Infinity], (below) =>
          expAboveLeast(logGammaQuantile(alpha, below).sub(rate.log())),
        );
      }),
    mode: () => tf.tidy(() => broadcastTo(concentration.sub(1).relu().div(rate), batchShape)),
  };
}

/**
 * α + log Γ(α) + (1 − α) ψ(α), the entropy for the rate 1, as ½ log 2πα + ½ − 1/2α + δ(α) + (1 − α) δ′(α):
 * the terms of order α log α cancel.
 */
function standardEntropy(alpha: tf.Tensor): tf.Tensor {
  const slope = stirlingErrorSlope(alpha);
  return alpha
    .log()
    .mul(0.5)
    .add(HALF_LOG_TWO_PI + 0.5)
    .sub(alpha.mul(2).reciprocal())
    .add(stirlingError(alpha))
    .add(slope.sub(slope.mul(alpha)));
}

tree.register<Gamma, Pick<Gamma, "concentration" | "rate">>("gamma", {
  parts: ({ concentration, rate }) => ({ concentration, rate }),
  rebuild: ({ concentration, rate }) => gamma(concentration, rate),
});
