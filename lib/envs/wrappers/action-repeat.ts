import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Transition } from "../base/environment";
import { selectRows } from "../base/rows";

/**
 * Takes each action several times and adds up the rewards. A row whose episode ends in between stops there.
 *
 * @param times the number of steps with one action.
 * @throws if it is not a positive integer.
 */
export function actionRepeat<S extends object, P>(env: Environment<S, P>, times: number): Environment<S, P> {
  checkCount("actionRepeat", "times", times, 1);
  return {
    ...env,
    step: (key, state, action, params) =>
      tree.tidy(() => {
        let total = env.step(random.fold(key, 0), state, action, params);
        for (let i = 1; i < times; i++) {
          const moved = env.step(random.fold(key, i), total.state, action, params);
          const more: Transition<S> = { ...moved, reward: total.reward.add(moved.reward) };
          total = selectRows(total.terminated.logicalOr<tf.Tensor1D>(total.truncated), total, more);
        }
        return total;
      }),
  };
}
