import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import { sizeOf, type Shape } from "../../core/tensor/shape";
import type { Distribution } from "./distribution";

/**
 * Draws from a batch that is broadcast to a larger one, [...S, ...B, ...E]: independent draws for each member
 * of the larger batch, also where members share a distribution.
 *
 * @param batchShape B, to which the batch of the distribution broadcasts.
 */
export function sampleInto(
  distribution: Distribution,
  key: Key,
  sampleShape: Shape,
  batchShape: Shape,
): tf.Tensor {
  const missing = batchShape.length - distribution.batchShape.length;
  const own = [...Array<number>(missing).fill(1), ...distribution.batchShape];
  const copies = batchShape.map((size, i) => size / (own[i] ?? 1)); // 1 where the axis is its own
  if (sizeOf(copies) === 1 && missing === 0) return distribution.sample(key, sampleShape);
  return tf.tidy(() => {
    const draws = distribution.sample(key, [...sampleShape, ...copies]); // [...S, ...copies, ...own, ...E]
    const rank = batchShape.length;
    const start = sampleShape.length;
    const event = distribution.eventShape;
    const interleaved = draws.reshape([sizeOf(sampleShape), ...copies, ...own, sizeOf(event)]);
    const axes = batchShape.flatMap((_, i) => [1 + i, 1 + rank + i]);
    return interleaved
      .transpose([0, ...axes, 1 + 2 * rank])
      .reshape([...draws.shape.slice(0, start), ...batchShape, ...event]);
  });
}
