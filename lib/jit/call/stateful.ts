import type * as tf from "@tensorflow/tfjs";
import { nativeBackend } from "../../core/backend/native";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { inputTensors } from "../arguments/inputs";
import {
  describeArguments,
  firstDifference,
  mapInputs,
  replaceInputs,
  signatureOf,
} from "../arguments/signature";
import { completeOptions, isDisabled, type JitOptions } from "../build/options";
import { tracingErrors } from "../trace/tracing-errors";
import { compiledFunction, type Jitted } from "./compiled-function";
import { tensorStore, variableStore, type StateStore } from "./state-store";

/** Options of `jit.stateful`. */
export interface StatefulOptions extends JitOptions {
  /**
   * The number of steps K per call, compiled as one loop. Tensor arguments are then stacked along a leading
   * axis of K, one entry per step; a key is split into K; metrics are returned with a leading axis of K.
   */
  readonly steps?: number;
}

/** A compiled step with its state. */
export interface Stateful<S, A extends readonly unknown[], M> extends Jitted<A, M> {
  /** Returns a copy of the current state, owned by the caller; the words of its keys are plain numbers. */
  state(): S;
  /** Sets the state to a copy of the given one, which must have the same structure, shapes and types. */
  assign(state: S): void;
  /**
   * Compiles the same step as a loop of K steps per call, as the option `steps` does; it shares the state.
   *
   * @throws if K is not a positive integer.
   */
  repeat(steps: number): Jitted<A, M>;
  /**
   * Compiles a function of the current state and further arguments that does not change the state:
   * evaluation, sampling.
   */
  read<B extends readonly unknown[], R>(f: (state: S, ...args: B) => R, options?: JitOptions): Jitted<B, R>;
}

/**
 * Compiles a step that keeps its state in TensorFlow variables and updates it there.
 *
 * Otherwise it behaves like `jit`: `jit.stateful(step, initial)(batch, key)` returns the metrics. Functions
 * made by `read` and `repeat` share the state. `dispose()` frees the state too, and disposes these functions.
 *
 * @param step (state, …args) → [new state, metrics]; the new state has the structure, shapes and types of the
 *   old one.
 * @param initial the first state; it is copied.
 * @throws as `jit` does; if the step returns a state of another structure, shape or type; if an argument is
 *   not stacked for K steps.
 */
export function stateful<S, A extends readonly unknown[], M>(
  step: (state: S, ...args: A) => readonly [state: S, metrics: M],
  initial: S,
  { steps, ...options }: StatefulOptions = {},
): Stateful<S, A, M> {
  const complete = completeOptions(step, options);
  const { name } = complete;
  if (steps !== undefined) checkCount("jit.stateful", "steps", steps, 1);
  const stored = storeState(name, initial, complete.compiler === "off");
  let disposed = false;
  const isDisposed = (): boolean => disposed;
  const compile = (stepsPerCall: number | undefined): Jitted<A, M> =>
    compiledFunction<A, M>({
      options: complete,
      steps: stepsPerCall,
      store: stored.store,
      writes: true,
      isDisposed,
      nanTargets: (next, metrics) => ({ metrics, state: stored.fromTensors(next) }),
      transition: (state, args) => {
        const result = step(stored.fromTensors(state), ...args);
        if (result instanceof Promise) throw tracingErrors.returnedPromise(name);
        const [next, metrics] = result;
        return [
          stored.toTensors(
            next,
            `"${name}" must return a state with the structure, shapes and types of its input`,
          ),
          metrics,
        ];
      },
    });
  const compiled = compile(steps);
  const openStore = (): StateStore => {
    if (disposed) throw new Error(`jit: the state of "${name}" was accessed after dispose()`);
    return stored.store;
  };
  const disposeCompiled = compiled.dispose.bind(compiled);
  const others: Jitted<never, unknown>[] = [];
  return Object.assign(compiled, {
    state: () => stored.withPlainKeys(openStore().read()),
    assign: (state: S) =>
      tree.tidy(() =>
        openStore().assign(
          stored.toTensors(state, `the state of "${name}" must keep its structure, shapes and types`),
        ),
      ),
    repeat: (count: number) => {
      checkCount("jit.stateful", "repeat's steps", count, 1);
      openStore();
      const repeated = compile(count);
      others.push(repeated);
      return repeated;
    },
    read: <B extends readonly unknown[], R>(f: (state: S, ...args: B) => R, readOptions: JitOptions = {}) => {
      const reader = compiledFunction<B, R>({
        options: completeOptions(f, { compiler: complete.compiler, ...readOptions }),
        store: openStore(),
        isDisposed,
        transition: (state, args) => [[], f(stored.fromTensors(state), ...args)],
      });
      others.push(reader);
      return reader;
    },
    dispose: () => {
      if (disposed) return;
      disposed = true;
      disposeCompiled();
      for (const other of others) other.dispose();
      stored.store.dispose();
    },
  });
}

/** A stored state, and the conversions between its tree and its tensors. */
interface StoredState<S> {
  readonly store: StateStore;
  /** Returns the state with the given tensors. */
  fromTensors(tensors: readonly tf.Tensor[]): S;
  /** Returns the state with the given tensors, and the words of its keys as plain numbers. */
  withPlainKeys(tensors: readonly tf.Tensor[]): S;
  /**
   * Returns the tensors of a state; throws, with `requirement` in the message, if it differs in structure or
   * types.
   */
  toTensors(state: S, requirement: string): tf.Tensor[];
}

function storeState<S>(name: string, initial: S, isOff: boolean): StoredState<S> {
  const { id, inputs } = signatureOf(name, [initial]);
  const template = mapInputs(
    [initial],
    (x) => x,
    (key) => key,
  );
  const description = describeArguments([initial]);
  const backend = isOff || isDisabled() ? undefined : nativeBackend();
  const store = tree.tidy(() => {
    const tensors = inputTensors(inputs, undefined);
    return backend === undefined ? tensorStore(tensors) : variableStore(backend, tensors);
  });
  return {
    store,
    fromTensors: (tensors) => replaceInputs(template, tensors)[0] as S,
    withPlainKeys: (tensors) => {
      let next = 0;
      const take = (): tf.Tensor => tensors[next++] as tf.Tensor;
      const plainKey = (): { words: Int32Array } => {
        const words = take();
        const plain = words.dataSync<"int32">();
        words.dispose();
        return { words: plain };
      };
      return mapInputs(template, take, plainKey)[0] as S;
    },
    toTensors: (state, requirement) => {
      const signature = signatureOf(name, [state]);
      if (signature.id !== id) {
        const difference = firstDifference(description, describeArguments([state]));
        throw new Error(`jit: ${requirement}: ${difference.replaceAll("argument 0", "state")}`);
      }
      return inputTensors(signature.inputs, undefined);
    },
  };
}
