import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Shape } from "../../core/tensor/shape";

/**
 * A probability distribution, or a batch of independent ones, as a plain object of tensors and functions.
 *
 * Shapes are written S, B, E: the sample shape, the batch shape, and the event shape (axes of one outcome).
 */
export interface Distribution {
  /** The name of the family, by which `kl` finds the closed form for a pair. */
  readonly kind: string;
  /** B, the shape of the batch; [] for a single distribution. */
  readonly batchShape: Shape;
  /** E, the shape of one outcome; [] for a scalar. */
  readonly eventShape: Shape;
  /** Draws, [...S, ...B, ...E]; one for each member of the batch by default. */
  sample(key: Key, sampleShape?: Shape): tf.Tensor;
  /** log p(x) in nats, a joint density over the event axes: x [...S, ...B, ...E] to [...S, ...B]. */
  logProb(x: tf.Tensor): tf.Tensor;
  /** E[x], [...B, ...E]. */
  mean(): tf.Tensor;
  /** Var[x], [...B, ...E]. */
  variance(): tf.Tensor;
  /** −E[log p(x)] in nats, [...B]; only where it has a closed form. */
  entropy?(): tf.Tensor;
  /** P(X ≤ x), x [...S, ...B] to [...S, ...B]; only of scalars, where it has a closed form. */
  cdf?(x: tf.Tensor): tf.Tensor;
  /** The x with P(X ≤ x) = p, p [...S, ...B] in [0, 1] to [...S, ...B]; the inverse of `cdf`. */
  quantile?(p: tf.Tensor): tf.Tensor;
  /** The outcome of the highest density, [...B, ...E]; where it is unique. */
  mode?(): tf.Tensor;
  /**
   * Draws with their log-densities, [...S, ...B, ...E] and [...S, ...B]; where this is more accurate than
   * `logProb` of the draws. `sampleAndLogProb` works for all distributions.
   */
  sampleAndLogProb?(key: Key, sampleShape?: Shape): readonly [x: tf.Tensor, logProb: tf.Tensor];
}

/**
 * A distribution whose draws are differentiable functions of its parameters and of parameter-free noise.
 *
 * The pathwise estimator requires one. A discrete distribution is not one; passing it is a type error.
 */
export interface Reparameterized extends Distribution {
  /** Marks the type; always true. */
  readonly reparameterized: true;
}

/** A type of distributions of which some optional functions exist: `With<Distribution, "entropy">`. */
export type With<D extends Distribution, K extends keyof D> = D & Required<Pick<D, K>>;
