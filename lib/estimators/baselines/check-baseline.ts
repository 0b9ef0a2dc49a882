import * as tf from "@tensorflow/tfjs";
import { isTracing } from "../../core/tensor/tracing";
import { sizeOf } from "../../core/tensor/shape";
import { oneHot } from "../../core/tensor/one-hot";

/** A baseline as a function of tensors [draws, ...] of one shape, to a tensor that broadcasts with them. */
type BaselineOfDraws = (...inputs: tf.Tensor[]) => tf.Tensor;

/**
 * Checks that the baseline of a draw does not change with the inputs of that draw.
 *
 * It raises the first and then the last element of the inputs by 1,000 times the largest magnitude; the
 * baseline of that element may change only by rounding.
 *
 * @returns 0; in a compiled function, which cannot read values, NaN instead of an error.
 * @throws if the baseline changes.
 */
export function checkBaseline(baseline: BaselineOfDraws, inputs: readonly tf.Tensor[]): tf.Tensor {
  return tf.tidy(() => {
    const { raised, moved } = perturb(baseline, inputs);
    // A mean over all draws changes by 1/draws of the rise; the rounding of a sum over the others by 10⁻⁷ of
    // it
    const limit = raised.mul(1e-5 / (inputs[0]?.shape[0] ?? 1));
    const verdict = tf.where(moved.greater(limit), tf.scalar(NaN), tf.scalar(0));
    if (isTracing() || verdict.dataSync()[0] === 0) return verdict;
    const show = (x: tf.Tensor): string => Number(x.dataSync()[0]).toPrecision(3);
    throw new Error(
      "scoreFunction: baseline must not depend on the draw that it is used for, or the gradient is biased; " +
        `raising a cost by ${show(raised)} changed its own baseline by ${show(moved)}; ` +
        "compute it from the other draws, like leaveOneOut, or from earlier costs, like learnedBaseline",
    );
  });
}

/** The amount by which an element of the first input was raised, and the largest change of its baseline. */
function perturb(
  baseline: BaselineOfDraws,
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
