import { jit, random, tf, tree } from "latent";
import { sequenceVae } from "latent/models";
import { describe, expect, test } from "vitest";

const [T, B, O, A, Z] = [5, 3, 4, 2, 2];
const keys = random.split(random.key(8), 4);
const data = {
  observations: tf.keep(random.normal(keys[0], [T, B, O])),
  actions: tf.keep(random.normal(keys[1], [T, B, A])),
};

function model(kind: "chain" | "recurrent", sees: "current" | "past" = "current") {
  return sequenceVae.init(random.key(1), {
    observation: [O],
    latent: Z,
    actions: A,
    prior: { kind },
    encoder: { sees },
  });
}

function at(x: tf.Tensor, t: number): tf.Tensor {
  return tf.slice(x, t, 1).squeeze([0]);
}

describe.each(["chain", "recurrent"] as const)("filter with a prior of kind %s", (kind) => {
  const vae = model(kind);
  const { states, q } = sequenceVae.infer(vae, data, keys[2]);

  test("has the posterior of infer at each time, given the state before", () => {
    for (let t = 0; t < T; t++) {
      const previous = t === 0 ? sequenceVae.initialState(vae, B) : sequenceVae.stateAt(states, t - 1);
      const actionBefore = t === 0 ? tf.zeros([B, A]) : at(data.actions, t - 1);
      const now = sequenceVae.filter(
        vae,
        previous,
        { observation: at(data.observations, t), actionBefore },
        keys[3],
      );
      expect(now.q.mean()).toBeNear(at(q.mean(), t), { abs: 1e-6 });
      expect(now.q.variance()).toBeNear(at(q.variance(), t), { abs: 1e-6 });
      // z = μ + σ ε
      const noise = random.normal(keys[3], [B, Z]);
      const draw = now.q.mean().add(now.q.variance().sqrt().mul(noise));
      expect(now.state.z).toBeNear(draw, { abs: 1e-6 });
      const seen = { observation: at(data.observations, t), actionBefore };
      const still = sequenceVae.filter(vae, previous, seen, keys[3], { mean: true });
      expect(still.state.z).toBeNear(now.q.mean(), { abs: 1e-6 });
      if (states.h !== undefined) expect(now.state.h).toBeNear(at(states.h, t), { abs: 1e-6 });
    }
  });

  test("compiles, and leaves its result only", () => {
    const step = (key: random.Key) =>
      sequenceVae.filter(
        vae,
        sequenceVae.initialState(vae, B),
        { observation: at(data.observations, 0), actionBefore: tf.zeros([B, A]) },
        key,
      );
    const compiled = jit(step);
    expect(compiled(keys[3]).state.z).toBeNear(step(keys[3]).state.z, { abs: 1e-5 });
    const previous = sequenceVae.initialState(vae, B);
    const seen = { observation: at(data.observations, 0), actionBefore: tf.zeros([B, A]) };
    const leaves = tree.leaves(step(keys[3])).length;
    expect(() => sequenceVae.filter(vae, previous, seen, keys[3])).toLeaveTensors(leaves);
    compiled.dispose();
  });
});

test("filter says what it needs", () => {
  const vae = model("chain");
  const previous = sequenceVae.initialState(vae, B);
  const observation = tf.zeros([B, O]);
  expect(() => sequenceVae.filter(vae, previous, { observation }, keys[0])).toThrow(
    "sequenceVae.filter: the model has actions, so actions must be [B=3, A=2], got none",
  );
  expect(() => sequenceVae.filter(vae, previous, { observation: tf.zeros([B, 5]) }, keys[0])).toThrow(
    "sequenceVae.filter: observation must be [B, 4], got [3, 5]",
  );
  expect(() => sequenceVae.filter(model("chain", "past"), previous, { observation }, keys[0])).toThrow(
    'sequenceVae.filter: the encoder must see only the current observation, got one that sees "past"; ' +
      'make it with encoder: { sees: "current" }',
  );
  expect(() => sequenceVae.initialState(vae, 0)).toThrow(
    "sequenceVae.initialState: batch must be a positive integer, got 0",
  );
});

test("lossWithStates has the loss, and the states of infer", () => {
  const vae = model("recurrent");
  const options = { freeNats: 0.5, balance: 0.8 };
  const [value, { states, ...metrics }] = sequenceVae.lossWithStates(vae, data, keys[2], options);
  const [expected, reported] = sequenceVae.loss(vae, data, keys[2], options);
  expect(value).toBeNear(expected, { abs: 0 });
  expect(metrics.kl).toBeNear(reported.kl, { abs: 0 });
  expect(states.z).toBeNear(sequenceVae.infer(vae, data, keys[2]).states.z, { abs: 0 });
  expect(() => sequenceVae.loss(vae, data, keys[2])).toLeaveTensors(4);
});
