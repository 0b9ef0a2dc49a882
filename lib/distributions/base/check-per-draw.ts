import type * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";
import type { Distribution } from "./distribution";

/**
 * Checks that a function of draws returned one number per draw and member of the batch of q, [draws, ...B].
 *
 * Broadcasting another shape would mix the draws.
 *
 * @param argument how the value reads in the call, such as "f(z)", for the message.
 * @throws if the shape differs, naming the caller and the argument.
 */
export function checkPerDraw(
  caller: string,
  argument: string,
  values: tf.Tensor,
  q: Distribution,
  draws: number,
): void {
  const expected = showShape([draws, ...q.batchShape]);
  if (showShape(values.shape) !== expected)
    throw new Error(
      `${caller}: ${argument} must be ${expected}, one number per draw and member of the batch of q, ` +
        `got ${showShape(values.shape)}`,
    );
}
