import type * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import { FunctionBuilder, uniqueName, unregister } from "../tensorflow/function-builder";
import { typeOf, type Graph } from "../tensorflow/graph";
import { tapeState } from "../trace/gradient-tape";
import { inputTensors, sliceOf } from "../arguments/inputs";
import { addLoop, type Loop } from "../build/while-loop";
import { nativeBackend, type NativeBackend } from "../../core/backend/native";
import type { Recorder } from "../trace/recorder";
import { splitTurn } from "./residuals";
import { floats, gradientArguments, traceTurn, traceWithGradient, type Turn } from "./trace-body";
import { fill, signatureOf } from "../arguments/signature";
import { currentRecorder } from "../trace/current-recorder";
import { withGradient } from "./custom-gradient";

/** `scan` inside of a function that is being traced: a loop of TensorFlow's, and another for its gradient. */
export function scanInLoop<C, X, Y>(
  f: (carry: C, x: X) => readonly [carry: C, y: Y],
  carry: C,
  xs: X,
  length: number,
  reverse: boolean,
): readonly [carry: C, ys: Y] {
  let ys: Y | undefined;
  const tensorsOf = (state: C): tf.Tensor[] => inputTensors(signatureOf("scan", [state]).inputs, undefined);
  const turn: Turn = (carryTensors, xTensors) => {
    const [next, y] = f(fill([carry], carryTensors)[0] as C, tree.unflatten(xs, xTensors));
    ys = y;
    return { carry: tensorsOf(next), y: tree.leaves(y) };
  };
  const initial = tensorsOf(carry);
  const { gradientDepth, kernelDepth } = tapeState();
  const run = gradientDepth > 0 && kernelDepth === 0 ? runBothWays : runForward;
  const outputs = run(turn, initial, tree.leaves(xs), { length, reverse });
  return [
    fill([carry], outputs.slice(0, initial.length))[0] as C,
    tree.unflatten(ys as Y, outputs.slice(initial.length)),
  ];
}

interface Extent {
  readonly length: number;
  readonly reverse: boolean;
}

type RunLoop = (
  turn: Turn,
  carry: readonly tf.Tensor[],
  xs: readonly tf.Tensor[],
  extent: Extent,
) => readonly tf.Tensor[];

/** Runs the loop where no gradient is wanted: the last carry, then the stacked ys. */
const runForward: RunLoop = (turn, carry, xs, extent) => {
  const backend = nativeBackend() as NativeBackend;
  const slices = xs.map((x) => sliceOf(x, 0));
  const { graph, captures, callees } = traceTurn(backend, turn, carry, slices, false);
  recorderNow().callees.push(...callees);
  return register(
    backend,
    { graph, carried: carry.length, sliced: xs.length, ...extent },
    captures,
  )([...carry, ...xs]);
};

/** Runs the loop, and another one behind it when the gradient comes back. */
const runBothWays: RunLoop = (turn, carry, xs, extent) => {
  const backend = nativeBackend() as NativeBackend;
  const slices = xs.map((x) => sliceOf(x, 0));
  const alone = traceTurn(backend, turn, carry, slices, true);
  for (const name of alone.callees) unregister(backend.binding, name); // it only tells what is used from outside
  const { outside, ys } = alone;
  const { trace, joint, used } = traceWithGradient(backend, turn, { carry, slices, ys, outside });
  recorderNow().callees.push(...trace.callees);
  const { forward, backward, residuals } = splitTurn(joint);
  const [n, m] = [carry.length, floats(carry).length];
  const run = register(backend, { graph: forward, carried: n, sliced: xs.length, ...extent }, trace.captures);
  const runBack = register(
    backend,
    {
      graph: backward,
      carried: m + outside.length,
      sliced: residuals + xs.length + floats(ys).length,
      length: extent.length,
      reverse: !extent.reverse,
    },
    trace.captures,
  );
  const shown = n + ys.length;
  const outputs = withGradient(
    [...floats(carry), ...outside, ...floats(xs)],
    () => run([...carry, ...xs]),
    (dys, saved) => {
      const { dCarry, sums, dYs } = gradientArguments(dys, { carry, ys, outside });
      return runBack([...dCarry, ...sums, ...saved.slice(0, residuals + xs.length), ...dYs]);
    },
    (all) => [...all.slice(shown), ...xs, ...used],
  );
  return outputs.slice(0, shown);
};

const recorderNow = (): Recorder => currentRecorder() as Recorder;

/** Registers a function that runs a loop; the answer calls it, as one operation of the function around. */
function register(
  backend: NativeBackend,
  loop: Loop,
  captures: readonly number[],
): (inputs: readonly tf.Tensor[]) => tf.Tensor[] {
  const { parameters, results }: Graph = loop.graph;
  const name = uniqueName("scan");
  recorderNow().callees.push(name);
  const builder = new FunctionBuilder(backend.binding, name);
  const inputs = parameters.map((node) => builder.input(typeOf({ node, index: 0 }).dtype));
  const values = addLoop(builder, name, loop, inputs);
  results.forEach((ref, i) => builder.output(values[i] as string, typeOf(ref)));
  builder.register();
  return (tensors) =>
    backend.binding
      .executeOp(name, [], [...backend.getInputTensorIds(tensors), ...captures], results.length)
      .map((output) => backend.createOutputTensor(output));
}
