import { adam, jit, random, sgd, tf, tree, valueAndGrad } from "latent";
import { imagine, imaginedActorCritic, type ImaginedOptions } from "latent/control";
import { describe, expect, test } from "vitest";
import { completeOptions } from "../../../lib/control/imagined-actor-critic/options";
import { lookAhead, policyLoss, updateBehaviour } from "../../../lib/control/imagined-actor-critic/update";
import { linearModel, overNormal, sigmaOf, SYSTEM } from "./linear-model";

/** A policy with the same outputs [μ, r] everywhere, and the value function p s². */
const constants: Pick<ImaginedOptions<tf.Tensor, tf.Tensor>, "actor" | "value"> = {
  actor: (outputs, features) => features.mul(0).add(outputs), // [..., 1] to [..., 2]
  value: (scale, features) => features.square().mul(scale),
};

function optionsWith(extra: Partial<ImaginedOptions<tf.Tensor, tf.Tensor>>) {
  const optimizer = adam({ learningRate: 0.05 });
  const common = { actions: 1, optimizer, modelOptimizer: adam(), sequenceLength: 4 };
  return completeOptions<tf.Tensor, tf.Tensor>({ ...common, ...constants, ...extra });
}

const MU = 0.4;
const R = 0.2;
const START = 0.7;
const GAMMA = 0.9;
const { keep, push, noise, reward: w } = SYSTEM;
function start(rows: number) {
  return { z: tf.fill([rows, 1], START) };
}

function standardError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

describe("imagined rollouts", () => {
  const [ROWS, STEPS] = [20_000, 4];
  const model = linearModel(0.75);
  const rolled = imagine(model, start(ROWS), random.key(1), {
    horizon: STEPS,
    policy: (s) => constants.actor(tf.tensor1d([MU, R]), s),
  });

  test("have the moments of the system under the policy", () => {
    const sigma = sigmaOf(R);
    const mean = overNormal((e) => Math.tanh(MU + sigma * e));
    const variance = overNormal((e) => Math.tanh(MU + sigma * e) ** 2) - mean ** 2;
    let [z, spread] = [START, 0];
    for (let t = 0; t < STEPS; t++) {
      [z, spread] = [keep * z + push * mean, keep ** 2 * spread + push ** 2 * variance + noise ** 2];
      const to = Array.from(rolled.to.slice([t], [1]).dataSync());
      const { mean: got, error } = standardError(to);
      expect(got).toBeWithinStandardErrors(z, error);
      const squares = standardError(to.map((x) => (x - z) ** 2));
      expect(squares.mean).toBeWithinStandardErrors(spread, squares.error);
    }
  });

  test("go on from state to state, and have the rewards, log-densities and ends of their steps", () => {
    expect(rolled.from.slice([1])).toBeNear(rolled.to.slice([0], [STEPS - 1]), { abs: 0 });
    expect(rolled.from.slice([0], [1]).sub(START).abs().max()).toBeNear(0, { abs: 1e-7 });
    const { from, action, to } = rolled;
    const expected = from.mul(w.from).add(action.mul(w.action)).add(to.mul(w.to)).squeeze([-1]);
    expect(rolled.reward.sub(expected).abs().max()).toBeNear(0, { abs: 1e-5 });
    expect(rolled.continuation.sub(0.75).abs().max()).toBeNear(0, { abs: 1e-6 });
    const x = rolled.noise.mul(sigmaOf(R)).add(MU);
    expect(action.sub(x.tanh()).abs().max()).toBeNear(0, { abs: 1e-5 });
    const sigma = sigmaOf(R);
    const entropy = overNormal((e) => {
      const a = Math.tanh(MU + sigma * e);
      return e ** 2 / 2 + Math.log(sigma * Math.sqrt(2 * Math.PI)) + Math.log(1 - a ** 2);
    });
    const { mean, error } = standardError(Array.from(rolled.logProb.dataSync()));
    expect(-mean).toBeWithinStandardErrors(entropy, error);
  });
});

describe("the returns of imagined rollouts", () => {
  test("are λ-returns of the discounts γ p(goes on), which also weigh the steps", () => {
    const [horizon, lambda, goesOn, scale] = [3, 0.7, 0.75, 0.2];
    const options = optionsWith({ horizon, lambda, scoreFunction: 0.5 });
    const given = { model: linearModel(goesOn), start: start(2), discount: tf.scalar(GAMMA) };
    const outlook = lookAhead(options, tf.tensor1d([MU, R]), tf.scalar(scale), given, random.key(2));
    const { reward, to, from } = outlook.imagined;
    const [r, next, now] = [reward, to, from].map((x) => Array.from(x.dataSync())) as [
      number[],
      number[],
      number[],
    ];
    const factor = GAMMA * goesOn;
    for (let b = 0; b < 2; b++) {
      let later = scale * (next[(horizon - 1) * 2 + b] ?? NaN) ** 2;
      for (let t = horizon - 1; t >= 0; t--) {
        const i = 2 * t + b;
        const value = scale * (next[i] ?? NaN) ** 2;
        later = (r[i] ?? NaN) + factor * ((1 - lambda) * value + lambda * later);
        expect(outlook.returns.slice([t, b], [1, 1])).toBeNear([later], { abs: 1e-5 });
      }
    }
    expect(outlook.weights).toBeNear([1, 1, factor, factor, factor ** 2, factor ** 2], { abs: 1e-6 });
    expect(outlook.baseline).toBeNear(
      now.map((s) => scale * s ** 2),
      { abs: 1e-6 },
    );
  });
});

describe("the gradient of the policy", () => {
  const [ETA, SCALE] = [0.2, 0.6];

  /** −(E[r + γ v(s′)] + η entropy) of one step, by quadrature in float64. */
  function exactLoss(mu: number, r: number): number {
    const sigma = sigmaOf(r);
    return -overNormal((e) => {
      const a = Math.tanh(mu + sigma * e);
      const mean = keep * START + push * a;
      const gain = w.from * START + w.action * a + w.to * mean + GAMMA * SCALE * (mean ** 2 + noise ** 2);
      const logProb = -(e ** 2) / 2 - Math.log(sigma * Math.sqrt(2 * Math.PI)) - Math.log(1 - a ** 2);
      return gain - ETA * logProb;
    });
  }
  const h = 1e-4; // the error of central differences is about h² = 10⁻⁸
  const exact = [
    (exactLoss(MU + h, R) - exactLoss(MU - h, R)) / (2 * h),
    (exactLoss(MU, R + h) - exactLoss(MU, R - h)) / (2 * h),
  ];

  test.each([0, 0.3, 1])("has the mean of the exact one: share of the score function %s", (scoreFunction) => {
    const options = optionsWith({ horizon: 1, entropy: ETA, scoreFunction });
    const rows = scoreFunction === 1 ? 4000 : 500; // it varies more
    const given = { model: linearModel(), start: start(rows), discount: tf.scalar(GAMMA) };
    const gradient = jit((key: random.Key) =>
      valueAndGrad((outputs: tf.Tensor) =>
        policyLoss(options, outputs, lookAhead(options, outputs, tf.scalar(SCALE), given, key)),
      )(tf.tensor1d([MU, R])),
    );
    const runs = Array.from({ length: 40 }, (_, i) => gradient(random.fold(random.key(3), i)));
    const grads = runs.map(({ grads: one }) => Array.from(one.dataSync()));
    for (const i of [0, 1]) {
      const { mean, error } = standardError(grads.map((one) => one[i] ?? NaN));
      expect(mean).toBeWithinStandardErrors(exact[i] ?? NaN, error);
      // Power: an error of a fifth in one of the terms would be seen
      expect(6 * error).toBeLessThan(0.2 * Math.abs(exact[i] ?? NaN));
    }
    gradient.dispose();
  });

  test("by the score function alone does not flow through the model", () => {
    const options = optionsWith({ horizon: 3, entropy: 0, scoreFunction: 1 });
    const model = linearModel();
    const throughModel = (scoreFunction: number): number => {
      const { grads } = valueAndGrad((params: typeof model) => {
        const given = { model: params, start: start(10), discount: tf.scalar(GAMMA) };
        const outputs = tf.tensor1d([MU, R]);
        const chosen = { ...options, scoreFunction };
        return policyLoss(chosen, outputs, lookAhead(chosen, outputs, tf.scalar(1), given, random.key(1)));
      })(model);
      return tree.leaves(grads).reduce((sum, x) => sum + (x.abs().sum().dataSync()[0] ?? NaN), 0);
    };
    expect(throughModel(1)).toBe(0);
    expect(throughModel(0)).toBeGreaterThan(0.1);
  });
});

describe("an update of policy and values", () => {
  test("is a step of each, and of the slow values", () => {
    const rate = 0.1;
    const options = optionsWith({
      horizon: 2,
      entropy: 0,
      polyak: 0.3,
      optimizer: sgd({ learningRate: rate }),
    });
    const given = { model: linearModel(), start: start(6), discount: tf.scalar(GAMMA) };
    const [actor, value] = [tf.tensor1d([MU, R]), tf.scalar(0.5)];
    const targetValue = tf.scalar(0.2);
    const state = { actor, value, targetValue, optimizer: { actor: {}, value: {} } };
    const init = { actor: options.optimizer.init(actor), value: options.optimizer.init(value) };
    const { state: after, metrics } = updateBehaviour(
      options,
      { ...state, optimizer: init },
      given,
      random.key(5),
    );
    const outlook = lookAhead(options, actor, targetValue, given, random.key(5));
    // ∂/∂p of the mean of w (p s² − R)² / 2
    const s2 = outlook.imagined.from.square().squeeze<tf.Tensor>([-1]);
    const slope = s2.mul(0.5).sub(outlook.returns).mul(s2).mul(outlook.weights).mean().dataSync()[0] ?? NaN;
    const expected = 0.5 - rate * slope;
    expect(after.value).toBeNear(expected, { abs: 1e-6 });
    expect(after.targetValue).toBeNear(0.2 + 0.3 * (expected - 0.2), { abs: 1e-6 });
    const { grads } = valueAndGrad((outputs: tf.Tensor1D) =>
      policyLoss(options, outputs, lookAhead(options, outputs, targetValue, given, random.key(5))),
    )(actor);
    expect(after.actor).toBeNear(actor.sub(grads.mul(rate)), { abs: 1e-6 });
    expect(metrics["imaginedReturn"]).toBeNear(outlook.returns.mean(), { abs: 1e-6 });
  });

  test.each([0, 1])("finds the best action of a system: share of the score function %s", (scoreFunction) => {
    // More is better, now and later, so that a = 1
    const options = optionsWith({ horizon: 3, entropy: 0.01, scoreFunction });
    const step = jit.stateful(
      (state: Parameters<typeof updateBehaviour<tf.Tensor, tf.Tensor>>[1], key: random.Key) => {
        const given = { model: linearModel(), start: start(64), discount: tf.scalar(GAMMA) };
        const { state: after, metrics } = updateBehaviour(options, state, given, key);
        return [after, metrics] as const;
      },
      {
        ...{ actor: tf.tensor1d([-0.5, 0]), value: tf.scalar(0), targetValue: tf.scalar(0) },
        optimizer: {
          actor: options.optimizer.init(tf.tensor1d([-0.5, 0])),
          value: options.optimizer.init(tf.scalar(0)),
        },
      },
    );
    for (let i = 0; i < 150; i++) tree.dispose(step(random.fold(random.key(6), i)));
    const { actor } = step.state();
    expect(Math.tanh(actor.dataSync()[0] ?? NaN)).toBeGreaterThan(0.9);
    step.dispose();
  });
});

test("options are checked", () => {
  const refuses = (extra: Partial<ImaginedOptions<tf.Tensor, tf.Tensor>>, text: string): void => {
    expect(() => imaginedActorCritic(optionsWith(extra))).toThrow(text);
  };
  refuses({ horizon: 0 }, "imaginedActorCritic: horizon must be a positive integer, got 0");
  refuses({ lambda: 2 }, "imaginedActorCritic: lambda must be in [0, 1], got 2");
  refuses({ scoreFunction: -1 }, "imaginedActorCritic: scoreFunction must be in [0, 1], got -1");
  refuses({ entropy: -1 }, "imaginedActorCritic: entropy must be a finite number >= 0, got -1");
  refuses({ burnIn: 4 }, "imaginedActorCritic: burnIn must be less than sequenceLength, 4, got 4");
  expect(() => imagine(linearModel(), start(2), random.key(0), { horizon: 0, policy: (s) => s })).toThrow(
    "imagine: horizon must be a positive integer, got 0",
  );
});
