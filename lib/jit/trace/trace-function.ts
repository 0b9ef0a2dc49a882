import * as tf from "@tensorflow/tfjs";
import type { Graph, TensorType } from "../tensorflow/graph";
import { unregister } from "../tensorflow/function-builder";
import { recording } from "./interception";
import { alias, type NativeBackend } from "../../core/backend/native";
import { Recorder } from "./recorder";
import { currentRecorder } from "./current-recorder";

/** A function as it was recorded. */
export interface Trace {
  readonly graph: Graph;
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
 * @param f gets the tensor arguments; the tensors that it returns are the results.
 */
export function traceFunction(
  backend: NativeBackend,
  label: string,
  inputs: readonly tf.Tensor[],
  f: (tensors: readonly tf.Tensor[]) => readonly tf.Tensor[],
  constants: Constants = new Map(),
): Trace {
  const recorder = new Recorder(label, constants, currentRecorder());
  let trace: Trace | undefined;
  const run = (): void => {
    const tensors = inputs.map((x) => alias(backend, x));
    for (const x of tensors) recorder.parameter(handle(backend, x), nativeType(backend, x));
    trace = recording(backend, recorder, () => {
      const results = honestly(recorder, () => f(tensors)).map((x) => recorder.ref(handle(backend, x)));
      const captures = recorder.captures.map(({ id }) => id);
      return { graph: recorder.graph(results), captures, callees: recorder.callees };
    });
  };
  try {
    tf.tidy(run);
  } catch (error) {
    for (const name of recorder.callees) unregister(backend.binding, name);
    throw error;
  }
  return trace as Trace;
}

/** Calls a function; what it did against the rules is thrown even if it caught the error, or threw another one for it. */
function honestly<T>(recorder: Recorder, f: () => T): T {
  let result: T;
  try {
    result = f();
  } catch (error) {
    throw recorder.violation ?? error;
  }
  if (recorder.violation !== undefined) throw recorder.violation;
  return result;
}
