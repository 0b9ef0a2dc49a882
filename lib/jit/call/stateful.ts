import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { makeCallable, type Jitted } from "./compiled-function";
import { forbidden } from "../trace/errors";
import { inputTensors } from "../arguments/inputs";
import { nativeBackend } from "../../core/backend/native";
import { completeOptions, isTurnedOff, type JitOptions } from "../build/options";
import { describe, fill, firstDifference, signatureOf, substitute } from "../arguments/signature";
import { tensorStore, variableStore, type Store } from "./state-store";

/** Options of `jit.stateful`. */
export interface StatefulOptions extends JitOptions {
  /**
   * K: one call takes K steps, compiled as one loop. Every tensor argument then has a first axis of K, one entry a step; a key is
   * split into K; each metric comes back with a first axis of K.
   */
  readonly steps?: number;
}

/** A step with the state that it changes. */
export interface Stateful<S, A extends readonly unknown[], M> extends Jitted<A, M> {
  /** A copy of the state as it is now, the caller's to dispose; its keys have plain words. */
  state(): S;
  /** Sets the state to a copy of this one, which must have the same structure, shapes and types. */
  assign(state: S): void;
  /** A function of the state as it is at each call, and of other arguments, that leaves it alone: evaluation, sampling. */
  read<B extends readonly unknown[], R>(f: (state: S, ...args: B) => R, options?: JitOptions): Jitted<B, R>;
}

/**
 * A compiled step that keeps its state: it is held in TensorFlow's variables and updated there, not handed in and out.
 *
 * For the rest it is as `jit`: `jit.stateful(step, initial)(batch, key)` gives the metrics. Functions made by `read` share the
 * state. `dispose()` frees the state too, and ends the functions made by `read`.
 *
 * @param step (state, …args) → [new state, metrics]: the new state has the structure, shapes and types of the old one.
 * @param initial is copied.
 * @throws as `jit`; and when the step returns a state of another form, or an argument is not stacked for K steps.
 */
export function stateful<S, A extends readonly unknown[], M>(
  step: (state: S, ...args: A) => readonly [state: S, metrics: M],
  initial: S,
  { steps, ...options }: StatefulOptions = {},
): Stateful<S, A, M> {
  const complete = completeOptions(step, options);
  const { name } = complete;
  if (steps !== undefined) checkCount("jit.stateful", "steps", steps, 1);
  const held = holdState(name, initial, complete.compiler === "off");
  let gone = false;
  const isGone = (): boolean => gone;
  const trainer = makeCallable<A, M>({
    options: complete,
    steps,
    store: held.store,
    writes: true,
    isGone,
    watched: (next, metrics) => ({ metrics, state: held.build(next) }),
    run: (state, args) => {
      const result = step(held.build(state), ...args);
      if (result instanceof Promise) throw forbidden.promise(name);
      const [next, metrics] = result;
      return [held.take(next, `"${name}" must return a state like the one it gets`), metrics];
    },
  });
  const checked = (): Store => {
    if (gone) throw new Error(`jit: the state of "${name}" was asked for after dispose()`);
    return held.store;
  };
  const freeCallable = trainer.dispose.bind(trainer);
  const readers: Jitted<never, unknown>[] = [];
  return Object.assign(trainer, {
    state: () => held.plain(checked().read()),
    assign: (state: S) =>
      tree.tidy(() => checked().assign(held.take(state, `the state of "${name}" must keep its form`))),
    read: <B extends readonly unknown[], R>(f: (state: S, ...args: B) => R, readOptions: JitOptions = {}) => {
      const reader = makeCallable<B, R>({
        options: completeOptions(f, { compiler: complete.compiler, ...readOptions }),
        store: checked(),
        isGone,
        run: (state, args) => [[], f(held.build(state), ...args)],
      });
      readers.push(reader);
      return reader;
    },
    dispose: () => {
      if (gone) return;
      gone = true;
      freeCallable();
      for (const reader of readers) reader.dispose();
      held.store.dispose();
    },
  });
}

/** A state taken apart, where its tensors are held, and how it is put together again. */
function holdState<S>(
  name: string,
  initial: S,
  off: boolean,
): {
  store: Store;
  /** The state of these tensors. */
  build(tensors: readonly tf.Tensor[]): S;
  /** The same, with keys as plain words, for the user. */
  plain(tensors: readonly tf.Tensor[]): S;
  /** The tensors of a state; throws when it has another form than the initial one. */
  take(state: S, demand: string): tf.Tensor[];
} {
  const { id, inputs } = signatureOf(name, [initial]);
  const template = substitute(
    [initial],
    (x) => x,
    (key) => key,
  );
  const places = describe([initial]);
  const backend = off || isTurnedOff() ? undefined : nativeBackend();
  const store = tree.tidy(() => {
    const tensors = inputTensors(inputs, undefined);
    return backend === undefined ? tensorStore(tensors) : variableStore(backend, tensors);
  });
  return {
    store,
    build: (tensors) => fill(template, tensors)[0] as S,
    plain: (tensors) => {
      let next = 0;
      const take = (): tf.Tensor => tensors[next++] as tf.Tensor;
      const word = (): { words: Int32Array } => {
        const words = take();
        const plain = words.dataSync<"int32">();
        words.dispose();
        return { words: plain };
      };
      return substitute(template, take, word)[0] as S;
    },
    take: (state, demand) => {
      const signature = signatureOf(name, [state]);
      if (signature.id !== id)
        throw new Error(
          `jit: ${demand}: ${firstDifference(places, describe([state])).replaceAll("argument 0", "state")}`,
        );
      return inputTensors(signature.inputs, undefined);
    },
  };
}
