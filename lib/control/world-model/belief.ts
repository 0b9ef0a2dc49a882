import * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { sequenceVae } from "../../models";
import type { State } from "../../models/sequence";
import type { WorldModel } from "./world-model";

/** What an agent with a model remembers of B episodes: its belief, and what it did last. */
export interface Belief {
  /** z_{t−1} ~ q, with h_{t−1}, [B, ...]. */
  readonly state: State;
  /** a_{t−1}, [B, A]. */
  readonly action: tf.Tensor;
}

/** Returns the belief before the first observation: zeros. */
export function beginBelief({ vae }: WorldModel, n: number): Belief {
  return tree.tidy(() => ({
    state: sequenceVae.initialState(vae, n),
    action: tf.zeros([n, sequenceVae.sizes(vae.prior).actions]),
  }));
}

/**
 * Filters an observation into the belief, and acts on it.
 *
 * @param choose features [B, S] → actions [B, A].
 * @param options `mean`: whether to act on the mean of q in place of a draw.
 */
export function actOnBelief(
  { vae }: WorldModel,
  { state: previous, action: actionBefore }: Belief,
  observation: tf.Tensor,
  key: random.Key,
  choose: (features: tf.Tensor) => tf.Tensor,
  options: { readonly mean: boolean },
): { readonly action: tf.Tensor; readonly memory: Belief } {
  return tree.tidy(() => {
    const { state } = sequenceVae.filter(vae, previous, { observation, actionBefore }, key, options);
    const action = choose(sequenceVae.features(state));
    return { action, memory: { state, action: action.clone() } };
  });
}
