import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { drawAction } from "./squashed-normal";

/**
 * Returns actions to collect experience with: uniform ones in the first steps, then draws of the policy.
 *
 * @param output those of the policy, [B, 2A].
 * @param step the number of steps of the environment so far, [].
 * @param randomSteps the number of steps with uniform actions.
 */
export function explore(output: tf.Tensor, key: random.Key, step: tf.Scalar, randomSteps: number): tf.Tensor {
  const [rows = 0, width = 0] = output.shape;
  const shape = [rows, width / 2];
  const [policyKey, uniformKey] = random.split(key);
  return tf.tidy(() => {
    const { action } = drawAction(output, random.normal(policyKey, shape));
    if (randomSteps === 0) return action;
    const uniform = random.uniform(uniformKey, shape, { min: -1, max: 1 });
    return tf.where(step.less(randomSteps), uniform, action);
  });
}
