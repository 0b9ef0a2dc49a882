import type { Key } from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { flagsAt, OBSERVED } from "./ring";
import { sampleSequences, type SequenceOptions } from "./sequences";
import type { Sample, Sequences, Step } from "./step";
import { addStep, advance, emptyStore, type ReplayOptions, type Store } from "./store";
import { sampleTransitions, setPriorities, type SampleOptions } from "./transitions";

/** Steps of B copies of an environment, kept in plain memory to be drawn again. */
export interface Replay<O, A> {
  /** The number of steps that can be drawn. */
  readonly size: number;
  /**
   * Adds one step of each copy. Its observation must be the last step's next one, except after an end.
   *
   * @throws if a leaf has another shape or type, a reward is not finite, a number to be kept as a byte is not
   *   from 0 to 1, or an observation does not follow the step before; then nothing is added.
   */
  add(step: Step<O, A>): void;
  /** Ends the episodes that are not over, as a limit would: for environments that are reset in between. */
  endEpisodes(): void;
  /**
   * Draws transitions of n steps with replacement: all steps with equal probabilities, or by their
   * priorities, one from each of B parts of equal probability (Schaul et al. 2016, appendix B.2.1).
   *
   * The same key and the same steps give the same draw. The last steps before a limit and the newest ones
   * have fewer than n rewards, and bootstrap from the last observation.
   *
   * @throws if an option is out of range, or there is no step.
   */
  sample(key: Key, options: SampleOptions): Sample<O, A>;
  /**
   * Draws windows of T steps that do not cross the ends of episodes, with replacement.
   *
   * @throws if an option is out of range, or no episode has T steps in a row.
   */
  sequences(key: Key, options: SequenceOptions): Sequences<O, A>;
  /**
   * Sets the priorities of steps: |δ| + ε.
   *
   * @param ids those of the sample.
   * @param errors the errors δ, one for each id; steps that were overwritten since are left out.
   * @throws if the buffer draws uniformly, the lengths differ, or an error is not finite; then no priority is
   *   changed.
   */
  prioritize(ids: ArrayLike<number>, errors: ArrayLike<number>): void;
}

/**
 * Returns an empty replay buffer.
 *
 * Observations are kept once each, in the order of time, with the last one of every episode: a time limit is
 * a truncation, after which values bootstrap from that observation. Pictures are kept as bytes.
 *
 *     const [state, observation] = env.reset(key, 8);
 *     const buffer = replay({ observation, action: tf.zeros([8], "int32") }, { capacity: 50_000 });
 *
 * @param like an observation and an action of B copies, for their structure, shapes and types.
 * @throws if the leading axes differ, the capacity is not an integer of at least 2 B, or a leaf cannot be
 *   kept.
 */
export function replay<O, A>(
  like: { readonly observation: O; readonly action: A },
  options: ReplayOptions,
): Replay<O, A> {
  return replayOf(emptyStore(like, options));
}

const stores = new WeakMap<object, Store<unknown, unknown>>();

/** Returns what a buffer keeps. */
export function storeOf(buffer: Replay<unknown, unknown>): Store<unknown, unknown> {
  const store = stores.get(buffer);
  if (store === undefined) throw new Error("saveReplay: the buffer must be one of replay() or loadReplay()");
  return store;
}

/** Returns the buffer of a store. */
export function replayOf<O, A>(store: Store<O, A>): Replay<O, A> {
  const { ring: of } = store;
  const buffer: Replay<O, A> = {
    get size() {
      return of.steps;
    },
    add: (step) => {
      addStep(store, step);
    },
    endEpisodes: () => {
      for (let b = 0; b < of.copies; b++)
        if (flagsAt(of, b, of.heads[b] ?? 0) === OBSERVED) advance(store, b);
    },
    sample: (key, options) => tree.tidy(() => sampleTransitions(store, key, options)),
    sequences: (key, options) => tree.tidy(() => sampleSequences(store, key, options)),
    prioritize: (ids, errors) => {
      setPriorities(store, ids, errors);
    },
  };
  stores.set(buffer, store);
  return buffer;
}
