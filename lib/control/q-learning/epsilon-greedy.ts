import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";

/**
 * Returns the action of the largest value in each row, and with probability ε a uniform one instead.
 *
 * @param values Q(s, ·), [B, A].
 * @param epsilon ε in [0, 1]: a number or a scalar tensor.
 * @returns int32 [B].
 * @throws if the values are not [B, A], or ε is a number outside [0, 1].
 */
export function epsilonGreedy(key: random.Key, values: tf.Tensor, epsilon: number | tf.Scalar): tf.Tensor1D {
  const [rows = 0, actions = 0] = values.shape;
  if (values.shape.length !== 2)
    throw new Error(`epsilonGreedy: values must be [B, A], got [${values.shape.join(", ")}]`);
  if (typeof epsilon === "number" && !(epsilon >= 0 && epsilon <= 1))
    throw new Error(`epsilonGreedy: epsilon must be in [0, 1], got ${epsilon}`);
  const [whetherKey, whichKey] = random.split(key);
  return tf.tidy(() => {
    const explores = random.uniform(whetherKey, [rows]).less(epsilon);
    const other = random.randint(whichKey, [rows], { max: actions });
    return tf.where(explores, other, values.argMax(-1).cast("int32")) as tf.Tensor1D;
  });
}
