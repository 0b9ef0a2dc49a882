import * as tf from "@tensorflow/tfjs";
import { isTracing } from "../../core/tensor/tracing";
import { sizeOf } from "../../core/tensor/shape";
import { oneHot } from "../../core/tensor/one-hot";

/** A function of what is known of the draws, tensors [draws, ...] of one shape, to what broadcasts with them. */
type OfDraws = (...inputs: tf.Tensor[]) => tf.Tensor;

/**
 * Checks that the baseline of a draw stays where it is when what is known of this draw alone is changed.
 *
 * The first and the last element of the inputs are raised by 1,000 times their size, one after the other, and the baseline of
 * that element must not move by more than rounding explains.
 *
 * @returns 0; in a compiled function, where no value can be looked at, NaN in place of the error.
 * @throws when the baseline moves.
 */
export const checkBaseline = (baseline: OfDraws, inputs: readonly tf.Tensor[]): tf.Tensor =>
  tf.tidy(() => {
    const { raised, moved } = tryOut(baseline, inputs);
    // A sum over all draws takes 1/draws of the rise; the rounding of a sum over the others is 10⁻⁷ of that
    const limit = raised.mul(1e-5 / (inputs[0]?.shape[0] ?? 1));
    const verdict = tf.where(moved.greater(limit), tf.scalar(NaN), tf.scalar(0));
    if (isTracing() || verdict.dataSync()[0] === 0) return verdict;
    const show = (x: tf.Tensor): string => Number(x.dataSync()[0]).toPrecision(3);
    throw new Error(
      "scoreFunction: baseline must not depend on the draw that it is used for, or the gradient is biased; " +
        `a cost raised by ${show(raised)} moved its own baseline by ${show(moved)}; ` +
        "use the other draws, as leaveOneOut does, or what was known before, as constantBaseline does",
    );
  });

/** By how much the first input was raised in one element, and the most that the baseline of this element moved. */
function tryOut(
  baseline: OfDraws,
  inputs: readonly tf.Tensor[],
): { readonly raised: tf.Tensor; readonly moved: tf.Tensor } {
  const shape = inputs[0]?.shape ?? [];
  const size = sizeOf(shape);
  const rises = inputs.map((x) => x.abs().max().add(1).mul(1000));
  const movedBy = (place: number): tf.Tensor => {
    const one = oneHot(tf.scalar(place, "int32"), size).reshape(shape);
    const at = (values: readonly tf.Tensor[]): tf.Tensor =>
      baseline(...values)
        .mul(one)
        .sum();
    const changed = inputs.map((x, i) => x.add(one.mul(rises[i] as tf.Tensor)));
    return at(changed).sub(at(inputs)).abs();
  };
  return { raised: rises[0] as tf.Tensor, moved: tf.maximum(movedBy(0), movedBy(size - 1)) };
}
