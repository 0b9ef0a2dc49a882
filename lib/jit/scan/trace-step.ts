/**
 * Traces one step of a loop, alone or together with its gradient, as a graph nested in that of the traced
 * function.
 */
import * as tf from "@tensorflow/tfjs";
import type { NativeBackend } from "../../core/backend/native";
import { isTensor } from "../../core/tensor/containers";
import { requireTracer } from "../trace/current-tracer";
import { isolateTape, tapeState } from "../trace/gradient-tape";
import { handleOf, traceFunction, type Trace } from "../trace/trace-function";
import type { JointStep } from "./split-step";

type Tensors = readonly tf.Tensor[];

/** One step of a loop on lists of tensors: (carry, x_t) → (carry, y_t). */
export type Step = (carry: Tensors, x: Tensors) => { readonly carry: Tensors; readonly y: Tensors };

/** Returns the float tensors of a list: the ones with gradients. */
export function floats(xs: Tensors): tf.Tensor[] {
  return xs.filter((x) => x.dtype === "float32");
}

/** A traced step, whose results are the new carry and y_t. */
export interface StepTrace extends Trace {
  /** The float tensors of the enclosing function that the step captures; empty unless they were asked for. */
  readonly captured: Tensors;
  /** The tensors of y_t, for their shapes and types; they are disposed. */
  readonly ys: Tensors;
}

/**
 * Traces a step.
 *
 * @param carry an example of the carry.
 * @param slices an example of x_t.
 * @param listCaptured whether to list the tensors that the step captures.
 */
export function traceStep(
  backend: NativeBackend,
  step: Step,
  carry: Tensors,
  slices: Tensors,
  listCaptured: boolean,
): StepTrace {
  const captured = new Map<number, tf.Tensor>();
  let ys: Tensors = [];
  const trace = traceNested(backend, [...carry, ...slices], listCaptured, (tensors) => {
    const after = step(tensors.slice(0, carry.length), tensors.slice(carry.length));
    ys = after.y;
    for (const x of capturedOnTape(backend)) captured.set(x.id, x);
    return [...after.carry, ...ys];
  });
  return { ...trace, captured: Array.from(captured.values()), ys };
}

/** Returns the captured float tensors among the inputs of operations on the gradient tape. */
function capturedOnTape(backend: NativeBackend): tf.Tensor[] {
  const handles = new Set(requireTracer().captures.map(({ handle }) => handle));
  const isCaptured = (x: tf.Tensor | undefined): x is tf.Tensor =>
    x?.isDisposed === false && x.dtype === "float32" && handles.has(handleOf(backend, x));
  return (tapeState().activeTape ?? []).flatMap(({ inputs }) => Object.values(inputs).filter(isCaptured));
}

/** Examples of the tensors that a step takes and returns. */
export interface Examples {
  readonly carry: Tensors;
  readonly slices: Tensors;
  readonly ys: Tensors;
  readonly captured: Tensors;
}

/**
 * Traces a step together with its gradient.
 *
 * The gradient maps the gradients with respect to the new carry and y_t to those with respect to the carry,
 * the captured tensors and x_t. Gradients with respect to captured tensors are added to sums that the
 * backward loop carries.
 *
 * @returns the trace, the roles of its parameters, and the tensors of the enclosing function that must live
 *   until the gradient is taken.
 */
export function traceStepWithGradient(
  backend: NativeBackend,
  step: Step,
  { carry, slices, ys, captured }: Examples,
): { trace: Trace; joint: JointStep; outer: Tensors } {
  const zeros = (xs: Tensors): tf.Tensor[] => xs.map((x) => tf.zeros(x.shape));
  const groups = [zeros(floats(carry)), zeros(captured), carry, slices, zeros(floats(ys))] as const;
  const outer: tf.Tensor[] = [];
  let gradients = 0;
  let results: Tensors = [];
  const trace = traceNested(backend, groups.flat(), false, (tensors) => {
    const [dCarry, sums, before, x, dYs] = splitLike(tensors, groups);
    const weightedSum = (): tf.Tensor => {
      const after = step(before, x);
      results = [...after.carry, ...after.y].map((result) => tf.keep(result.clone()));
      const outputs = [...floats(after.carry), ...floats(after.y)];
      return tf.addN([
        tf.scalar(0),
        ...[...dCarry, ...dYs].map((d, i) => tf.sum(tf.mul(outputs[i] as tf.Tensor, d))),
      ]);
    };
    const parameters = [...floats(before), ...captured, ...floats(x)];
    const grads = parameters.length === 0 ? (weightedSum(), []) : gradient(weightedSum, parameters);
    const newSums = sums.map((sum, i) => tf.add(sum, grads[dCarry.length + i] as tf.Tensor));
    for (const one of requireTracer().outerTensors.values()) if (isTensor(one)) outer.push(one);
    gradients = grads.length;
    return [
      ...grads.slice(0, dCarry.length),
      ...newSums,
      ...grads.slice(dCarry.length + sums.length),
      ...results,
    ];
  });
  tf.dispose([...results]);
  const [dCarry, sums, before, x, dYs] = groups;
  const joint = {
    graph: trace.graph,
    backwardCarry: dCarry.length + sums.length,
    carry: before.length,
    slices: x.length,
    dYs: dYs.length,
    gradients,
  };
  return { trace, joint, outer };
}

/**
 * Returns the arguments of the backward loop, from the gradients with respect to the forward loop's results.
 */
export function backwardArguments(
  dys: Tensors,
  { carry, ys, captured }: Omit<Examples, "slices">,
): Record<"dCarry" | "sums" | "dYs", tf.Tensor[]> {
  return {
    dCarry: dys.slice(0, carry.length).filter((_, i) => carry[i]?.dtype === "float32"),
    sums: captured.map((x) => tf.zerosLike(x)),
    dYs: dys.slice(carry.length, carry.length + ys.length).filter((_, i) => ys[i]?.dtype === "float32"),
  };
}

/** Returns the gradients of a scalar function with respect to `xs`; zeros where it does not depend on one. */
function gradient(f: () => tf.Tensor, xs: tf.Tensor[]): tf.Tensor[] {
  const { grads } = tf.engine().gradients(f, xs, undefined, true) as { grads: (tf.Tensor | undefined)[] };
  return xs.map((x, i) => grads[i] ?? tf.zerosLike(x));
}

/** Splits a list into lists of the lengths of `groups`. */
function splitLike<G extends readonly Tensors[]>(list: Tensors, groups: G): { [K in keyof G]: Tensors } {
  let next = 0;
  return groups.map(({ length }) => list.slice(next, (next += length))) as { [K in keyof G]: Tensors };
}

/**
 * Traces a function apart from the gradients being taken around it, with a new gradient tape if `tape` is
 * set.
 */
function traceNested(
  backend: NativeBackend,
  inputs: Tensors,
  tape: boolean,
  f: (tensors: Tensors) => Tensors,
): Trace {
  const restore = isolateTape();
  if (tape) Object.assign(tapeState(), { activeTape: [], gradientDepth: 1 });
  try {
    return traceFunction(backend, requireTracer().label, inputs, f);
  } finally {
    restore();
  }
}
