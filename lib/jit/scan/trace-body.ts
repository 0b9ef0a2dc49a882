import * as tf from "@tensorflow/tfjs";
import { isolateTape, tapeState } from "../trace/gradient-tape";
import type { NativeBackend } from "../../core/backend/native";
import type { Recorder } from "../trace/recorder";
import type { JointTurn } from "./residuals";
import { handle, traceFunction, type Trace } from "../trace/trace-function";
import { currentRecorder } from "../trace/current-recorder";

/** One turn of a loop on lists of tensors: (carry, x) → (carry, y). */
export type Turn = (
  carry: readonly tf.Tensor[],
  x: readonly tf.Tensor[],
) => { readonly carry: readonly tf.Tensor[]; readonly y: readonly tf.Tensor[] };

type Tensors = readonly tf.Tensor[];

export const floats = (xs: Tensors): tf.Tensor[] => xs.filter((x) => x.dtype === "float32");

/** A recorded turn: its results are the new carry and y. */
export interface TurnTrace extends Trace {
  /** The float tensors of the function around it that it used. */
  readonly outside: Tensors;
  /** What y consists of, for shapes and types; the tensors are gone. */
  readonly ys: Tensors;
}

/** Records a turn; with `listed`, what it uses from outside is found out. */
export function traceTurn(
  backend: NativeBackend,
  turn: Turn,
  carry: Tensors,
  slices: Tensors,
  listed: boolean,
): TurnTrace {
  const outside = new Map<number, tf.Tensor>();
  let ys: Tensors = [];
  const trace = traceAlone(backend, [...carry, ...slices], listed, (tensors) => {
    const after = turn(tensors.slice(0, carry.length), tensors.slice(carry.length));
    ys = after.y;
    for (const x of usedFromOutside(backend)) outside.set(x.id, x);
    return [...after.carry, ...ys];
  });
  return { ...trace, outside: Array.from(outside.values()), ys };
}

/** tfjs's tape lists the tensors that operations took: those of the function around are the captured ones. */
function usedFromOutside(backend: NativeBackend): tf.Tensor[] {
  const captured = new Set((currentRecorder() as Recorder).captures.map(({ id }) => id));
  const isUsed = (x: tf.Tensor | undefined): x is tf.Tensor =>
    x?.isDisposed === false && x.dtype === "float32" && captured.has(handle(backend, x));
  return (tapeState().activeTape ?? []).flatMap(({ inputs }) => Object.values(inputs).filter(isUsed));
}

/** What the gradient of a turn is taken with. */
export interface Examples {
  readonly carry: Tensors;
  readonly slices: Tensors;
  readonly ys: Tensors;
  readonly outside: Tensors;
}

/**
 * Records a turn together with its gradient: from the gradients by the new carry and by y to those by the carry, by what is
 * used from outside, and by x. The second are added to sums that are carried along.
 *
 * @returns also the tensors from outside that must live until the gradient is taken.
 */
export function traceWithGradient(
  backend: NativeBackend,
  turn: Turn,
  { carry, slices, ys, outside }: Examples,
): { trace: Trace; joint: JointTurn; used: Tensors } {
  const like = (xs: Tensors): tf.Tensor[] => xs.map((x) => tf.zeros(x.shape));
  const groups = [like(floats(carry)), like(outside), carry, slices, like(floats(ys))];
  const used: tf.Tensor[] = [];
  let gradients = 0;
  let results: Tensors = [];
  const trace = traceAlone(backend, groups.flat(), false, (tensors) => {
    const [dCarry, sums, before, x, dYs] = splitLike(tensors, groups) as [
      Tensors,
      Tensors,
      Tensors,
      Tensors,
      Tensors,
    ];
    const weighted = (): tf.Tensor => {
      const after = turn(before, x);
      results = [...after.carry, ...after.y].map((result) => tf.keep(result.clone()));
      const outputs = [...floats(after.carry), ...floats(after.y)];
      return tf.addN([
        tf.scalar(0),
        ...[...dCarry, ...dYs].map((d, i) => tf.sum(tf.mul(outputs[i] as tf.Tensor, d))),
      ]);
    };
    const by = [...floats(before), ...outside, ...floats(x)];
    const grads = by.length === 0 ? (weighted(), []) : differentiate(weighted, by);
    const summed = sums.map((sum, i) => tf.add(sum, grads[dCarry.length + i] as tf.Tensor));
    for (const one of (currentRecorder() as Recorder).outsiders.values()) if (isTensor(one)) used.push(one);
    gradients = grads.length;
    return [
      ...grads.slice(0, dCarry.length),
      ...summed,
      ...grads.slice(dCarry.length + sums.length),
      ...results,
    ];
  });
  tf.dispose([...results]);
  const [m, s, n, k, q] = groups.map((group) => group.length) as [number, number, number, number, number];
  const joint = { graph: trace.graph, carriedBack: m + s, before: n, slices: k, dYs: q, gradients };
  return { trace, joint, used };
}

/** The arguments of the backward loop, from the gradients by the results of the forward one. */
export const gradientArguments = (
  dys: Tensors,
  { carry, ys, outside }: Omit<Examples, "slices">,
): Record<"dCarry" | "sums" | "dYs", tf.Tensor[]> => ({
  dCarry: dys.slice(0, carry.length).filter((_, i) => carry[i]?.dtype === "float32"),
  sums: outside.map((x) => tf.zerosLike(x)),
  dYs: dys.slice(carry.length, carry.length + ys.length).filter((_, i) => ys[i]?.dtype === "float32"),
});

const isTensor = (x: tf.TensorInfo): x is tf.Tensor => x instanceof tf.Tensor;

function differentiate(f: () => tf.Tensor, by: tf.Tensor[]): tf.Tensor[] {
  const { grads } = tf.engine().gradients(f, by, undefined, true) as { grads: (tf.Tensor | undefined)[] };
  return by.map((x, i) => grads[i] ?? tf.zerosLike(x));
}

/** A list cut into pieces as long as those of another. */
function splitLike(list: Tensors, pieces: readonly Tensors[]): Tensors[] {
  let next = 0;
  return pieces.map(({ length }) => list.slice(next, (next += length)));
}

/** Records a function away from the gradients that are being taken around it, with a tape of its own if one is wanted. */
function traceAlone(
  backend: NativeBackend,
  inputs: Tensors,
  tape: boolean,
  f: (tensors: Tensors) => Tensors,
): Trace {
  const restore = isolateTape();
  if (tape) Object.assign(tapeState(), { activeTape: [], gradientDepth: 1 });
  try {
    return traceFunction(backend, (currentRecorder() as Recorder).label, inputs, f);
  } finally {
    restore();
  }
}
