import { random, tf } from "latent";
import { cartPole, pendulum } from "latent/envs";
import { expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Steps {
  readonly states: number[][];
  readonly actions: number[];
  readonly rows: number[][];
}
const steps = fixture("gymnasium_steps") as { pendulum: Steps; cartPole: Steps };
type R1 = tf.Tensor1D;
const key = random.key(0);

/** The columns of rows as tensors [B]. */
function columns(rows: readonly number[][]): tf.Tensor1D[] {
  return tf.unstack(tf.tensor2d(rows.map((row) => [...row])), 1) as tf.Tensor1D[];
}

// Numbers are below 20 in size and come from at most 10 roundings of relative size 2^-24 = 6e-8 (float32
// against Gymnasium's float64): relative to 1 + |x| that is below 1e-6.
const NEAR = { abs: 1e-6, rel: 1e-6 };

test("pendulum moves as Gymnasium's Pendulum-v1", () => {
  const { states, actions, rows } = steps.pendulum;
  const [theta, speed] = columns(states) as [tf.Tensor1D, tf.Tensor1D];
  const time = tf.zeros<tf.Rank.R1>([theta.size], "int32");
  const action = tf.tensor2d(actions, [theta.size, 1]);
  const moved = pendulum().step(key, { theta, speed, time }, action);
  const [nextTheta, nextSpeed, cos, sin, , reward] = columns(rows);
  expect(moved.state.theta).toBeNear(nextTheta as tf.Tensor, NEAR);
  expect(moved.state.speed).toBeNear(nextSpeed as tf.Tensor, NEAR);
  expect(moved.observation).toBeNear(tf.stack([cos, sin, nextSpeed] as tf.Tensor[], 1), NEAR);
  expect(moved.reward).toBeNear(reward as tf.Tensor, NEAR);
});

test("cartPole moves as Gymnasium's CartPole-v1", () => {
  const { states, actions, rows } = steps.cartPole;
  const [x, speed, theta, spin] = columns(states) as [R1, R1, R1, R1];
  const time = tf.zeros<tf.Rank.R1>([x.size], "int32");
  const moved = cartPole().step(key, { x, speed, theta, spin, time }, tf.tensor1d(actions, "int32"));
  const expected = tf.tensor2d(rows);
  expect(moved.observation).toBeNear(expected.slice([0, 0], [-1, 4]), NEAR);
  expect(moved.reward).toBeNear(expected.slice([0, 4], [-1, 1]), NEAR);
  expect(moved.terminated).toBeNear(expected.slice([0, 5], [-1, 1]), NEAR);
  expect(new Set(moved.terminated.dataSync()).size).toBe(2); // some end, some do not
});
