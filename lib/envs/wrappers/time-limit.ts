import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import type { Environment } from "../base/environment";

/** The part of a state that counts steps. */
export interface Timed {
  /** The number of steps since the start of the episode, [B] int32. */
  readonly time: tf.Tensor1D;
}

/**
 * Truncates episodes after a number of steps. The count is a part of the state, not of the observation.
 *
 * @param steps the number of steps.
 * @throws if it is not a positive integer.
 */
export function timeLimit<S extends object, P>(
  env: Environment<S, P>,
  steps: number,
): Environment<S & Timed, P> {
  checkCount("timeLimit", "steps", steps, 1);
  return {
    ...env,
    reset(key, n, params) {
      const [state, observation] = env.reset(key, n, params);
      return [{ ...state, time: tf.zeros([n], "int32") }, observation];
    },
    step: (key, state, action, params) =>
      tree.tidy(() => {
        const { state: next, truncated, ...rest } = env.step(key, state, action, params);
        const time = state.time.add<tf.Tensor1D>(tf.scalar(1, "int32"));
        return {
          ...rest,
          state: { ...next, time },
          truncated: truncated.logicalOr(time.greaterEqual(steps)),
        };
      }),
  };
}
