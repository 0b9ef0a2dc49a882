import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import { ProgramCache } from "./graph-cache";
import { Constants } from "./constants";
import { inSteps, runEagerly, type Run } from "./eager";
import { forbidden } from "../trace/errors";
import { checkStacked, inputTensors, sliceOf } from "../arguments/inputs";
import { checkFlags, nanFlags, type NaNFlags } from "./nan-check";
import { nativeBackend, type NativeBackend } from "../../core/backend/native";
import { isTurnedOff, type Compiler, type CompleteOptions } from "../build/options";
import { CompiledProgram } from "../build/compiled-graph";
import { fill, signatureOf, type Signature } from "../arguments/signature";
import type { Store } from "./state-store";
import { traceFunction } from "../trace/trace-function";
import { isTracing } from "../../core/tensor/tracing";

/** A compiled form of a function, for people. */
export interface TraceInfo {
  readonly compiler: Compiler;
  /** Operations in it, before TensorFlow makes them fewer. */
  readonly operations: number;
}

/** A function that `jit` made: it takes and returns what the original does. */
export interface Jitted<A extends readonly unknown[], R> {
  (...args: A): R;
  /** The compiled forms that there are now, the one called last at the end. */
  readonly traces: readonly TraceInfo[];
  /** Frees the compiled forms and the constants; a call after that is an error. */
  dispose(): void;
}

/** What is to be made callable. */
export interface Work<A extends readonly unknown[], R> {
  readonly options: CompleteOptions;
  readonly run: Run<A, R>;
  /** The state that `run` gets, if any, and whether it gets the new one back. */
  readonly store?: Store;
  readonly writes?: boolean;
  /** Turns of a loop in one call. */
  readonly steps?: number | undefined;
  /** Where to look for NaN: the result by default. */
  readonly watched?: (next: readonly tf.Tensor[], result: R) => unknown;
  /** Whether somebody else freed what it needs. */
  readonly isGone?: () => boolean;
}

/** A run's result, with where there is a NaN if somebody asked. */
interface Outcome<R> {
  readonly result: R;
  readonly flags?: NaNFlags;
}

/** Makes a function of its own out of a piece of work. */
export function makeCallable<A extends readonly unknown[], R>(work: Work<A, R>): Jitted<A, R> {
  const { options, store, writes = false, steps, isGone } = work;
  const { name } = options;
  const cache = new ProgramCache<CompiledProgram<Outcome<R>>>(options, (program) => program.dispose());
  const constants = new Constants(options.constants);
  const run = watching(work);
  let runs = 0;
  let disposed = false;

  const call = (...args: A): R => {
    if (disposed || isGone?.() === true)
      throw new Error(`jit: "${name}" was called after dispose(); make a new one`);
    if (isTracing()) {
      if (store === undefined) return work.run([], args)[1];
      throw new Error(
        `jit: "${name}" holds its state and cannot be called inside of another compiled function`,
      );
    }
    const signature = signatureOf(name, args);
    if (steps !== undefined) checkStacked(name, args, steps);
    cache.admit(signature.id, args);
    const { result, flags } = compiled(args, signature) ?? eager(args, signature);
    if (flags !== undefined) refuseNaN(name, result, flags, runs);
    runs += steps ?? 1;
    return result;
  };

  /** Runs the compiled form, made if need be; undefined where there can be none. */
  const compiled = (args: A, { id, inputs }: Signature): Outcome<R> | undefined => {
    const backend = canCompile(options) ? nativeBackend() : undefined;
    const variables = store === undefined ? [] : store.handles;
    if (backend === undefined || variables === undefined) return undefined;
    return tree.tidy(() => {
      const tensors = inputTensors(inputs, steps);
      const program = cache.get(id, () => compile(backend, args, tensors));
      const outputs = program.run([...variables, ...backend.getInputTensorIds(tensors)]);
      return (
        outputs &&
        tree.unflatten(
          program.result,
          outputs.map((output) => backend.createOutputTensor(output)),
        )
      );
    });
  };

  const compile = (
    backend: NativeBackend,
    args: A,
    tensors: readonly tf.Tensor[],
  ): CompiledProgram<Outcome<R>> => {
    const state = store?.read() ?? [];
    const variables = state.length;
    const examples = steps === undefined ? tensors : tensors.map((x) => sliceOf(x, 0));
    let seen: Outcome<R> | undefined;
    const record = (xs: readonly tf.Tensor[]): tf.Tensor[] => {
      const [next, outcome] = run(xs.slice(0, variables), fill(args, xs.slice(variables)));
      seen = outcome;
      return [...(writes ? next : []), ...tree.leaves(outcome)];
    };
    const trace = traceFunction(backend, name, [...state, ...examples], record, constants.on(backend));
    return new CompiledProgram(backend, options, trace, { variables, writes, steps }, seen as Outcome<R>);
  };

  /** Runs the function itself, operation by operation. */
  const eager = (args: A, { inputs }: Signature): Outcome<R> =>
    runEagerly(() => {
      const [next, outcome] = (steps === undefined ? run : inSteps(run, steps))(store?.read() ?? [], args);
      if (writes) store?.assign(next);
      return outcome;
    }, inputs);

  const dispose = (): void => {
    disposed = true;
    cache.clear();
    constants.dispose();
  };
  const traces = (): TraceInfo[] =>
    cache.programs.map(({ compiler, nodes }) => ({ compiler, operations: nodes }));
  return Object.defineProperty(Object.assign(call, { dispose }), "traces", { get: traces }) as Jitted<A, R>;
}

/** The run of a piece of work, with a look for NaN if it is asked for. */
function watching<A extends readonly unknown[], R>({
  options,
  run,
  watched,
}: Work<A, R>): Run<A, Outcome<R>> {
  return (state, args) => {
    const [next, result] = run(state, args);
    refuseFunctions(options.name, result);
    if (!options.checkNaN) return [next, { result }];
    return [next, { result, flags: nanFlags(watched === undefined ? result : watched(next, result)) }];
  };
}

/** Refuses a function in a result: it would close over tensors that are gone when the call is over. */
function refuseFunctions(name: string, result: unknown): void {
  if (typeof result === "function") throw forbidden.function(name);
  if (typeof result !== "object" || result === null || result instanceof tf.Tensor) return;
  for (const child of Object.values(result)) refuseFunctions(name, child);
}

/** Whether this call may be compiled: it is not switched off, and no gradient is being taken through it. */
const canCompile = ({ compiler }: CompleteOptions): boolean =>
  compiler !== "off" && !isTurnedOff() && tf.engine().state.gradientDepth === 0;

function refuseNaN(name: string, result: unknown, flags: NaNFlags, before: number): void {
  try {
    checkFlags(flags, name, before);
  } catch (error) {
    tree.dispose(result);
    throw error;
  } finally {
    flags.found.dispose();
  }
}
