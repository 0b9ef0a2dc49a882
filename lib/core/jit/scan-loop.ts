import * as tf from "@tensorflow/tfjs";
import * as tree from "../tree";
import { FunctionBuilder, uniqueName, type Value } from "./builder";
import { typeOf } from "./graph";
import { isolateTape, tapeState } from "./hooks";
import { inputTensors, sliceOf } from "./inputs";
import { addLoop, type Loop } from "./loop";
import { nativeBackend, type NativeBackend } from "./native";
import type { Recorder } from "./record";
import { fill, signatureOf } from "./signature";
import { handle, traceFunction, type Trace } from "./trace";
import { currentRecorder } from "./tracing";
import { withGradient } from "./with-gradient";

/** A function on lists of tensors: (carry, x) → (carry, y). */
type Body = (carry: readonly tf.Tensor[], x: readonly tf.Tensor[]) => { carry: tf.Tensor[]; y: tf.Tensor[] };

/** `scan` inside of a function that is being traced: a loop of TensorFlow's, and another for its gradient. */
export function scanInLoop<C, X, Y>(
  f: (carry: C, x: X) => readonly [carry: C, y: Y],
  carry: C,
  xs: X,
  length: number,
  reverse: boolean,
): readonly [carry: C, ys: Y] {
  let ys: Y | undefined;
  const body: Body = (carryTensors, xTensors) => {
    const [next, y] = f(fill([carry], carryTensors)[0] as C, tree.unflatten(xs, xTensors));
    ys = y;
    return { carry: inputTensors(signatureOf("scan", [next]).inputs, undefined), y: tree.leaves(y) };
  };
  const initial = inputTensors(signatureOf("scan", [carry]).inputs, undefined);
  const outputs = runLoop(body, initial, tree.leaves(xs), { length, reverse });
  return [
    fill([carry], outputs.slice(0, initial.length))[0] as C,
    tree.unflatten(ys as Y, outputs.slice(initial.length)),
  ];
}

interface Extent {
  readonly length: number;
  readonly reverse: boolean;
}

/** Runs the loop: the last carry, then the stacked ys. */
function runLoop(
  body: Body,
  carry: readonly tf.Tensor[],
  xs: readonly tf.Tensor[],
  extent: Extent,
): tf.Tensor[] {
  const backend = nativeBackend() as NativeBackend;
  const recorder = currentRecorder() as Recorder;
  const n = carry.length;
  const slices = xs.map((x) => sliceOf(x, 0));
  const { gradientDepth, kernelDepth } = tapeState();
  const differentiate = gradientDepth > 0 && kernelDepth === 0;
  const used: Used = { all: [], differentiable: [] };
  let yTypes: tf.Tensor[] = [];
  const forward = traceAlone(backend, recorder.label, [...carry, ...slices], differentiate, (tensors) => {
    const before = tensors.slice(0, n);
    const { carry: after, y } = body(before, tensors.slice(n));
    yTypes = y;
    noteUsed(backend, used);
    return [...after, ...y, ...(differentiate ? before : [])];
  });
  const run = register(backend, recorder, forward, { carried: n, sliced: xs.length, ...extent });
  if (!differentiate) return run([...carry, ...xs]);

  const outside = used.differentiable;
  const examples = { carry, slices, ys: yTypes, outside };
  const backward = traceBackward(backend, recorder.label, body, examples, used);
  const runBackward = register(backend, recorder, backward, {
    carried: floats(carry).length + outside.length,
    sliced: n + xs.length + floats(yTypes).length,
    length: extent.length,
    reverse: !extent.reverse,
  });
  const shown = n + yTypes.length;
  const outputs = withGradient(
    [...floats(carry), ...floats(xs), ...outside],
    () => run([...carry, ...xs]),
    (dys, saved) => {
      const dCarry = floatsLike(dys.slice(0, n), carry);
      const dYs = floatsLike(dys.slice(n, shown), yTypes);
      const sums = outside.map((x) => tf.zerosLike(x));
      const results = runBackward([...dCarry, ...sums, ...saved.slice(0, n + xs.length), ...dYs]);
      const [a, b] = [dCarry.length, dCarry.length + outside.length];
      return [...results.slice(0, a), ...results.slice(b), ...results.slice(a, b)];
    },
    (all) => [...all.slice(shown), ...xs, ...used.all],
  );
  return outputs.slice(0, shown);
}

/**
 * One turn of the backward pass: from the gradients by the new carry and by y to those by the carry, by x, and by what `f` uses
 * from outside. The last are summed up in the carry of the backward loop.
 */
function traceBackward(
  backend: NativeBackend,
  label: string,
  body: Body,
  {
    carry,
    slices,
    ys,
    outside,
  }: Readonly<Record<"carry" | "slices" | "ys" | "outside", readonly tf.Tensor[]>>,
  used: Used,
): Trace {
  const like = (xs: readonly tf.Tensor[]): tf.Tensor[] => xs.map((x) => tf.zeros(x.shape));
  const groups = [like(floats(carry)), like(outside), carry, slices, like(floats(ys))];
  return traceAlone(backend, label, groups.flat(), false, (tensors) => {
    let next = 0;
    const [dCarry, sums, before, x, dY] = groups.map((group) =>
      tensors.slice(next, (next += group.length)),
    ) as [tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[]];
    const weighted = (): tf.Tensor => {
      const { carry: after, y } = body(before, x);
      const outputs = [...floats(after), ...floats(y)];
      const terms = [...dCarry, ...dY].map((d, i) => tf.sum(tf.mul(outputs[i] as tf.Tensor, d)));
      return terms.length === 0 ? tf.scalar(0) : tf.addN(terms);
    };
    const by = [...floats(before), ...outside, ...floats(x)];
    if (by.length === 0) return [];
    const { grads } = tf.engine().gradients(weighted, by, undefined, true) as {
      grads: (tf.Tensor | undefined)[];
    };
    noteUsed(backend, used);
    const gradients = by.map((one, i) => grads[i] ?? tf.zerosLike(one));
    const m = dCarry.length;
    return gradients.map((g, i) => (i >= m && i < m + sums.length ? tf.add(sums[i - m] as tf.Tensor, g) : g));
  });
}

const floats = (xs: readonly tf.Tensor[]): tf.Tensor[] => xs.filter((x) => x.dtype === "float32");

/** Those of `xs` at whose place `types` has a float tensor. */
const floatsLike = (xs: readonly tf.Tensor[], types: readonly tf.Tensor[]): tf.Tensor[] =>
  xs.filter((_, i) => types[i]?.dtype === "float32");

/** Tensors of the function around a loop that its body uses. */
interface Used {
  /** All of them. */
  readonly all: tf.Tensor[];
  /** Those that a gradient flows back to. */
  readonly differentiable: tf.Tensor[];
}

const isTensor = (x: tf.TensorInfo): x is tf.Tensor => x instanceof tf.Tensor;

/** Adds what the function that is being recorded has used so far. tfjs's tape, if there is one, lists inputs of operations. */
function noteUsed(backend: NativeBackend, { all, differentiable }: Used): void {
  const recorder = currentRecorder() as Recorder;
  for (const x of recorder.outsiders.values()) if (isTensor(x)) all.push(x);
  const captured = new Set(recorder.captures.map(({ id }) => id));
  const inputs = (tapeState().activeTape ?? []).flatMap((node) => Object.values(node.inputs));
  for (const x of inputs) {
    const known = x === undefined || x.isDisposed || differentiable.some(({ id }) => id === x.id);
    if (!known && x.dtype === "float32" && captured.has(handle(backend, x))) differentiable.push(x);
  }
}

/** Records a function away from the gradients that are being taken around it, with a tape of its own if one is wanted. */
function traceAlone(
  backend: NativeBackend,
  label: string,
  inputs: readonly tf.Tensor[],
  tape: boolean,
  f: (tensors: readonly tf.Tensor[]) => tf.Tensor[],
): Trace {
  const restore = isolateTape();
  if (tape) Object.assign(tapeState(), { activeTape: [], gradientDepth: 1 });
  try {
    return traceFunction(backend, label, inputs, f);
  } finally {
    restore();
  }
}

/** Registers a function that runs a loop over a trace; the answer calls it, as one operation of the function around. */
function register(
  backend: NativeBackend,
  recorder: Recorder,
  trace: Trace,
  loop: Omit<Loop, "graph">,
): (inputs: readonly tf.Tensor[]) => tf.Tensor[] {
  const { graph, captures, callees } = trace;
  const name = uniqueName("scan");
  const builder = new FunctionBuilder(backend.binding, name);
  const values: Value[] = graph.parameters.map((node) => builder.input(typeOf({ node, index: 0 }).dtype));
  const results = addLoop(builder, name, { ...loop, graph }, values);
  graph.results.forEach((ref, i) => builder.output(results[i] as Value, typeOf(ref)));
  builder.register();
  recorder.callees.push(...callees, name);
  return (inputs) => {
    const ids = [...backend.getInputTensorIds(inputs), ...captures];
    return backend.binding
      .executeOp(name, [], ids, graph.results.length)
      .map((output) => backend.createOutputTensor(output));
  };
}
