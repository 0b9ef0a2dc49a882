import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { broadcastShapes } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of discretized logistic distributions over the levels 0 … K − 1, such as those of a pixel. */
export interface DiscretizedLogistic extends With<Distribution, "entropy" | "cdf" | "mode"> {
  readonly kind: "discretizedLogistic";
  /** Means of the logistic distributions in levels, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Their scales in levels, broadcast to [...B]. */
  readonly scale: tf.Tensor;
  /** K. */
  readonly levels: number;
}

/**
 * Returns the distribution of a logistic variable that is rounded to the nearest of the levels 0 … K − 1,
 *
 *     p(k) = S((k + ½ − μ) / s) − S((k − ½ − μ) / s),   S(t) = 1 / (1 + e⁻ᵗ)
 *
 * where the lowest and the highest level take the tails (Kingma et al. 2016, "Improved variational inference
 * with inverse autoregressive flow"; Salimans et al. 2017, "PixelCNN++", who mix several: see
 * `mixtureSameFamily`).
 *
 * Draws are int32 and carry no gradient. `logProb` is −∞ for a value that is no level; it keeps its digits
 * where the difference above has none. The mean, the variance and the entropy are sums over the levels.
 *
 * @param mean μ, in levels, [...B].
 * @param spread s, in levels, above 0 (not checked), [...B].
 * @param levels K, at least 2: 256 for bytes.
 * @throws if the two shapes do not broadcast, a parameter is neither a number nor a tensor of numbers, or K
 *   is not an integer of at least 2.
 */
export function discretizedLogistic(mean: Parameter, spread: Parameter, levels: number): DiscretizedLogistic {
  const mu = toParameter("discretizedLogistic", "mu", mean);
  const scale = toParameter("discretizedLogistic", "scale", spread);
  checkCount("discretizedLogistic", "levels", levels, 2);
  const batchShape = broadcastShapes("discretizedLogistic", mu.shape, scale.shape);
  const last = levels - 1;
  /** p of all levels, and the levels, [...B, K]. */
  const table = (): { logP: tf.Tensor; p: tf.Tensor; k: tf.Tensor } => {
    const k = tf.range(0, levels, 1, "float32");
    const of = (x: tf.Tensor): tf.Tensor => broadcastTo(x, batchShape).expandDims(-1);
    const logP = logMass(k, of(mu), of(scale), last);
    return { logP, p: logP.exp(), k };
  };
  return {
    kind: "discretizedLogistic",
    ...inspectable,
    batchShape,
    eventShape: [],
    mu,
    scale,
    levels,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const u = random.uniform(key, [...sampleShape, ...batchShape]);
        const x = u.log().sub(u.neg().log1p()).mul(scale).add(mu); //              μ + s log(u / (1 − u))
        return detached((value) => value.round().clipByValue(0, last).cast("int32"), x);
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const k = checkEvent("discretizedLogistic.logProb", x, batchShape, []);
        const level = detached((value) => value.round().clipByValue(0, last), k);
        const outside = detached((value) => logIfLevel(value, last), k);
        return logMass(level, mu, scale, last).add(outside);
      }),
    mean: () =>
      tf.tidy(() => {
        const { p, k } = table();
        return p.mul(k).sum(-1);
      }),
    variance: () =>
      tf.tidy(() => {
        const { p, k } = table();
        const centred = k.sub(p.mul(k).sum(-1, true));
        return p.mul(centred.square()).sum(-1);
      }),
    entropy: () =>
      tf.tidy(() => {
        const { logP, p } = table();
        return p.mul(logP).sum(-1).neg(); //                                       −Σ_k p(k) log p(k)
      }),
    cdf: (x) =>
      tf.tidy(() => {
        const k = checkEvent("discretizedLogistic.cdf", x, batchShape, []).add(tf.zeros(batchShape));
        const level = detached((value) => value.floor(), k);
        const below = level.add(0.5).sub(mu).div(scale).sigmoid();
        return tf.where(level.less(0), 0, tf.where(level.greaterEqual(last), 1, below));
      }),
    mode: () =>
      tf.tidy(() => {
        const { logP } = table();
        return logP.argMax(-1);
      }),
  };
}

/**
 * log p(k) of levels 0 … last. With a and b, the standardized ends of the interval, S(a) − S(b) = S(a) S(−b)
 * (1 − e^(b − a)): no difference of nearly equal numbers.
 */
function logMass(level: tf.Tensor, mu: tf.Tensor, scale: tf.Tensor, last: number): tf.Tensor {
  const k = level.add(tf.zerosLike(mu.add(scale))); //                           of the broadcast shape
  const below = k.add(0.5).sub(mu).div(scale).neg().softplus().neg(); //         log S(a)
  const above = k.sub(0.5).sub(mu).div(scale).softplus().neg(); //               log S(−b)
  const width = scale.reciprocal().neg().expm1().neg().log(); //                 log (1 − e^(−1/s))
  return tf.where(k.equal(0), below, tf.where(k.equal(last), above, below.add(above).add(width)));
}

/** 0 where x is one of 0 … last, −∞ elsewhere. */
function logIfLevel(x: tf.Tensor, last: number): tf.Tensor {
  const isWhole = x.equal(x.round());
  return isWhole.logicalAnd(x.greaterEqual(0)).logicalAnd(x.lessEqual(last)).cast("float32").log();
}

type Parts = Pick<DiscretizedLogistic, "mu" | "scale" | "levels">;

tree.register<DiscretizedLogistic, Parts>("discretizedLogistic", {
  parts: ({ mu, scale, levels }) => ({ mu, scale, levels }),
  rebuild: ({ mu, scale, levels }) => discretizedLogistic(mu, scale, levels),
});
