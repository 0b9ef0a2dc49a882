import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";

/**
 * Replaces each action by a uniform one with probability `slip`.
 *
 * @param action [B] int32.
 * @param n the number of actions.
 */
export function slippery(key: random.Key, action: tf.Tensor, n: number, slip: number): tf.Tensor {
  if (slip === 0) return action;
  const [whetherKey, whichKey] = random.split(key);
  return tf.tidy(() => {
    const slips = random.uniform(whetherKey, action.shape).less(slip);
    return tf.where(slips, random.randint(whichKey, action.shape, { max: n }), action);
  });
}
