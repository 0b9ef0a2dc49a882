import * as tf from "@tensorflow/tfjs";
import * as tree from "../tree";
import { forbidden } from "./errors";
import type { Graph, TensorType } from "./graph";
import { recording } from "./hooks";
import { alias, type NativeBackend } from "./native";
import { Recorder } from "./record";
import { currentRecorder } from "./tracing";

/** A function as it was recorded. */
export interface Trace<R> {
  readonly graph: Graph;
  /** What the function returned; its tensors are gone, the structure and whatever is no tensor are used. */
  readonly result: R;
  /** Handles of tensors from outside, which the last parameters of the graph stand for. */
  readonly captures: readonly number[];
  /** Registered functions that the graph calls. */
  readonly callees: readonly string[];
}

/** Handles of declared constants, with their types. */
export type Constants = ReadonlyMap<number, TensorType>;

/** Shape and type of a tensor as TensorFlow knows them. */
export const nativeType = (backend: NativeBackend, x: tf.TensorInfo): TensorType => ({
  shape: x.shape,
  dtype: backend.tensorMap.get(x.dataId).dtype,
});

/** The handle of a tensor. */
export const handle = (backend: NativeBackend, x: tf.TensorInfo): number =>
  backend.getInputTensorIds([x])[0] as number;

/**
 * Runs a function once and records it.
 *
 * @param inputs one example for each tensor argument. The function gets tensors of the same values but of handles of their own,
 *   so that it cannot be confused which argument a tensor came from.
 * @param f gets the tensor arguments; the tensors of the tree it returns are the results.
 */
export function traceFunction<R>(
  backend: NativeBackend,
  label: string,
  inputs: readonly tf.Tensor[],
  f: (tensors: readonly tf.Tensor[]) => R,
  constants: Constants = new Map(),
): Trace<R> {
  const recorder = new Recorder(label, constants, currentRecorder());
  let trace: Trace<R> | undefined;
  tf.tidy(() => {
    const tensors = inputs.map((x) => alias(backend, x));
    for (const x of tensors) recorder.parameter(handle(backend, x), nativeType(backend, x));
    trace = recording(backend, recorder, () => {
      const result = f(tensors);
      if (recorder.violation !== undefined) throw recorder.violation;
      if (result instanceof Promise) throw forbidden.promise(label);
      const results = tree.leaves(result).map((x) => recorder.ref(handle(backend, x)));
      const captures = recorder.captures.map(({ id }) => id);
      return { graph: recorder.graph(results), result, captures, callees: recorder.callees };
    });
  });
  return trace as Trace<R>;
}
