import * as tf from "@tensorflow/tfjs";
import { tapeState } from "../trace/gradient-tape";

/** The method of tfjs's engine behind `tf.customGrad`; only the method takes functions of several results. */
interface KernelRunner {
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: readonly tf.Tensor[]) => void) => tf.Tensor[];
    backwardsFunc: (dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor[];
}

/**
 * Runs a function with a custom gradient: `tf.customGrad` for functions of several results.
 *
 * @param inputs the float tensors that the results depend on.
 * @param backward (gradients with respect to the results, saved tensors) → gradients with respect to the
 *   inputs.
 * @param save selects the tensors to save for it, given the results.
 */
export function withCustomGradient(
  inputs: readonly tf.Tensor[],
  forward: () => tf.Tensor[],
  backward: (dys: readonly tf.Tensor[], saved: readonly tf.Tensor[]) => readonly tf.Tensor[],
  save: (results: readonly tf.Tensor[]) => readonly tf.Tensor[],
): tf.Tensor[] {
  const engine = tf.engine() as unknown as KernelRunner;
  return engine.runKernelFunc({
    inputs: Object.fromEntries(inputs.map((x, i) => [i, x])),
    forwardFunc: (_, keep) => {
      const results = forward();
      keep(save(results));
      return results;
    },
    backwardsFunc: (dys, saved) => {
      if (tapeState().gradientDepth > 0)
        throw new Error("scan: a compiled loop has no second derivative; set unroll: true");
      const gradients = backward(Array.isArray(dys) ? dys : [dys], saved);
      return Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));
    },
  });
}
