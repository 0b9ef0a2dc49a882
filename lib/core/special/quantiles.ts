/**
 * Quantiles of the gamma and the beta distribution, by Newton's method.
 *
 * The density of log x of a gamma variable, and that of the log odds of a beta variable, are log-concave; so
 * is then the distribution function F. From a point on the left, Newton's steps on log F = log p never pass
 * the solution and come nearer with every step; from the right, the first step leads to the left. They start
 * where the asymptote of F for x → 0, a power of x, is p.
 *
 * The last two steps are differentiated, and not the ones before: this gives derivatives up to the third.
 */
import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../tensor/grad";
import { lgamma, softplus } from "../tensor/special";
import { betaCdf, betaRatioBelow, type Fraction, logBetaKernel } from "./incomplete-beta";
import { gammaCdf, gammaRatioAbove, gammaRatioBelow, logGammaKernel } from "./incomplete-gamma";

/** Steps without and with derivatives; twelve more change results within their rounding. */
const [STEPS, DIFFERENTIATED] = [8, 2];

/** Takes the steps from a start. */
function iterate(start: tf.Tensor, step: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  let x = stopGradient(start);
  for (let i = 0; i < STEPS; i++) x = stopGradient(step(x));
  for (let i = 0; i < DIFFERENTIATED; i++) x = step(x);
  return x;
}

/**
 * Returns log x with P(X ≤ x) = p for X ~ Gamma(α, 1), elementwise.
 *
 * @param alpha α > 0.
 * @param p of the shape of α, above 0 and below 1.
 */
export function logGammaQuantile(alpha: tf.Tensor, p: tf.Tensor): tf.Tensor {
  const border = detached((a) => a.maximum(1), alpha);
  const isBelow = stopGradient(p).lessEqual(stopGradient(gammaCdf(alpha, border)));
  const [low, high] = [p, tf.sub(1, p)].map((q, i) => {
    const isHere = i === 0 ? isBelow : isBelow.logicalNot();
    return tf.where(isHere, q, 0.01).log(); // elsewhere any p that is solved on this side
  }) as [tf.Tensor, tf.Tensor];
  // Γ(α + 1) p = x^α
  const start = low.add(lgamma(alpha.add(1))).div(alpha);
  const below = iterate(start, (logX) => {
    const x = logX.exp();
    const ratio = gammaRatioBelow(alpha, x);
    const logF = logGammaKernel(alpha, x, logX).add(ratio.log());
    return logX.add(low.sub(logF).mul(ratio));
  });
  // Above the border log P(X > x) is nearly linear in x
  const above = iterate(border, (x) => {
    const ratio = gammaRatioAbove(alpha, x);
    const logS = logGammaKernel(alpha, x, x.log()).add(ratio.log());
    return x.add(logS.sub(high).mul(ratio).mul(x));
  });
  return tf.where(isBelow, below, above.log());
}

/**
 * Returns the log odds log x/(1 − x) with P(X ≤ x) = p for X ~ Beta(a, b), elementwise.
 *
 * @param a a > 0; like b, p and q of one shape.
 * @param p above 0 and below 1.
 * @param q 1 − p.
 */
export function betaLogOddsQuantile(a: tf.Tensor, b: tf.Tensor, p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const border = stopGradient(a.add(1).log().sub(b.add(1).log()));
  const isBelow = stopGradient(p).lessEqual(stopGradient(betaCdf(a, b, fractionOf(border))));
  const pick = (below: tf.Tensor, above: tf.Tensor): tf.Tensor => tf.where(isBelow, below, above);
  const [first, second, target] = [pick(a, b), pick(b, a), pick(p, q).log()];
  // log B(a, b) from the density at x = ½
  const half = fractionOf(tf.zeros(a.shape));
  const logBeta = logBetaKernel(first, second, half).add(first.add(second).mul(Math.LN2)).neg();
  // x^a = a B(a, b) p; where that is beyond the border, the border
  const logX = stopGradient(target.add(first.log()).add(logBeta).div(first));
  const end = pick(border, border.neg());
  const start = tf.minimum(end, tf.where(logX.less(0), logX.sub(log1mExp(logX)), end));
  const logOdds = iterate(start, (l) => {
    const at = fractionOf(l);
    const ratio = betaRatioBelow(first, second, at);
    const logF = logBetaKernel(first, second, at).add(ratio.log());
    return l.add(target.sub(logF).mul(ratio));
  });
  return pick(logOdds, logOdds.neg());
}

/** log(1 − eˣ) for x < 0; anything elsewhere. */
function log1mExp(x: tf.Tensor): tf.Tensor {
  return x.minimum(-1e-30).expm1().neg().log();
}

/** The fraction with the given log odds; its logarithms do not underflow. */
export function fractionOf(logOdds: tf.Tensor): Fraction {
  return {
    x: logOdds.sigmoid(),
    y: logOdds.neg().sigmoid(),
    logX: softplus(logOdds.neg()).neg(),
    logY: softplus(logOdds).neg(),
  };
}
