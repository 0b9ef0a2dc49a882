import * as tf from "@tensorflow/tfjs";
import { ratioExcess } from "../special/convex";
import { logGammaSlope } from "../special/incomplete-gamma";
import type { Shape } from "../tensor/shape";
import { normal } from "./draws";
import { split, type Key } from "./key";
import { openUniform } from "./noise";
import { firstAccepted } from "./rejection";

/** Rounds of rejection; each accepts with a probability of at least 0.95, so that 10⁻⁸ of draws are left. */
const ROUNDS = 6;

/**
 * Draws log x for x ~ Gamma(α, 1), of the shape of α.
 *
 * Six rounds of the rejection of Marsaglia & Tsang (2000), "A simple method for generating gamma variables",
 * for α ≥ 1; a draw that no round accepts, one in 10⁸, is the last proposal. For α < 1 it is log x₁ + (log U)
 * / α with x₁ of α + 1 (their section 6), which does not underflow.
 *
 * Differentiable with respect to α, by the implicit reparameterization gradient.
 *
 * @param alpha α > 0 (not checked).
 */
export function logGamma(key: Key, alpha: tf.Tensor): tf.Tensor {
  return tf.customGrad((a, save) => {
    const value = tf.tidy(() => drawLogGamma(key, a as tf.Tensor, alpha.shape));
    (save as (tensors: tf.Tensor[]) => void)([a as tf.Tensor, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [at, logX] = saved as [tf.Tensor, tf.Tensor];
        return dy.mul(logGammaSlope(at, logX));
      },
    };
  })(alpha);
}

function drawLogGamma(key: Key, alpha: tf.Tensor, shape: Shape): tf.Tensor {
  const [proposalKey, acceptanceKey, boostKey] = split(key, 3);
  const isSmall = alpha.less(1);
  const d = tf.where(isSmall, alpha.add(1), alpha).sub(1 / 3);
  const z = normal(proposalKey, [ROUNDS, ...shape]);
  const w = z.div(d.mul(9).sqrt()); //                                            x₁ = d (1 + w)³
  const isPositive = w.greater(-1);
  const root = tf.where(isPositive, w, 0);
  const logCube = root.log1p().mul(3);
  const excess = root.add(3).mul(root).add(3).mul(root); //                        (1 + w)³ − 1
  // log U < z²/2 − d (v − 1 − log v) with v = (1 + w)³
  const bound = z.square().mul(0.5).sub(ratioExcess(excess, logCube).mul(d));
  const logU = openUniform(acceptanceKey, [ROUNDS, ...shape]).log();
  const accepted = isPositive.logicalAnd(logU.less(bound));
  const logX = firstAccepted(logCube, accepted).add(d.log());
  const boost = openUniform(boostKey, shape).log().div(alpha); //                  (log U) / α
  return tf.where(isSmall, logX.add(boost), logX);
}
