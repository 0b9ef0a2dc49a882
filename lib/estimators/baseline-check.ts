import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../core/shape";

/**
 * Checks that a baseline of a draw stays where it is when what is known of this draw alone is changed.
 *
 * The first and the last element of the inputs are raised by 1,000 times their size, one after the other, and the baseline of
 * that element must not move by more than rounding explains. It reads values, so it cannot stand in a compiled function.
 *
 * @param baseline tensors [draws, ...] → what broadcasts with them.
 * @param inputs what the baseline is a function of, all of one shape.
 * @throws when it moves.
 */
export function checkBaseline(
  baseline: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
): void {
  const [raise, moved] = tf.tidy(() => {
    const shape = inputs[0]?.shape ?? [];
    const size = sizeOf(shape);
    const step = inputs.map((x) => 1000 * (1 + (x.abs().max().dataSync()[0] ?? 0)));
    const at = (values: readonly tf.Tensor[], place: number): number =>
      baseline(...values)
        .add(tf.zeros(shape))
        .flatten()
        .dataSync()[place] ?? NaN;
    const movedBy = (place: number): number => {
      const one = tf.oneHot(tf.tensor1d([place], "int32"), Math.max(size, 2)).slice([0, 0], [1, size]); // a depth of 1 is refused
      const raised = inputs.map((x, i) => x.add(one.mul(step[i] ?? 0).reshape(shape)));
      return Math.abs(at(raised, place) - at(inputs, place));
    };
    return [step[0] ?? 0, Math.max(movedBy(0), movedBy(size - 1))] as const;
  });
  const draws = inputs[0]?.shape[0] ?? 1;
  // A sum over all draws takes 1/draws of the rise; the rounding of a sum over the others is 10⁻⁷ of that
  if (!(moved > (1e-5 * raise) / draws)) return;
  throw new Error(
    "scoreFunction: baseline must not depend on the draw that it is used for, or the gradient is biased; " +
      `a cost raised by ${raise.toPrecision(3)} moved its own baseline by ${moved.toPrecision(3)}; ` +
      "use the other draws, as leaveOneOut does, or what was known before, as constantBaseline does",
  );
}
