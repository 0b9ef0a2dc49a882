import * as tf from "@tensorflow/tfjs";

/**
 * Returns the first accepted of R proposals, elementwise, or the last one if none is.
 *
 * A fixed number of rounds, all drawn at once: what is compiled cannot repeat until a draw is accepted.
 *
 * @param proposals [R, ...].
 * @param accepted boolean, of the same shape.
 */
export function firstAccepted(proposals: tf.Tensor, accepted: tf.Tensor): tf.Tensor {
  const [rounds = 0, ...rest] = proposals.shape;
  const round = tf.range(0, rounds, 1, "float32").reshape([rounds, ...rest.map(() => 1)]);
  const first = tf.where(accepted, round, rounds - 1).min(0);
  return tf.where(round.equal(first), proposals, 0).sum(0);
}
