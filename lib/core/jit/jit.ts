import * as tf from "@tensorflow/tfjs";
import * as tree from "../tree";
import { ProgramCache } from "./cache";
import { Constants } from "./constants";
import { makeExecutable } from "./executable";
import { checkFlags, nanFlags } from "./nan";
import { nativeBackend, type NativeBackend } from "./native";
import {
  completeOptions,
  isTurnedOff,
  type Compiler,
  type CompleteOptions,
  type JitOptions,
} from "./options";
import { CompiledProgram, withInputs, type Program } from "./program";
import { signatureOf, substitute, type Signature } from "./signature";
import { traceFunction } from "./trace";
import { isTracing } from "./tracing";

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

/**
 * The same function, compiled: one call of TensorFlow in the place of one for each operation.
 *
 * `f` must be pure: trees of tensors and keys in, trees of tensors out. At the first call it runs once, operation by
 * operation, and is recorded; later calls run the recording. So JavaScript in it runs once: a number that it computes, or finds
 * outside, freezes. What changes from call to call must come in as a tensor or a key (`tf.scalar(rate)` for a learning
 * rate); numbers, strings and functions among the arguments are part of the compiled form, and other ones compile anew,
 * as do other shapes. Where nothing can be compiled (another backend than `tensorflow`, `LATENT_JIT=0`, inside of a gradient
 * of the caller's) the call runs `f` itself, with the same numbers. The caller owns the result.
 *
 * @throws when `f` reads the value of a tensor that depends on its arguments, uses a tensor from outside that is not in
 *   `constants`, or draws a random number other than from a key; when an argument is neither tensor, key nor plain data; with
 *   `retrace: false`, when the arguments have another form than at the first call; and after `dispose()`.
 */
export function jit<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JitOptions = {},
): Jitted<A, R> {
  const complete = completeOptions(f, options);
  const { name } = complete;
  const constants = new Constants(complete.constants);
  const cache = new ProgramCache<Program<Outcome<R>>>(complete, discard);
  const outcome = (args: A): Outcome<R> => {
    const result = f(...args);
    return complete.checkNaN ? { result, flags: nanFlags(result) } : { result };
  };
  let calls = 0;
  let disposed = false;

  const call = (...args: A): R => {
    if (disposed)
      throw new Error(`jit: "${name}" was called after dispose(); make a new one with jit(${name})`);
    if (isTracing()) return f(...args);
    calls++;
    const signature = signatureOf(name, args);
    const backend = canCompile(complete) ? nativeBackend() : undefined;
    const mode = backend === undefined ? "off " : "";
    const program = cache.get(mode + signature.id, args, () =>
      backend === undefined ? uncompiled : compile(backend, complete, constants, signature, args, outcome),
    );
    const { result, flags } =
      runProgram(backend, program, signature) ?? runEagerly(() => outcome(args), signature);
    if (flags !== undefined) checkNaN(name, result, flags, calls);
    return result;
  };
  const dispose = (): void => {
    disposed = true;
    cache.clear();
    constants.dispose();
  };
  return Object.defineProperties(Object.assign(call, { dispose }), {
    traces: { get: () => cache.programs.map(({ compiler, nodes }) => ({ compiler, operations: nodes })) },
  }) as Jitted<A, R>;
}

/** What a call gives: the function's result, and whether there is a NaN in it if somebody asked. */
interface Outcome<R> {
  readonly result: R;
  readonly flags?: tf.Tensor;
}

const uncompiled = { compiler: "off", result: undefined as never, nodes: 0 } as const;

const discard = (program: Program<unknown>): void => {
  if (program instanceof CompiledProgram) program.dispose();
};

/** Whether this call may be compiled: it is not switched off, and no gradient is being taken through it. */
export const canCompile = ({ compiler }: CompleteOptions): boolean =>
  compiler !== "off" && !isTurnedOff() && tf.engine().state.gradientDepth === 0;

function compile<A extends readonly unknown[], R>(
  backend: NativeBackend,
  options: CompleteOptions,
  constants: Constants,
  { inputs }: Signature,
  args: A,
  outcome: (args: A) => R,
): Program<R> {
  const { binding } = backend;
  const examples = inputs.map((x) => (x instanceof tf.Tensor ? x : tf.tensor1d(x, "int32")));
  try {
    const trace = traceFunction(
      backend,
      options.name,
      examples,
      (tensors) => outcome(substitute(args, tensors)),
      constants.on(backend),
    );
    return new CompiledProgram(backend, options, trace, trace.graph.results.length, (graph, compiler) =>
      makeExecutable(binding, options.name, graph, compiler),
    );
  } finally {
    examples.forEach((x, i) => x !== inputs[i] && x.dispose());
  }
}

function runProgram<R>(
  backend: NativeBackend | undefined,
  program: Program<R>,
  { inputs }: Signature,
): R | undefined {
  if (backend === undefined || !(program instanceof CompiledProgram)) return undefined;
  const compiled = program as CompiledProgram<R>;
  const outputs = withInputs(backend, inputs, (ids) => compiled.run(ids));
  return (
    outputs &&
    tree.unflatten(
      compiled.result,
      outputs.map((output) => backend.createOutputTensor(output)),
    )
  );
}

/** Calls the function itself. A tensor that it passes through is copied, so that the caller owns all of the result. */
export const runEagerly = <R>(f: () => R, { inputs }: Signature): R =>
  tree.tidy(() => tree.map((leaf) => (inputs.includes(leaf) ? leaf.clone() : leaf), f()));

function checkNaN(name: string, result: unknown, flags: tf.Tensor, calls: number): void {
  try {
    checkFlags(name, flags, result, () => `in call ${calls}`);
  } catch (error) {
    tree.dispose(result);
    throw error;
  } finally {
    flags.dispose();
  }
}
