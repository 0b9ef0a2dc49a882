import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Shape } from "../../core/tensor/shape";

/**
 * A probability distribution, or a batch of independent ones, as a plain object of tensors and functions.
 *
 * Shapes are read S, B, E: S draws asked for, B members of the batch, E axes of one outcome.
 */
export interface Distribution {
  /** Which distribution this is; `kl` looks pairs of kinds up in its table. */
  readonly kind: string;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  /** Draws, [...S, ...B, ...E]. */
  sample(key: Key, sampleShape?: Shape): tf.Tensor;
  /** log p(x) in nats of x [...S, ...B, ...E], the densities of an outcome's axes together: [...S, ...B]. */
  logProb(x: tf.Tensor): tf.Tensor;
  /** E[x], [...B, ...E]. */
  mean(): tf.Tensor;
  /** Var[x], [...B, ...E]. */
  variance(): tf.Tensor;
  /** −E[log p(x)] in nats, [...B]. */
  entropy(): tf.Tensor;
}

/**
 * A distribution whose draws are a differentiable function of its parameters and of noise that does not depend on them.
 *
 * The pathwise estimator needs one; a discrete distribution cannot be one, which the compiler then says.
 */
export interface Reparameterized extends Distribution {
  readonly reparameterized: true;
}
