/** `scan` in a function that is being traced: a TensorFlow loop, and a second one for its gradient. */
import type * as tf from "@tensorflow/tfjs";
import { requireNativeBackend, type NativeBackend } from "../../core/backend/native";
import * as tree from "../../core/tensor/tree";
import { inputTensors, sliceAt } from "../arguments/inputs";
import { replaceInputs, signatureOf } from "../arguments/signature";
import { addWhileLoop, type InlineBody, type Loop } from "../build/while-loop";
import {
  contentOf,
  FunctionBuilder,
  uniqueName,
  unregister,
  type Value,
} from "../tensorflow/function-builder";
import { parameterTypes, typeOf, type Graph } from "../tensorflow/graph";
import { requireTracer } from "../trace/current-tracer";
import { tapeState } from "../trace/gradient-tape";
import { withCustomGradient } from "./custom-gradient";
import { splitStep } from "./split-step";
import { backwardArguments, floats, traceStep, traceStepWithGradient, type Step } from "./trace-step";

/** The function that `scan` iterates: (carry, x_t) → [carry, y_t]. */
export type ScanBody<C, X, Y> = (carry: C, x: X) => readonly [carry: C, y: Y];

/** The number of steps of a loop, and whether it runs from the last entry to the first. */
export interface LoopRange {
  readonly length: number;
  readonly reverse: boolean;
}

/** Runs `scan` as a compiled loop, with the same arguments and results on trees. */
export function scanCompiled<C, X, Y>(
  f: ScanBody<C, X, Y>,
  carry: C,
  xs: X,
  range: LoopRange,
): readonly [carry: C, ys: Y] {
  let ys: Y | undefined;
  const tensorsOf = (state: C): tf.Tensor[] => inputTensors(signatureOf("scan", [state]).inputs, undefined);
  const step: Step = (carryTensors, xTensors) => {
    const [next, y] = f(replaceInputs([carry], carryTensors)[0] as C, tree.unflatten(xs, xTensors));
    ys = y;
    return { carry: tensorsOf(next), y: tree.leaves(y) };
  };
  const initial = tensorsOf(carry);
  const { gradientDepth, kernelDepth } = tapeState();
  const run = gradientDepth > 0 && kernelDepth === 0 ? runWithGradient : runForward;
  const outputs = run(step, initial, tree.leaves(xs), range);
  return [
    replaceInputs([carry], outputs.slice(0, initial.length))[0] as C,
    tree.unflatten(ys as Y, outputs.slice(initial.length)),
  ];
}

type Tensors = readonly tf.Tensor[];

/** Runs a loop without a gradient: returns the last carry, then the stacked ys. */
function runForward(step: Step, carry: Tensors, xs: Tensors, range: LoopRange): Tensors {
  const backend = requireNativeBackend("scan");
  const slices = xs.map((x) => sliceAt(x, 0));
  const { graph, captures, callees } = traceStep(backend, step, carry, slices, false);
  requireTracer().callees.push(...callees);
  const loop = { graph, carried: carry.length, sliced: xs.length, ...range };
  return registerLoop(backend, loop, captures)([...carry, ...xs]);
}

/** Runs a loop with a custom gradient: a second loop, which takes the first one's residuals in reverse. */
function runWithGradient(step: Step, carry: Tensors, xs: Tensors, range: LoopRange): Tensors {
  const backend = requireNativeBackend("scan");
  const slices = xs.map((x) => sliceAt(x, 0));
  const { captured, ys, callees } = traceStep(backend, step, carry, slices, true);
  for (const name of callees) unregister(backend.binding, name); // this trace only finds the captured tensors
  const { trace, joint, outer } = traceStepWithGradient(backend, step, { carry, slices, ys, captured });
  requireTracer().callees.push(...trace.callees);
  const { forward, backward, residuals } = splitStep(joint);
  const forwardLoop = { graph: forward, carried: carry.length, sliced: xs.length, ...range };
  const backwardLoop = {
    graph: backward,
    carried: floats(carry).length + captured.length,
    sliced: residuals + xs.length + floats(ys).length,
    length: range.length,
    reverse: !range.reverse,
  };
  const run = registerLoop(backend, forwardLoop, trace.captures);
  const runBackward = registerLoop(backend, backwardLoop, trace.captures);
  const results = carry.length + ys.length;
  const outputs = withCustomGradient(
    [...floats(carry), ...captured, ...floats(xs)],
    () => run([...carry, ...xs]),
    (dys, saved) => {
      const { dCarry, sums, dYs } = backwardArguments(dys, { carry, ys, captured });
      return runBackward([...dCarry, ...sums, ...saved.slice(0, residuals + xs.length), ...dYs]);
    },
    (all) => [...all.slice(results), ...xs, ...outer],
  );
  return outputs.slice(0, results);
}

/** A loop over a traced graph. */
type TracedLoop = Omit<Loop, "inlineBody" | "parameters" | "outputs"> & { readonly graph: Graph };

/** Registers a function that runs a loop, and returns a function that calls it as one operation. */
function registerLoop(
  backend: NativeBackend,
  { graph, ...range }: TracedLoop,
  captures: readonly number[],
): (inputs: Tensors) => tf.Tensor[] {
  const name = uniqueName("scan", `${JSON.stringify(range)} ${contentOf(graph)}`);
  requireTracer().callees.push(name);
  const builder = new FunctionBuilder(backend.binding, name);
  const parameters = parameterTypes(graph);
  const inputs = parameters.map(({ dtype }) => builder.addInput(dtype));
  const outputs = graph.results.slice(range.carried).map(typeOf);
  const inlineBody: InlineBody = (body, args) => body.inline(graph, args);
  const values = addWhileLoop(builder, name, { ...range, parameters, outputs, inlineBody }, inputs);
  graph.results.forEach((ref, i) => builder.addOutput(values[i] as Value, typeOf(ref)));
  builder.register();
  return (tensors) =>
    backend.binding
      .executeOp(name, [], [...backend.getInputTensorIds(tensors), ...captures], graph.results.length)
      .map((output) => backend.createOutputTensor(output));
}
