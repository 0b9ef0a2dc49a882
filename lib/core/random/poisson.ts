import * as tf from "@tensorflow/tfjs";
import { logGammaKernel } from "../special/incomplete-gamma";
import { uniform } from "./draws";
import { split, type Key } from "./key";
import { openUniform } from "./noise";
import { firstAccepted } from "./rejection";

/** Rates from here on are drawn by rejection, smaller ones from a table of the probabilities of 0 … 47. */
const LARGE = 10;

/** P(X ≥ 48) is 10⁻¹⁷ for the rate 10. */
const TABLE = 48;

/** Rounds of rejection; each accepts with probability 0.75 or more, so that 6·10⁻⁸ of draws are left. */
const ROUNDS = 12;

/**
 * Draws numbers from Poisson(λ), float32 of the shape of λ, without gradient.
 *
 * For λ ≥ 10 twelve rounds of the transformed rejection PTRS of Hörmann (1993), "The transformed rejection
 * method for generating Poisson random variables"; a draw that no round accepts, one in 10⁷, is the last
 * proposal. For λ < 10 by inversion.
 *
 * @param rate λ > 0 (not checked).
 */
export function poissonValues(key: Key, rate: tf.Tensor): tf.Tensor {
  const [inversionKey, rejectionKey] = split(key);
  const isLarge = rate.greaterEqual(LARGE);
  const small = byInversion(inversionKey, tf.where(isLarge, LARGE, rate));
  return tf.where(isLarge, byRejection(rejectionKey, tf.where(isLarge, rate, LARGE)), small);
}

/** The number of k with P(X ≤ k) ≤ u. */
function byInversion(key: Key, rate: tf.Tensor): tf.Tensor {
  const k = tf.range(0, TABLE, 1, "float32");
  const factors = rate.expandDims(-1).div(k.maximum(1)); // λ/k, whose products are λᵏ/k!
  const axis = rate.rank; // the backends cpu and wasm do not know −1 here
  const terms = tf.where(k.equal(0), 1, factors).cumprod(axis);
  const cdf = terms.mul(rate.neg().exp().expandDims(-1)).cumsum(axis);
  return openUniform(key, rate.shape).expandDims(-1).greaterEqual(cdf).cast("float32").sum(-1);
}

function byRejection(key: Key, rate: tf.Tensor): tf.Tensor {
  const [firstKey, secondKey] = split(key);
  const shape = [ROUNDS, ...rate.shape];
  // The constants of the hat, from the paper
  const b = rate.sqrt().mul(2.53).add(0.931);
  const a = b.mul(0.02483).sub(0.059);
  const inverseAlpha = tf.div(1.1328, b.sub(3.4)).add(1.1239);
  const bound = tf.sub(0.9277, tf.div(3.6224, b.sub(2)));
  const u = uniform(firstKey, shape).sub(0.5 - 2 ** -24); // on (−½, ½)
  const v = openUniform(secondKey, shape);
  const us = tf.sub(0.5, u.abs());
  const k = a.mul(2).div(us).add(b).mul(u).add(rate).add(0.43).floor();
  const inSqueeze = us.greaterEqual(0.07).logicalAnd(v.lessEqual(bound));
  const isPossible = k.greaterEqual(0).logicalAnd(us.greaterEqual(0.013).logicalOr(v.lessEqual(us)));
  const hat = v.mul(inverseAlpha).div(a.div(us.square()).add(b)).log();
  const fits = hat.lessEqual(logProbability(k.maximum(0), rate));
  const accepted = inSqueeze.logicalOr(isPossible.logicalAnd(fits));
  return firstAccepted(k, accepted).maximum(0);
}

/** log P(X = k) as the log-density of Gamma(k + 1, 1) at λ. */
function logProbability(k: tf.Tensor, rate: tf.Tensor): tf.Tensor {
  const logRate = rate.log();
  return logGammaKernel(k.add(1), rate, logRate).sub(logRate);
}
