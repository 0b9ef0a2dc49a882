import * as tf from "@tensorflow/tfjs";
import { gaussLegendre } from "../../core/numeric/gauss-legendre";
import type { Distribution } from "../base/distribution";

/** Exact to float32 for distribution functions without kinks. */
const RULE = gaussLegendre(32);

/**
 * Returns the mean and the variance of a number in [low, high], by quadrature: about any point c they are c +
 * ∫ P(X > x) dx over the numbers above it − ∫ P(X ≤ x) dx over those below it, and twice the integrals with
 * |x − c|, added; nothing cancels.
 *
 * @param cdf P(X ≤ x) inside the interval, x [32, ...B] to [32, ...B].
 * @param low lower ends, [...B].
 * @param high upper ends, [...B].
 */
export function momentsWithin(
  cdf: (x: tf.Tensor) => tf.Tensor,
  low: tf.Tensor,
  high: tf.Tensor,
): { mean: tf.Tensor; variance: tf.Tensor } {
  const along = (values: readonly number[]): tf.Tensor =>
    tf.tensor1d([...values]).reshape([values.length, ...low.shape.map(() => 1)]);
  const [nodes, weights] = [along(RULE.nodes), along(RULE.weights)];
  /** The probabilities beyond the nodes on both sides of c, times their weights, and their distances. */
  const about = (c: tf.Tensor) => {
    const [up, down] = [high.sub(c), c.sub(low)];
    const [farUp, farDown] = [nodes.mul(up), nodes.mul(down)]; //                 |x − c|
    return {
      above: tf
        .sub(1, cdf(c.add(farUp)))
        .mul(weights)
        .mul(up), //                P(X > x) dx
      below: cdf(c.sub(farDown)).mul(weights).mul(down), //                       P(X ≤ x) dx
      farUp,
      farDown,
    };
  };
  const middle = low.add(high).div(2);
  const first = about(middle);
  const mean = middle.add(first.above.sum(0)).sub(first.below.sum(0));
  const { above, below, farUp, farDown } = about(mean);
  return { mean, variance: above.mul(farUp).add(below.mul(farDown)).sum(0).mul(2) };
}

/** Throws if the outcomes of a distribution are not numbers. */
export function checkNumbers(caller: string, { kind, eventShape }: Distribution): void {
  if (eventShape.length > 0)
    throw new Error(
      `${caller}: base must be a distribution of numbers, ` +
        `got ${kind} with outcomes of rank ${eventShape.length}`,
    );
}
