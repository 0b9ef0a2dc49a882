import * as tf from "@tensorflow/tfjs";
import { unstack } from "../tensor/unstack";

/**
 * Returns the first accepted of R proposals, elementwise, or the last one if none is.
 *
 * A fixed number of rounds, all drawn at once: what is compiled cannot repeat until a draw is accepted.
 *
 * @param proposals [R, ...].
 * @param accepted boolean, of the same shape.
 */
export function firstAccepted(proposals: tf.Tensor, accepted: tf.Tensor): tf.Tensor {
  const [values, flags] = [unstack(proposals), unstack(accepted)];
  return values.reduceRight((later, value, i) => tf.where(flags[i] as tf.Tensor, value, later));
}
