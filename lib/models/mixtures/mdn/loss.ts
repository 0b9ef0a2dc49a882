import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import { logProb, sizes, type Mdn } from "./model";

/**
 * The negative log-likelihood −(1/B) Σ_i log p(y_i|x_i) in nats, as a loss for `fit`.
 *
 * The batch is [B, In+D], each x followed by its y: the data are `tf.concat([x, y], 1)`.
 *
 * @throws if the batch has a different shape.
 */
export function loss(
  params: Mdn,
  batch: tf.Tensor,
): readonly [loss: tf.Tensor, metrics: Record<string, never>] {
  const { inputs, outputs } = sizes(params);
  checkShape("mdn.loss", "batch", batch, ["B", `In+D=${inputs + outputs}`], "use tf.concat([x, y], 1)");
  const value = tf.tidy(() => {
    const [x, y] = tf.split(batch, [inputs, outputs], 1);
    return logProb(params, x as tf.Tensor, y as tf.Tensor)
      .mean()
      .neg();
  });
  return [value, {}];
}
