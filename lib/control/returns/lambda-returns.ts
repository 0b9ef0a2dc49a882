import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { checkShape } from "../../core/tensor/shape";

/** What follows from T steps, time first. */
export interface Steps {
  /** r_t, [T, ...]. */
  readonly reward: tf.Tensor;
  /** γ_t, the factor of the value of s_{t+1}, [T, ...]: 0 where the task ended in step t. */
  readonly discount: tf.Tensor;
  /** v(s_{t+1}), the value after each step, [T, ...]. */
  readonly nextValue: tf.Tensor;
}

/**
 * Returns the λ-returns of T steps, [T, ...], differentiable with respect to all three (Sutton & Barto 2018,
 * section 12.1; Hafner et al. 2020, "Dreamer", equation 6):
 *
 *     R_t = r_t + γ_t ((1 − λ) v(s_{t+1}) + λ R_{t+1}),   R_{T−1} = r_{T−1} + γ_{T−1} v(s_T)
 *
 * λ = 0 gives the targets of one step, λ = 1 the sum of all rewards and the last value.
 *
 * @param lambda λ in [0, 1].
 * @throws if λ is outside, there is no step, or the shapes differ.
 */
export function lambdaReturns({ reward, discount, nextValue }: Steps, lambda: number): tf.Tensor {
  if (!(lambda >= 0 && lambda <= 1))
    throw new Error(`lambdaReturns: lambda must be in [0, 1], got ${lambda}`);
  const [steps = 0, ...rest] = reward.shape;
  if (steps === 0)
    throw new Error(
      `lambdaReturns: reward must be [T, ...] with T > 0 steps, got [${reward.shape.join(", ")}]`,
    );
  checkShape("lambdaReturns", "discount", discount, reward.shape);
  checkShape("lambdaReturns", "nextValue", nextValue, reward.shape);
  return tf.tidy(() => {
    const last = nextValue.slice([steps - 1], [1]).reshape(rest);
    const [, returns] = scan(
      (later: tf.Tensor, now: Steps) => {
        const ahead = now.nextValue.mul(1 - lambda).add(later.mul(lambda));
        const value = now.reward.add(now.discount.mul(ahead));
        return [value, value.clone()] as const;
      },
      last,
      { reward, discount, nextValue },
      { reverse: true },
    );
    return returns;
  });
}
