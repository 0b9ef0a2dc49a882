import { random, tf } from "latent";
import { pendulum } from "latent/envs";
import { expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Steps {
  readonly states: number[][];
  readonly actions: number[];
  readonly rows: number[][];
}
const steps = fixture("gymnasium_steps") as { pendulum: Steps; cartPole: Steps };
const key = random.key(0);

/** The columns of rows as tensors [B]. */
function columns(rows: readonly number[][]): tf.Tensor1D[] {
  return tf.unstack(tf.tensor2d(rows as number[][]), 1) as tf.Tensor1D[];
}

// Numbers are below 20 in size and come from at most 10 roundings of relative size 2^-24 = 6e-8 (float32 against
// Gymnasium's float64): relative to 1 + |x| that is below 1e-6.
const NEAR = { abs: 1e-6, rel: 1e-6 };

test("pendulum moves as Gymnasium's Pendulum-v1", () => {
  const { states, actions, rows } = steps.pendulum;
  const [theta, speed] = columns(states) as [tf.Tensor1D, tf.Tensor1D];
  const time = tf.zeros<tf.Rank.R1>([theta.size], "int32");
  const action = tf.tensor2d(actions, [theta.size, 1]);
  const moved = pendulum().step(key, { theta, speed, time }, action);
  const [nextTheta, nextSpeed, cos, sin, , reward] = columns(rows) as tf.Tensor1D[];
  expect(moved.state.theta).toBeNear(nextTheta as tf.Tensor, NEAR);
  expect(moved.state.speed).toBeNear(nextSpeed as tf.Tensor, NEAR);
  expect(moved.observation).toBeNear(tf.stack([cos, sin, nextSpeed] as tf.Tensor[], 1), NEAR);
  expect(moved.reward).toBeNear(reward as tf.Tensor, NEAR);
});
