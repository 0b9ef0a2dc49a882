import * as tf from "@tensorflow/tfjs";
import { sizeOf, type Shape } from "../core/tensor/shape";

/**
 * Returns one copy of the draws for each variable of an event, with only that variable replaced.
 *
 * @param z draws, [draws, ...B, ...E], with |E| variables.
 * @param values the new value of each variable, [draws, ...B, ...E].
 * @returns [|E| · draws, ...B, ...E]; the first `draws` rows have the first variable replaced.
 */
export function replaceEach(z: tf.Tensor, values: tf.Tensor, eventShape: Shape): tf.Tensor {
  return tf.tidy(() => {
    const variables = sizeOf(eventShape);
    const ones = z.shape.slice(0, z.rank - eventShape.length).map(() => 1);
    const mask = tf.eye(variables).reshape([variables, ...ones, ...eventShape]); // 1 at the replaced variable
    const replaced = values.mul(mask).add(z.mul(mask.neg().add(1))); //             [|E|, draws, ...B, ...E]
    return replaced.reshape([-1, ...z.shape.slice(1)]).cast(z.dtype);
  });
}

/** Rearranges costs of the draws of {@link replaceEach}, [|E| · draws, ...B], to [draws, ...B, ...E]. */
export function byVariable(cost: tf.Tensor, eventShape: Shape): tf.Tensor {
  return tf.tidy(() => {
    const rows = cost.reshape([sizeOf(eventShape), -1, ...cost.shape.slice(1)]); // [|E|, draws, ...B]
    const last = rows.transpose([...Array.from({ length: rows.rank - 1 }, (_, i) => i + 1), 0]);
    return last.reshape([...last.shape.slice(0, -1), ...eventShape]);
  });
}
