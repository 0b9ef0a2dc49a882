import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../lib/core/shape";
import type { Distribution } from "../../lib/distributions";

/** Outcomes x [N, ...B, ...E] that stand for all there are: Σ_n w_n p(x_n) is 1, with w [N, ...B]. */
export interface Outcomes {
  readonly x: tf.Tensor;
  readonly weights: tf.Tensor;
}

/**
 * All outcomes of a distribution, or a grid over a continuous one.
 *
 * @param categories how many outcomes an element of the event has, 0 … categories − 1; undefined for a grid of `points` from
 *   −9 to 9 standard deviations about the mean. For a normal density such a sum is exact to 10⁻¹⁰ from 31 points on.
 */
export function outcomes(d: Distribution, categories?: number, points = 61): Outcomes {
  const elements = sizeOf(d.eventShape);
  const each = categories ?? points;
  const n = each ** elements;
  if (n > 200_000) throw new Error(`outcomes: ${n} are too many`);
  // Element e of outcome i is digit e of i, written in base `each`
  const digits = Float32Array.from(
    { length: n * elements },
    (_, i) => Math.floor(Math.floor(i / elements) / each ** (i % elements)) % each,
  );
  const shape = [n, ...d.batchShape.map(() => 1), ...d.eventShape];
  const ones = tf.ones([n, ...d.batchShape]);
  if (categories !== undefined)
    return { x: tf.tensor(digits, shape).mul(tf.ones([n, ...d.batchShape, ...d.eventShape])), weights: ones };
  const step = 18 / (points - 1);
  const sd = d.variance().sqrt();
  const spacing = sd
    .mul(step)
    .reshape([...d.batchShape, elements])
    .prod(-1);
  return { x: tf.tensor(digits, shape).mul(step).sub(9).mul(sd).add(d.mean()), weights: ones.mul(spacing) };
}
