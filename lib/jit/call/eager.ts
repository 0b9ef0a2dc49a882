/**
 * Runs a function operation by operation where it is not compiled, with the results that a compiled call
 * returns.
 */
import * as tf from "@tensorflow/tfjs";
import { split, type Key } from "../../core/random/key";
import * as tree from "../../core/tensor/tree";
import { sliceAt } from "../arguments/inputs";
import { mapInputs } from "../arguments/signature";

/** A pure function of state and arguments: (state, arguments) → [new state, result]. */
export type Transition<A extends readonly unknown[], R> = (
  state: readonly tf.Tensor[],
  args: A,
) => readonly [next: readonly tf.Tensor[], result: R];

/** Returns a function that takes K steps: over stacked arguments and split keys, to stacked results. */
export function repeat<A extends readonly unknown[], R>(
  transition: Transition<A, R>,
  steps: number,
): Transition<A, R> {
  return (initial, args) => {
    const keys = new Map<Key, Key[]>();
    const keysOf = (key: Key): Key[] => {
      const known = keys.get(key) ?? split(key, steps);
      keys.set(key, known);
      return known;
    };
    const argumentsOf = (k: number): A =>
      mapInputs(
        args,
        (x) => sliceAt(x, k),
        (key) => keysOf(key)[k] as Key,
      );
    let state = initial;
    const results: R[] = [];
    const kept = new Set<unknown>(initial); // and what the steps return: parts of the state perhaps
    for (let k = 0; k < steps; k++) {
      const [next, result] = tree.tidy(() => transition(state, argumentsOf(k)));
      results.push(result);
      for (const leaf of tree.leaves(result)) kept.add(leaf);
      tf.dispose(state.filter((x) => !kept.has(x) && !next.includes(x)));
      state = next;
    }
    const [first, ...others] = results as [R, ...R[]];
    return [state, tree.map((...leaves) => tf.stack(leaves), first, ...others)];
  };
}

/** Calls `f` and frees every tensor it creates except the result. Inputs in the result are copied. */
export function runEagerly<R>(f: () => R, inputs: readonly unknown[]): R {
  return tree.tidy(() => tree.map((leaf) => (inputs.includes(leaf) ? leaf.clone() : leaf), f()));
}
