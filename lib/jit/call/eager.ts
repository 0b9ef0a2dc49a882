import * as tf from "@tensorflow/tfjs";
import { split, type Key } from "../../core/random/key";
import * as tree from "../../core/tensor/tree";
import { sliceOf } from "../arguments/inputs";
import { substitute } from "../arguments/signature";

/** A function of state and arguments: it gives the new state and the result. */
export type Run<A extends readonly unknown[], R> = (
  state: readonly tf.Tensor[],
  args: A,
) => readonly [next: readonly tf.Tensor[], result: R];

/** K runs one after another, the arguments sliced and the results stacked, as a compiled loop does it. */
export const inSteps =
  <A extends readonly unknown[], R>(run: Run<A, R>, steps: number): Run<A, R> =>
  (initial, args) => {
    const keys = new Map<Key, Key[]>();
    const keysOf = (key: Key): Key[] => {
      const known = keys.get(key) ?? split(key, steps);
      keys.set(key, known);
      return known;
    };
    let state = initial;
    const results: R[] = [];
    for (let k = 0; k < steps; k++) {
      const [next, result] = tree.tidy(() =>
        run(
          state,
          substitute(
            args,
            (x) => sliceOf(x, k),
            (key) => keysOf(key)[k] as Key,
          ),
        ),
      );
      if (k > 0) tf.dispose([...state]);
      state = next;
      results.push(result);
    }
    const [first, ...others] = results as [R, ...R[]];
    return [state, tree.map((...leaves) => tf.stack(leaves), first, ...others)];
  };

/** Calls a function, and frees what it makes but for its result, of which the caller owns every tensor. */
export const runEagerly = <R>(f: () => R, inputs: readonly unknown[]): R =>
  tree.tidy(() => tree.map((leaf) => (inputs.includes(leaf) ? leaf.clone() : leaf), f()));
