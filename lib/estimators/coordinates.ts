import * as tf from "@tensorflow/tfjs";
import { sizeOf, type Shape } from "../core/tensor/shape";

/**
 * For each variable of an event in turn: draws with the value of this variable alone replaced.
 *
 * @param z draws, and `values` what the variables become, both [draws, ...B, ...E] with |E| variables.
 * @returns [|E| · draws, ...B, ...E], the first draws with the first variable replaced.
 */
export const replaceEach = (z: tf.Tensor, values: tf.Tensor, eventShape: Shape): tf.Tensor =>
  tf.tidy(() => {
    const variables = sizeOf(eventShape);
    const ones = z.shape.slice(0, z.rank - eventShape.length).map(() => 1);
    const mask = tf.eye(variables).reshape([variables, ...ones, ...eventShape]); // 1 at the variable in turn
    const replaced = values.mul(mask).add(z.mul(mask.neg().add(1))); //                [|E|, draws, ...B, ...E]
    return replaced.reshape([-1, ...z.shape.slice(1)]).cast(z.dtype);
  });

/** Costs of the draws of `replaceEach`, [|E| · draws, ...B], by variable: [draws, ...B, ...E]. */
export const byVariable = (cost: tf.Tensor, eventShape: Shape): tf.Tensor =>
  tf.tidy(() => {
    const rows = cost.reshape([sizeOf(eventShape), -1, ...cost.shape.slice(1)]); // [|E|, draws, ...B]
    const last = rows.transpose([...Array.from({ length: rows.rank - 1 }, (_, i) => i + 1), 0]);
    return last.reshape([...last.shape.slice(0, -1), ...eventShape]);
  });
