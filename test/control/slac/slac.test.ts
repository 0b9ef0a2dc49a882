import { adam, random, tf, tree, type Optimizer } from "latent";
import {
  actorCritics,
  imaginedActorCritic,
  actorValue,
  sac,
  slac,
  worldModel,
  type SequenceBatch,
  type Slac,
  type SlacOptions,
} from "latent/control";
import { sequenceVae } from "latent/models";
import type { Mlp } from "latent/nn";
import { describe, expect, test } from "vitest";
import { transitionsOf } from "../../../lib/control/slac/slac";

const [T, B, O, A, Z, H] = [6, 4, 5, 2, 2, 3];
const S = H + Z;
const keys = random.split(random.key(4), 4);
const GAMMA = 0.9;

function batchOf(leastStep = 0): SequenceBatch {
  const ends = Array.from({ length: T * B }, (_, i) => (i >= T * B - 2 && leastStep === 0 ? 1 : 0));
  return {
    observation: random.normal(keys[0], [T + 1, B, O]),
    action: random.uniform(keys[1], [T, B, A], { min: -1, max: 1 }),
    reward: random.normal(keys[2], [T, B]) as tf.Tensor2D,
    terminated: tf.tensor2d(ends, [T, B], "bool"),
    mask: tf.ones([T, B]),
    discount: tf.scalar(GAMMA),
  };
}

function model(sees: "current" | "past" = "current") {
  return worldModel.init(random.key(0), {
    observation: [O],
    latent: Z,
    actions: A,
    prior: { kind: "recurrent", recurrent: H },
    encoder: { sees, body: { kind: "mlp", hidden: [9] } },
  });
}

const networks = {
  actor: actorCritics.actor.bind(actorCritics),
  critic: actorCritics.critic.bind(actorCritics),
};
const BURN_IN = 2;
const policyOptions = { actions: A, ...networks, optimizer: adam({ learningRate: 1e-2 }) };

function agentWith(extra: Partial<SlacOptions<Mlp, Mlp>> = {}): Slac<Mlp, Mlp> {
  const modelOptimizer: Optimizer = adam({ learningRate: 1e-2 });
  return slac({
    ...policyOptions,
    modelOptimizer,
    sequenceLength: T,
    burnIn: BURN_IN,
    rewardScale: 0.5,
    ...extra,
  });
}

function initial(agent: Slac<Mlp, Mlp>) {
  return agent.init({
    model: model(),
    ...actorCritics.init(random.key(1), { features: S, actions: A, hidden: [8] }),
  });
}

describe("the joint step", () => {
  const agent = agentWith();
  const state = initial(agent);
  const batch = batchOf();
  const joint = agent.update(state, batch, keys[3]);
  const [modelKey, policyKey] = random.split(keys[3]);

  test("moves the model by its own bound alone: no gradient of the critics flows into it", () => {
    const alone = agent.pretrain(state, batch, modelKey);
    for (const part of ["model", "modelOptimizer"] as const)
      tree.leaves(joint.state[part]).forEach((leaf, i) => {
        expect(leaf).toBeNear(tree.leaves(alone.state[part])[i] as tf.Tensor, { abs: 0 });
      });
    expect(joint.metrics["loss"]).toBeNear(alone.metrics["loss"] as tf.Tensor, { abs: 0 });
    tree.leaves(alone.state.policy).forEach((leaf, i) => {
      expect(leaf).toBeNear(tree.leaves(state.policy)[i] as tf.Tensor, { abs: 0 });
    });
  });

  test("moves the policy as sac does on the states of the posterior, row by row", () => {
    const halved = { ...batch, reward: batch.reward.mul<tf.Tensor2D>(0.5) };
    const [, { states }] = worldModel.loss(state.model, halved, modelKey);
    const at = (t: number): tf.Tensor =>
      tf
        .concat([states.h as tf.Tensor, states.z], 2)
        .slice([t], [1])
        .squeeze([0]);
    const times = Array.from({ length: T - BURN_IN }, (_, i) => BURN_IN + i);
    const rows = (f: (t: number) => tf.Tensor): tf.Tensor => tf.concat(times.map(f));
    const one = (x: tf.Tensor, t: number): tf.Tensor => x.slice([t], [1]).squeeze([0]);
    const transitions = {
      observation: rows(at),
      action: rows((t) => one(batch.action, t)),
      reward: rows((t) => one(batch.reward, t).mul(0.5)) as tf.Tensor1D,
      discount: rows((t) => tf.sub(1, one(batch.terminated, t).cast("float32")).mul(GAMMA)) as tf.Tensor1D,
      nextObservation: rows((t) => at(t + 1)),
      weight: tf.ones<tf.Rank.R1>([times.length * B]),
    };
    const expected = sac(policyOptions).update(state.policy, transitions, policyKey);
    tree.leaves(joint.state.policy).forEach((leaf, i) => {
      expect(leaf).toBeNear(tree.leaves(expected.state)[i] as tf.Tensor, { abs: 1e-6 });
    });
    expect(transitionsOf(states, halved, BURN_IN).discount.min()).toBeNear(0, { abs: 0 });
  });

  test("encodes each observation once", async () => {
    // The products with the first weights of the encoder, which is the only network on [rows, O]
    const profile = await tf.profile(() => tree.leaves(agent.update(state, batch, keys[3]))[0]);
    const reads = profile.kernels.filter(
      ({ inputShapes }) =>
        inputShapes[0]?.join() === `${(T + 1) * B},${O}` && inputShapes[1]?.join() === `${O},9`,
    );
    expect(reads.map(({ name }) => name)).toEqual(["BatchMatMul"]);
  });

  test("leaves the tensors of its result only", () => {
    const count = tree.leaves(joint).length;
    expect(() => agent.update(state, batch, keys[3])).toLeaveTensors(count);
    const alone = tree.leaves(agent.pretrain(state, batch, keys[3])).length;
    expect(() => agent.pretrain(state, batch, keys[3])).toLeaveTensors(alone);
  });
});

describe.each([
  ["slac", () => agentWith({ randomSteps: 0 })],
  [
    "imaginedActorCritic",
    () =>
      imaginedActorCritic<Mlp, Mlp>({
        ...{ actions: A, actor: networks.actor, value: actorValue.value.bind(actorValue) },
        ...{ optimizer: adam(), modelOptimizer: adam(), sequenceLength: T, burnIn: BURN_IN, randomSteps: 0 },
      }),
  ],
] as const)("%s acts", (_name, make) => {
  const agent = make();
  const weights = model();
  const { actor, critics } = actorCritics.init(random.key(1), { features: S, actions: A, hidden: [8] });
  const { value } = actorValue.init(random.key(2), { features: S, actions: A, hidden: [8] });
  const state = agent.init({ model: weights, actor, critics, value });
  const seen = random.normal(keys[0], [3, B, O]);
  const at = (t: number): tf.Tensor => seen.slice([t], [1]).squeeze([0]);

  test("on a belief that filters what it saw and did", () => {
    let memory = agent.begin(state as never, B);
    let previous = sequenceVae.initialState(weights.vae, B);
    let actionBefore: tf.Tensor = tf.zeros([B, A]);
    for (let t = 0; t < 3; t++) {
      const key = random.fold(keys[1], t);
      const next = agent.act(state as never, memory, at(t), key, tf.scalar(0));
      const [filterKey] = random.split(key);
      const { state: belief } = sequenceVae.filter(
        weights.vae,
        previous,
        { observation: at(t), actionBefore },
        filterKey,
      );
      expect(next.memory.state.z).toBeNear(belief.z, { abs: 1e-6 });
      expect(next.memory.action).toBeNear(next.action, { abs: 0 });
      expect(next.action).toHaveShape([B, A]);
      expect(next.action.abs().max().dataSync()[0]).toBeLessThan(1);
      [memory, previous, actionBefore] = [next.memory, belief, next.action];
    }
  });

  test("in evaluation by the mean belief and tanh μ, whatever the key", () => {
    const memory = agent.begin(state as never, B);
    const [one, two] = [1, 2].map((seed) => agent.policy(state as never, memory, at(0), random.key(seed)));
    expect(one?.action).toBeNear(two?.action as tf.Tensor, { abs: 0 });
    const { q } = sequenceVae.filter(
      weights.vae,
      memory.state,
      { observation: at(0), actionBefore: memory.action },
      keys[0],
    );
    expect(one?.memory.state.z).toBeNear(q.mean(), { abs: 1e-6 });
    const features = tf.concat([one?.memory.state.h as tf.Tensor, q.mean()], 1);
    const [mu] = tf.split(actorCritics.actor(actor, features), 2, 1);
    expect(one?.action).toBeNear((mu as tf.Tensor).tanh(), { abs: 1e-6 });
  });
});

test("options are checked", () => {
  expect(() => agentWith({ burnIn: T })).toThrow(
    `slac: burnIn must be less than sequenceLength, ${T}, got ${T}`,
  );
  expect(() => agentWith({ sequenceLength: 0 })).toThrow(
    "slac: sequenceLength must be a positive integer, got 0",
  );
  expect(() => agentWith({ actions: 0 })).toThrow("slac: actions must be a positive integer, got 0");
  const agent = agentWith();
  const parts = actorCritics.init(random.key(1), { features: S, actions: A, hidden: [8] });
  expect(() => agent.init({ model: model("past"), ...parts })).toThrow(
    'slac.init: the encoder must see only the current observation, got one that sees "past"; ' +
      'make it with encoder: { sees: "current" }',
  );
});
