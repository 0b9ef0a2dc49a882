/** Traces a function: runs it once on example tensors and returns the graph of its operations. */
import * as tf from "@tensorflow/tfjs";
import { alias, type NativeBackend } from "../../core/backend/native";
import { unregister } from "../tensorflow/function-builder";
import type { Graph, TensorType } from "../tensorflow/graph";
import { currentTracer } from "./current-tracer";
import type { FixedNumbers } from "./fixed-numbers";
import { interceptOperations } from "./intercept-operations";
import { Tracer, type CaptureListener } from "./tracer";

/** A traced function. */
export interface Trace {
  readonly graph: Graph;
  /** The handles of captured tensors, which the last parameters of the graph stand for. */
  readonly captures: readonly number[];
  /** The names of registered functions that the graph calls. */
  readonly callees: readonly string[];
  /** The constants of the graph and of the functions that it calls, in the order of recording. */
  readonly fixed: readonly FixedNumbers[];
}

/** Returns the shape and element type of a tensor as TensorFlow has them. */
export function nativeType(backend: NativeBackend, x: tf.TensorInfo): TensorType {
  return { shape: x.shape, dtype: backend.tensorMap.get(x.dataId).dtype };
}

/** Returns the handle of a tensor in the addon. */
export function handleOf(backend: NativeBackend, x: tf.TensorInfo): number {
  return backend.getInputTensorIds([x])[0] as number;
}

/**
 * Runs a function once and records its operations.
 *
 * @param label the name of the function, for messages.
 * @param inputs an example of each tensor argument. The function gets aliases with new handles, so that one
 *   tensor passed for two arguments gives two parameters.
 * @param f maps the tensor arguments to the results.
 * @param captured is told of the tensors from outside that `f` captures; that of the enclosing function by
 *   default.
 * @throws if `f` breaks a tracing rule, even if it catches the error itself.
 */
export function traceFunction(
  backend: NativeBackend,
  label: string,
  inputs: readonly tf.Tensor[],
  f: (tensors: readonly tf.Tensor[]) => readonly tf.Tensor[],
  captured?: CaptureListener,
): Trace {
  const tracer = new Tracer(label, captured, currentTracer());
  let trace: Trace | undefined;
  const run = (): void => {
    const tensors = inputs.map((x) => alias(backend, x));
    for (const x of tensors) tracer.parameter(handleOf(backend, x), nativeType(backend, x));
    trace = interceptOperations(backend, tracer, () => {
      const results = throwViolation(tracer, () => f(tensors)).map((x) => tracer.ref(handleOf(backend, x)));
      const captures = tracer.captures.map(({ handle }) => handle);
      return { graph: tracer.graph(results), captures, callees: tracer.callees, fixed: tracer.fixed };
    });
  };
  try {
    tf.tidy(run);
  } catch (error) {
    for (const name of tracer.callees) unregister(backend.binding, name);
    throw error;
  }
  return trace as Trace;
}

/** Calls `f` and throws the first violation, even if `f` caught it or threw another error because of it. */
function throwViolation<T>(tracer: Tracer, f: () => T): T {
  let result: T;
  try {
    result = f();
  } catch (error) {
    throw tracer.violation ?? error;
  }
  if (tracer.violation !== undefined) throw tracer.violation;
  return result;
}
