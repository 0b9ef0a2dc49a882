import * as tf from "@tensorflow/tfjs";
import { logGamma } from "../../core/random/log-gamma";
import { inspectable } from "../../core/show/inspectable";
import { ratioExcess } from "../../core/special/convex";
import { stirlingError } from "../../core/special/stirling";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import { dirichletEntropy } from "../base/dirichlet-entropy";
import type { Reparameterized, With } from "../base/distribution";
import { LEAST, logAtEdge } from "../base/edge";
import { expAboveLeast } from "../base/exp-above-least";
import { toParameter } from "../base/parameter";

/** A batch of Dirichlet distributions of probability vectors. */
export interface Dirichlet extends With<Reparameterized, "entropy" | "mode"> {
  readonly kind: "dirichlet";
  /** Concentrations α, [...B, K]. */
  readonly concentration: tf.Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** How far from 1 the sum of an outcome may be, for rounding. */
const ROUNDING = 1e-4;

/**
 * Returns Dirichlet(α) over vectors of K probabilities, with density Π_k x_k^(α_k − 1) / B(α).
 *
 * Draws are gamma variables divided by their sum, and have their implicit reparameterization gradients
 * (`gamma`). `logProb` is −∞ for a vector with a negative entry, or whose sum differs from 1 by more than
 * 10⁻⁴; within that, it is the density of the nearby vector whose sum is 1.
 *
 * @param parameter concentrations α, above 0 (not checked), [...B, K].
 * @throws if there is no axis of categories, or K = 0.
 */
export function dirichlet(parameter: tf.Tensor): Dirichlet {
  const concentration = toParameter("dirichlet", "concentration", parameter);
  const batchShape = concentration.shape.slice(0, -1);
  const eventShape = concentration.shape.slice(-1);
  if ((eventShape[0] ?? 0) === 0)
    throw new Error(
      `dirichlet: concentration must be [..., K] with K >= 1, got ${showShape(concentration.shape)}`,
    );
  const total = (): tf.Tensor => concentration.sum(-1, true); //                             n, [...B, 1]
  return {
    kind: "dirichlet",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape,
    concentration,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const alpha = broadcastTo(concentration, [...sampleShape, ...concentration.shape]);
        return expAboveLeast(logGamma(key, alpha).logSoftmax()); //                          x_k / Σ_j x_j
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("dirichlet.logProb", x, batchShape, eventShape);
        const outside = detached(logOnSimplex, point).add(logAtEdge(point, concentration).sum(-1));
        const inside = point.maximum(LEAST);
        return logDensity(concentration, total(), inside).add(outside);
      }),
    mean: () => tf.tidy(() => concentration.div(total())),
    variance: () =>
      tf.tidy(() => {
        const m = concentration.div(total());
        return m.mul(tf.sub(1, m)).div(total().add(1)); // m (1 − m) / (n + 1)
      }),
    entropy: () => tf.tidy(() => dirichletEntropy(concentration)),
    mode: () => tf.tidy(() => modeOf(concentration)),
  };
}

/**
 * Σ_k (α_k − 1) log x_k − log B(α), as −Σ_k (log x_k + α_k (r_k − 1 − log r_k)) − the normalizer with
 * Stirling's errors; r_k is x_k over its mean, and Σ_k α_k (r_k − 1) is 0.
 */
function logDensity(alpha: tf.Tensor, n: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [logX, logAlpha] = [x.log(), alpha.log()];
  const excess = x.mul(n).sub(alpha).div(alpha); // r − 1
  const fit = ratioExcess(excess, logX.add(n.log()).sub(logAlpha)).mul(alpha);
  const parts = stirlingError(alpha).sub(logAlpha.mul(0.5)).add(HALF_LOG_TWO_PI).sum(-1);
  const whole = stirlingError(n).sub(n.log().mul(0.5)).add(HALF_LOG_TWO_PI).squeeze([-1]);
  return logX.add(fit).sum(-1).neg().sub(parts).add(whole);
}

/** (α_k − 1) / (n − K) if no α_k is below 1 and one is above it, otherwise NaN: no density is the highest. */
function modeOf(alpha: tf.Tensor): tf.Tensor {
  const excess = alpha.sub(1);
  const isUnique = excess.min(-1, true).greaterEqual(0);
  return tf.where(isUnique, excess.div(excess.sum(-1, true)), NaN); // 0 / 0 where all are 1
}

/** 0 where the last axis sums to 1, −∞ elsewhere. */
function logOnSimplex(x: tf.Tensor): tf.Tensor {
  return x.sum(-1).sub(1).abs().lessEqual(ROUNDING).cast("float32").log();
}

tree.register<Dirichlet, Pick<Dirichlet, "concentration">>("dirichlet", {
  parts: ({ concentration }) => ({ concentration }),
  rebuild: ({ concentration }) => dirichlet(concentration),
});
