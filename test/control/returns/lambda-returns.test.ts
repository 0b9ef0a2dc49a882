import { jit, random, tf, valueAndGrad } from "latent";
import { lambdaReturns, type Steps } from "latent/control";
import { describe, expect, test } from "vitest";

const [T, B] = [6, 3];
const key = random.split(random.key(1), 3);
const steps: Steps = {
  reward: tf.keep(random.normal(key[0], [T, B])),
  // The second row's task ends in step 3
  discount: tf.keep(
    tf.tensor2d(
      Array.from({ length: T * B }, (_, i) => (i % B === 1 && i >= 3 * B && i < 4 * B ? 0 : 0.9)),
      [T, B],
    ),
  ),
  nextValue: tf.keep(random.normal(key[1], [T, B])),
};

/** (1 − λ) Σ_n λⁿ⁻¹ G_n + λᴺ⁻¹ G_N over the returns of n < N steps and a value, in float64. */
function byDefinition(lambda: number): number[] {
  const at = (x: tf.Tensor, t: number, b: number): number => x.dataSync()[t * B + b] ?? NaN;
  const returns: number[] = [];
  for (let t = 0; t < T; t++)
    for (let b = 0; b < B; b++) {
      let [sum, factor, rewards] = [0, 1, 0];
      for (let n = 1; n <= T - t; n++) {
        rewards += factor * at(steps.reward, t + n - 1, b);
        factor *= at(steps.discount, t + n - 1, b);
        const complete = rewards + factor * at(steps.nextValue, t + n - 1, b); // G_n
        sum += lambda ** (n - 1) * (n === T - t ? 1 : 1 - lambda) * complete;
      }
      returns.push(sum);
    }
  return returns;
}

describe("lambdaReturns", () => {
  // Six sums of numbers below 10 in float32
  test.each([0, 0.3, 0.95, 1])("are the weighted returns of n steps: λ = %s", (lambda) => {
    const expected = byDefinition(lambda);
    expect(lambdaReturns(steps, lambda)).toBeNear(expected, { abs: 1e-5 });
    const compiled = jit((given: Steps) => lambdaReturns(given, lambda));
    expect(compiled(steps)).toBeNear(expected, { abs: 1e-5 });
    compiled.dispose();
  });

  test("are constant where the rewards are, and the values theirs", () => {
    const [r, gamma] = [0.5, 0.9];
    const given = {
      reward: tf.fill([T], r),
      discount: tf.fill([T], gamma),
      nextValue: tf.fill([T], r / (1 - gamma)),
    };
    expect(lambdaReturns(given, 0.7)).toBeNear(new Array<number>(T).fill(r / (1 - gamma)), { rel: 1e-6 });
  });

  test("have the gradients of their sum", () => {
    // ∂R_0/∂r_t = Π_{k<t} γ λ; ∂R_0/∂v_t of the last step is γᵀ λᵀ⁻¹
    const [gamma, lambda] = [0.9, 0.8];
    const given = { ...steps, discount: tf.fill([T, B], gamma) };
    const first = (x: Steps): tf.Tensor => lambdaReturns(x, lambda).slice([0, 0], [1, 1]).sum();
    for (const f of [valueAndGrad(first), jit(valueAndGrad(first))]) {
      const { grads } = f(given);
      const column = (x: tf.Tensor): tf.Tensor => x.slice([0, 0], [T, 1]);
      expect(column(grads.reward)).toBeNear(
        Array.from({ length: T }, (_, t) => (gamma * lambda) ** t),
        { abs: 1e-6 },
      );
      expect(column(grads.nextValue)).toBeNear(
        Array.from({ length: T }, (_, t) => gamma * (t === T - 1 ? 1 : 1 - lambda) * (gamma * lambda) ** t),
        { abs: 1e-6 },
      );
    }
  });

  test("leave their result only, and check what they are given", () => {
    expect(() => lambdaReturns(steps, 0.5)).toLeaveTensors(1);
    expect(() => lambdaReturns(steps, 2)).toThrow("lambdaReturns: lambda must be in [0, 1], got 2");
    expect(() => lambdaReturns({ ...steps, nextValue: tf.zeros([T]) }, 0.5)).toThrow(
      "lambdaReturns: nextValue must be [6, 3], got [6]",
    );
    expect(() => lambdaReturns({ ...steps, reward: tf.zeros([0, 2]) }, 0.5)).toThrow(
      "lambdaReturns: reward must be [T, ...] with T > 0 steps, got [0, 2]",
    );
  });
});
