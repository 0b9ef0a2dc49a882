import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import type { Loss } from "../../../train/fit";
import { logProb, sizes, type Mdn } from "./model";

/**
 * −(1/B) Σ_i log p(y_i|x_i) in nats, for `fit`.
 *
 * Its batch is [B, In+D], each x with its y behind it, as `tf.concat([x, y], 1)` makes of the data.
 *
 * @throws when the batch has another shape.
 */
export const loss: Loss<Mdn> = (params, batch) => {
  const { inputs, outputs } = sizes(params);
  checkShape("mdn.loss", "batch", batch, ["B", `In+D=${inputs + outputs}`], "use tf.concat([x, y], 1)");
  const value = tf.tidy(() => {
    const [x, y] = tf.split(batch, [inputs, outputs], 1);
    return logProb(params, x as tf.Tensor, y as tf.Tensor)
      .mean()
      .neg();
  });
  return [value, {}];
};
