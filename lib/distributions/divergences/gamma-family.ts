/**
 * Divergences of the distributions whose normalizers are gamma functions, as sums of convex functions of
 * ratios: the leading terms of log Γ, by Stirling's formula, cancel exactly.
 */
import * as tf from "@tensorflow/tfjs";
import { ratioExcess } from "../../core/special/convex";
import { stirlingError, stirlingErrorSlope } from "../../core/special/stirling";
import type { Gamma } from "../continuous/gamma";

/** r − 1 − log r of r = a / b. */
function excessOf(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return ratioExcess(a.sub(b).div(b), a.log().sub(b.log()));
}

/**
 * g(p) − g(q) − (p − q) g′(q) for g(y) = log Γ(y) − y log y + y, elementwise: the Bregman divergence of
 * −½ log y, plus that of Stirling's error δ.
 */
function remainder(p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const ofError = stirlingError(p)
    .sub(stirlingError(q))
    .sub(p.sub(q).mul(stirlingErrorSlope(q)));
  return excessOf(p, q).mul(0.5).add(ofError);
}

/** α_p (κ − 1 − log κ) + the remainder of log Γ, with the ratio of means κ = (α_q / β_q) / (α_p / β_p). */
export function klGamma(q: Gamma, p: Gamma): tf.Tensor {
  const means = excessOf(q.concentration.mul(p.rate), p.concentration.mul(q.rate));
  return p.concentration.mul(means).add(remainder(p.concentration, q.concentration)).maximum(0);
}
