import type * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Transition } from "../base/environment";
import { selectRows } from "../base/rows";

/** A step of a vectorized environment. */
export interface VectorTransition<S> extends Transition<S> {
  /** The observation after the step, before a new episode began: what to bootstrap from. */
  readonly finalObservation: tf.Tensor;
}

/** An environment whose rows begin a new episode in the step in which the old one ended. */
export interface VectorEnvironment<S extends object = object, P = unknown> extends Environment<S, P> {
  step(...given: Parameters<Environment<S, P>["step"]>): VectorTransition<S>;
}

/**
 * Begins a new episode in each row whose episode has ended (Gymnasium's autoreset mode `SAME_STEP`): `state`
 * and `observation` are then those of the new start, and `finalObservation` is the last one of the old
 * episode.
 */
export function vectorize<S extends object, P>(env: Environment<S, P>): VectorEnvironment<S, P> {
  return {
    ...env,
    step: (key, state, action, params) =>
      tree.tidy(() => {
        const [stepKey, resetKey] = random.split(key);
        const moved = env.step(stepKey, state, action, params);
        const [freshState, freshObservation] = env.reset(resetKey, moved.reward.shape[0], params);
        const ended = moved.terminated.logicalOr(moved.truncated);
        return {
          ...moved,
          state: selectRows(ended, freshState, moved.state),
          observation: selectRows(ended, freshObservation, moved.observation),
          finalObservation: moved.observation,
        };
      }),
  };
}
