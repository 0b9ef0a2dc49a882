/**
 * One call of a compiled function: looks up or compiles its graph, runs it, or falls back to running it
 * eagerly.
 */
import * as tf from "@tensorflow/tfjs";
import { nativeBackend, type NativeBackend } from "../../core/backend/native";
import { partsOf } from "../../core/tensor/nodes";
import { isTracing } from "../../core/tensor/tracing";
import * as tree from "../../core/tensor/tree";
import { checkStacked, inputTensors, sliceAt } from "../arguments/inputs";
import { replaceInputs, signatureOf, type Signature } from "../arguments/signature";
import { CompiledGraph } from "../build/compiled-graph";
import { isDisabled, type Compiler, type CompleteOptions } from "../build/options";
import { unregister } from "../tensorflow/function-builder";
import type { FixedNumbers } from "../trace/fixed-numbers";
import { traceFunction, type Trace } from "../trace/trace-function";
import type { CaptureListener } from "../trace/tracer";
import { tracingErrors } from "../trace/tracing-errors";
import { CapturedTensors } from "./captured-tensors";
import { repeat, runEagerly, type Transition } from "./eager";
import { FrozenNumbers } from "./frozen-numbers";
import { GraphCache } from "./graph-cache";
import { checkFlags, nanFlags, type NaNFlags } from "./nan-check";
import type { StateStore } from "./state-store";

/** A summary of one compiled graph of a function. */
export interface TraceInfo {
  /** The compiler that runs the graph. */
  readonly compiler: Compiler;
  /** The number of recorded operations, before TensorFlow optimizes them. */
  readonly operations: number;
}

/** A compiled function: it takes and returns what the original does. */
export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): R;
  /** The compiled graphs in the cache, the most recently used last. */
  readonly traces: readonly TraceInfo[];
  /** Frees the compiled graphs and what they hold; calling the function afterwards is an error. */
  dispose(): void;
}

/** What {@link compiledFunction} compiles. */
export interface FunctionSpec<A extends readonly unknown[], R> {
  readonly options: CompleteOptions;
  /** The function to trace, or to run eagerly. */
  readonly transition: Transition<A, R>;
  /** Where its state is stored; it has none by default. */
  readonly store?: StateStore;
  /** Whether the new state is written to the store. */
  readonly writes?: boolean;
  /** The number of steps per call; one, over arguments that are not stacked, by default. */
  readonly steps?: number | undefined;
  /** Selects the tree to check for NaN; the result by default. */
  readonly nanTargets?: (next: readonly tf.Tensor[], result: R) => unknown;
  /** Whether the store has been disposed. */
  readonly isDisposed?: () => boolean;
}

/** A result, with NaN flags if the option `checkNaN` is set. */
interface FlaggedResult<R> {
  readonly result: R;
  readonly flags?: NaNFlags;
}

/** An entry of the cache: a compiled graph, and the constants that it was compiled with. */
interface Compiled<R> {
  readonly graph: CompiledGraph<FlaggedResult<R>>;
  readonly frozen: FrozenNumbers;
}

/** Wraps a function as a compiled one. */
export function compiledFunction<A extends readonly unknown[], R>(spec: FunctionSpec<A, R>): Jitted<A, R> {
  const { options, store, writes = false, steps, isDisposed } = spec;
  const { name } = options;
  const cache = new GraphCache<Compiled<R>>(options, ({ graph }) => graph.dispose());
  const captured = new CapturedTensors();
  const transition = withFlags(spec);
  let stepsTaken = 0;
  let disposed = false;

  const call = (...args: A): R => {
    if (disposed || isDisposed?.() === true)
      throw new Error(`jit: "${name}" was called after dispose(); create a new one`);
    if (isTracing()) {
      if (store === undefined) return spec.transition([], args)[1];
      throw new Error(`jit: "${name}" has state and cannot be called inside another compiled function`);
    }
    const signature = signatureOf(name, args);
    if (steps !== undefined) checkStacked(name, args, steps);
    cache.admit(signature.id, args);
    const { result, flags } = runCompiled(args, signature) ?? runUncompiled(args, signature);
    if (flags !== undefined) checkResult(name, result, flags, stepsTaken);
    stepsTaken += steps ?? 1;
    return result;
  };

  /** Runs the compiled graph, after compiling it if needed; undefined if the call cannot be compiled. */
  const runCompiled = (args: A, { id, inputs }: Signature): FlaggedResult<R> | undefined => {
    const backend = canCompile(options) ? nativeBackend() : undefined;
    const handles = store === undefined ? [] : store.variables?.handles;
    if (backend === undefined || handles === undefined) return undefined;
    captured.check(backend, name);
    return tree.tidy(() => {
      const tensors = inputTensors(inputs, steps);
      const { graph, frozen } = cache.get(id, () => compile(backend, args, tensors));
      const outputs = graph.run([...handles, ...backend.getInputTensorIds(tensors)]);
      frozen.afterCall(() => traceConstants(backend, args, tensors));
      return (
        outputs &&
        tree.unflatten(
          graph.result,
          outputs.map((output) => backend.createOutputTensor(output)),
        )
      );
    });
  };

  /** Traces the function; its graph, the size of its state, and the structure of the result. */
  const traceCall = (
    backend: NativeBackend,
    args: A,
    tensors: readonly tf.Tensor[],
    listener?: CaptureListener,
  ): { trace: Trace; stateSize: number; traced: FlaggedResult<R> } => {
    const state = store?.read() ?? [];
    const stateSize = state.length;
    const examples = steps === undefined ? tensors : tensors.map((x) => sliceAt(x, 0));
    let traced: FlaggedResult<R> | undefined;
    const f = (xs: readonly tf.Tensor[]): tf.Tensor[] => {
      const [next, flagged] = transition(xs.slice(0, stateSize), replaceInputs(args, xs.slice(stateSize)));
      traced = flagged;
      return [...(writes ? next : []), ...tree.leaves(flagged)];
    };
    const trace = traceFunction(backend, name, [...state, ...examples], f, listener);
    return { trace, stateSize, traced: traced as FlaggedResult<R> };
  };

  const compile = (backend: NativeBackend, args: A, tensors: readonly tf.Tensor[]): Compiled<R> => {
    const { trace, stateSize, traced } = traceCall(backend, args, tensors, captured);
    const variables = store?.variables?.layout ?? [];
    return {
      graph: new CompiledGraph(backend, options, trace, { variables, stateSize, writes, steps }, traced),
      frozen: new FrozenNumbers(name, trace.fixed),
    };
  };

  /** Traces the function once more, only for its constants. */
  const traceConstants = (
    backend: NativeBackend,
    args: A,
    tensors: readonly tf.Tensor[],
  ): readonly FixedNumbers[] => {
    const { trace } = traceCall(backend, args, tensors);
    for (const callee of trace.callees) unregister(backend.binding, callee);
    return trace.fixed;
  };

  const runUncompiled = (args: A, { inputs }: Signature): FlaggedResult<R> =>
    runEagerly(() => {
      const run = steps === undefined ? transition : repeat(transition, steps);
      const [next, flagged] = run(store?.read() ?? [], args);
      if (writes) store?.assign(next);
      return flagged;
    }, inputs);

  const dispose = (): void => {
    disposed = true;
    cache.clear();
    captured.dispose();
  };
  const traces = (): TraceInfo[] =>
    cache.graphs.map(({ graph: { compiler, operations } }) => ({ compiler, operations }));
  return Object.defineProperty(Object.assign(call, { dispose }), "traces", { get: traces }) as Jitted<A, R>;
}

/**
 * Returns the transition with checks of its result: no functions in it, and NaN flags if they are asked for.
 */
function withFlags<A extends readonly unknown[], R>({
  options,
  transition,
  nanTargets = (_, result) => result,
}: FunctionSpec<A, R>): Transition<A, FlaggedResult<R>> {
  return (state, args) => {
    const [next, result] = transition(state, args);
    rejectFunctions(options.name, result);
    return [next, options.checkNaN ? { result, flags: nanFlags(nanTargets(next, result)) } : { result }];
  };
}

/** Throws if a result contains a function, whose captured tensors would be disposed when the call returns. */
function rejectFunctions(name: string, result: unknown): void {
  if (typeof result === "function") throw tracingErrors.returnedFunction(name);
  if (typeof result !== "object" || result === null || result instanceof tf.Tensor) return;
  for (const child of Object.values(partsOf(result) ?? result)) rejectFunctions(name, child);
}

/** Whether a call may be compiled: compilation is not turned off, and the call is not inside a gradient. */
function canCompile({ compiler }: CompleteOptions): boolean {
  return compiler !== "off" && !isDisabled() && tf.engine().state.gradientDepth === 0;
}

/** Throws, and disposes of the result, if a NaN flag is set. */
function checkResult(name: string, result: unknown, flags: NaNFlags, stepsBefore: number): void {
  try {
    checkFlags(flags, name, stepsBefore);
  } catch (error) {
    tree.dispose(result);
    throw error;
  } finally {
    flags.found.dispose();
  }
}
