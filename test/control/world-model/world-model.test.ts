import { jit, random, tf, tree, valueAndGrad } from "latent";
import { worldModel } from "latent/control";
import { sequenceVae } from "latent/models";
import { mlp } from "latent/nn";
import { describe, expect, test } from "vitest";

const [T, B, O, A, Z] = [4, 3, 5, 2, 2];
const keys = random.split(random.key(4), 5);
const batch = {
  observation: tf.keep(random.normal(keys[0], [T + 1, B, O])),
  action: tf.keep(random.uniform(keys[1], [T, B, A], { min: -1, max: 1 })),
  reward: tf.keep(random.normal(keys[2], [T, B])) as tf.Tensor2D,
  terminated: tf.keep(tf.tensor2d([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], [T, B], "bool")),
};
const options = {
  observation: [O],
  latent: Z,
  actions: A,
  prior: { kind: "recurrent", recurrent: 6 },
  hidden: [7],
  rewardSigma: 0.5,
  continuation: true,
} as const;
const model = worldModel.init(random.key(0), options);

/** The numbers of a head at each step, computed by hand from the states. */
function outputs(states: tf.Tensor): { reward: number[]; logit: number[] } {
  const [from, to] = [states.slice([0], [T]), states.slice([1], [T])];
  const head = (network: typeof model.reward, x: tf.Tensor): number[] =>
    Array.from(mlp.apply(network, x).dataSync());
  return {
    reward: head(model.reward, tf.concat([from, batch.action, to], 2)),
    logit: head(model.continuation ?? model.reward, to),
  };
}

describe("the loss of a world model", () => {
  const [value, { states, ...metrics }] = worldModel.loss(model, batch, keys[3]);
  const features = tf.concat([states.h as tf.Tensor, states.z], 2);
  const { reward, logit } = outputs(features);
  const actions = tf.concat([batch.action, tf.zeros([1, B, A])]);
  const data = { observations: batch.observation, actions };

  test("is −log p of observations, rewards and ends at the drawn states, per step", () => {
    const sigma = options.rewardSigma;
    const rewards = Array.from(batch.reward.dataSync());
    const squares = rewards.map((r, i) => (r - (reward[i] ?? NaN)) ** 2);
    const logReward = squares.map((d) => -d / (2 * sigma ** 2) - Math.log(sigma * Math.sqrt(2 * Math.PI)));
    const goesOn = logit.map((l) => 1 / (1 + Math.exp(-l)));
    const logEnds = Array.from(batch.terminated.dataSync(), (ends, i) =>
      Math.log(ends ? 1 - (goesOn[i] ?? NaN) : (goesOn[i] ?? NaN)),
    );
    const [vaeLoss, { bound, kl }] = sequenceVae.loss(model.vae, data, keys[3]);
    const sum = (x: number[]): number => x.reduce((a, b) => a + b, 0);
    const expected = (vaeLoss.dataSync()[0] ?? NaN) - (sum(logReward) + sum(logEnds)) / B;
    expect(value).toBeNear(expected / (T + 1), { rel: 1e-5 });
    expect(metrics.bound).toBeNear((bound.dataSync()[0] ?? NaN) / (T + 1), { rel: 1e-5 });
    expect(metrics.kl).toBeNear((kl.dataSync()[0] ?? NaN) / (T + 1), { rel: 1e-5 });
    expect(metrics.rewardError).toBeNear(sum(squares) / (T * B), { rel: 1e-5 });
    expect(metrics.continuationLoss).toBeNear(-sum(logEnds) / (T * B), { rel: 1e-5 });
  });

  test("draws the states of the posterior once, and has heads that give what it was made of", () => {
    expect(states.z).toBeNear(sequenceVae.infer(model.vae, data, keys[3]).states.z, { abs: 0 });
    const step = {
      from: features.slice([0], [T]),
      action: batch.action,
      to: features.slice([1], [T]),
    };
    expect(worldModel.reward(model, step)).toBeNear(reward, { abs: 1e-6 });
    const goesOn = worldModel.continuation(model, step.to);
    expect(goesOn).toBeNear(
      logit.map((l) => 1 / (1 + Math.exp(-l))),
      { abs: 1e-6 },
    );
    expect(() => worldModel.continuation(model, step.to)).toLeaveTensors(1);
  });

  test("trains all parts, compiled as it is, and leaves its result only", () => {
    const gradient = valueAndGrad((params: typeof model) => worldModel.loss(params, batch, keys[3]));
    const plain = gradient(model);
    for (const [path, grad] of tree.entries(plain.grads))
      expect([path, (grad.abs().max().dataSync()[0] ?? 0) > 0]).toEqual([path, true]);
    const compiled = jit(gradient);
    const fast = compiled(model);
    tree.leaves(fast.grads).forEach((grad, i) => {
      expect(grad).toBeNear(tree.leaves(plain.grads)[i] as tf.Tensor, { abs: 1e-4, rel: 1e-4 });
    });
    compiled.dispose();
    expect(() => worldModel.loss(model, batch, keys[3])).toLeaveTensors(1 + 4 + 2);
  });
});

test("without a continuation the task goes on, and costs nothing", () => {
  const rest = worldModel.init(random.key(0), { ...options, continuation: false });
  expect(worldModel.continuation(rest, tf.zeros([4, 2, 8]))).toBeNear(new Array<number>(8).fill(1), {
    abs: 0,
  });
  const [, { continuationLoss }] = worldModel.loss(rest, batch, keys[3]);
  expect(continuationLoss).toBeNear(0, { abs: 0 });
  expect(rest.continuation).toBeUndefined();
});

test("options are checked", () => {
  const refuses = (extra: Partial<worldModel.WorldModelOptions>, text: string): void => {
    expect(() => worldModel.init(random.key(0), { ...options, ...extra })).toThrow(text);
  };
  refuses({ actions: 0 }, "worldModel.init: actions must be a positive integer, got 0");
  refuses({ rewardSigma: 0 }, "worldModel.init: rewardSigma must be a positive finite number, got 0");
  refuses({ hidden: [0] }, "worldModel.init: hidden[0] must be a positive integer, got 0");
});
