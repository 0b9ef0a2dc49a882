import { adam, jit, random, sgd, tf, tree, type Optimizer } from "latent";
import {
  actorCritics,
  sac,
  squashedNormal,
  type SacOptions,
  type SacState,
  type Transitions,
} from "latent/control";
import { mlp, type Mlp } from "latent/nn";
import { describe, expect, test } from "vitest";
import { completeOptions } from "../../../lib/control/sac/options";
import { drawAction } from "../../../lib/control/sac/squashed-normal";
import { updateWith, type UpdateNoise } from "../../../lib/control/sac/update";
import { fixture } from "../../support/fixtures";

type Layers = readonly { readonly weights: number[][]; readonly bias: number[] }[];

interface Parts {
  readonly critics: readonly [Layers, Layers];
  readonly encoder: Layers;
}

interface Outcome {
  readonly metrics: Readonly<Record<string, number[]>>;
  readonly errors: number[];
  readonly logTemperature: number;
  readonly actor: Layers;
  readonly online: Parts;
  readonly target: Parts;
}

const torch = fixture("sac") as {
  readonly start: Parts & { readonly actor: Layers };
  readonly batches: Readonly<Record<keyof Transitions<0, 0> | "nextNoise" | "nowNoise", number[][]>>[];
  readonly densities: readonly Readonly<Record<"mu" | "raw" | "x" | "sigma" | "logProb", number>>[];
} & Record<"encoded" | "states" | "fixed", Outcome>;

const [ACTIONS, FEATURES] = [2, 4];

function network(layers: Layers, output: "linear" | "tanh"): Mlp {
  const tensors = layers.map(({ weights, bias }) => ({
    weights: tf.tensor2d(weights),
    bias: tf.tensor1d(bias),
  }));
  return { layers: tensors, activation: "tanh", output };
}

type State = SacState<Mlp, Mlp, Mlp>;
type Options = SacOptions<Mlp, Mlp, Mlp>;

function optionsWith(optimizer: Optimizer, options: Partial<Options>): Options {
  return {
    ...{ actions: ACTIONS, optimizer },
    actor: actorCritics.actor.bind(actorCritics),
    critic: actorCritics.critic.bind(actorCritics),
    encoder: (params, seen) => mlp.apply(params, seen),
    ...options,
  };
}

function params() {
  const [first, second] = torch.start.critics;
  return {
    actor: network(torch.start.actor, "linear"),
    critics: [network(first, "linear"), network(second, "linear")] as const,
    encoder: network(torch.start.encoder, "tanh"),
  };
}

function batches(): (Transitions<tf.Tensor, tf.Tensor> & { readonly noise: UpdateNoise })[] {
  return torch.batches.map((batch) => {
    const of = (name: keyof typeof batch): tf.Tensor => tf.tensor(batch[name]);
    return {
      observation: of("observation"),
      action: of("action"),
      reward: of("reward") as tf.Tensor1D,
      discount: of("discount") as tf.Tensor1D,
      nextObservation: of("nextObservation"),
      weight: of("weight") as tf.Tensor1D,
      noise: { next: of("nextNoise"), now: of("nowNoise") },
    };
  });
}

describe("an update", () => {
  // Eight updates in float32 against float64: the issue asks for 1e-5
  test.each([
    ["encoded", adam({ learningRate: 1e-2 }), { polyak: 0.1 }],
    [
      "states",
      sgd({ learningRate: 2e-2 }),
      {
        polyak: 0.3,
        encoder: (_: Mlp, seen: tf.Tensor) => seen.slice([0, 0], [-1, FEATURES]),
        temperature: { initial: 0.5, targetEntropy: -0.5 },
        rewardScale: 0.1,
      },
    ],
    ["fixed", adam({ learningRate: 1e-2 }), { temperature: { fixed: 0.2 } }],
  ] as const)("equals PyTorch's on the same weights, batches and noise: %s", (name, optimizer, extra) => {
    const expected = torch[name];
    const options = optionsWith(optimizer, extra);
    const complete = completeOptions("sac", options);
    const step = jit.stateful(
      (state: State, batch: Transitions<tf.Tensor, tf.Tensor>, noise: UpdateNoise) => {
        const { state: next, metrics, errors } = updateWith(complete, state, batch, noise);
        return [next, { metrics, errors }] as const;
      },
      sac(options).init(params()),
    );
    const results = batches().map(({ noise, ...batch }) => step(batch, noise));
    const near = { abs: 1e-5 };
    for (const [metric, values] of Object.entries(expected.metrics))
      results.forEach(({ metrics }, i) => {
        expect(metrics[metric]).toBeNear(values[i] ?? NaN, near);
      });
    expect(results.at(-1)?.errors).toBeNear(expected.errors, near);
    const state = step.state();
    const same = (got: Mlp, layers: Layers): void =>
      layers.forEach(({ weights, bias }, i) => {
        expect(got.layers[i]?.weights).toBeNear(weights.flat(), near);
        expect(got.layers[i]?.bias).toBeNear(bias, near);
      });
    same(state.actor, expected.actor);
    for (const part of ["online", "target"] as const) {
      same(state[part].critics[0], expected[part].critics[0]);
      same(state[part].critics[1], expected[part].critics[1]);
      same(state[part].encoder, expected[part].encoder);
    }
    expect(state.logTemperature).toBeNear(expected.logTemperature, near);
    step.dispose();
    tree.dispose([results, state]);
  });

  test("draws its noise from the key, and leaves the tensors of its result only", () => {
    const options = optionsWith(adam(), {});
    const agent = sac(options);
    const state = agent.init(params());
    const [batch] = batches();
    if (batch === undefined) throw new Error("the fixture has batches");
    const { noise, ...transitions } = batch;
    const [next, now] = tf.unstack(random.normal(random.key(3), [2, ...noise.now.shape])) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const given = updateWith(completeOptions("sac", options), state, transitions, { next, now });
    const drawn = agent.update(state, transitions, random.key(3));
    expect(drawn.metrics["criticLoss"]).toBeNear(given.metrics["criticLoss"]?.dataSync()[0] ?? NaN, {});
    expect(() => agent.update(state, transitions, random.key(4))).toLeaveTensors(tree.leaves(drawn).length);
  });
});

describe("the policy", () => {
  // float32 rounds μ + σ ε to 6·10⁻⁸ |x|, of which z = (x − μ)/σ gets 1/σ times as much, and log π z times
  // that; log σ and the derivative of tanh add 10⁻⁶
  test.each(torch.densities)(
    "has the log-density of the closed form: %o",
    ({ mu, raw, x, sigma, logProb }) => {
      const z = (x - mu) / sigma;
      const drawn = drawAction(tf.tensor2d([[mu, raw]]), tf.tensor2d([[z]]));
      const slack = 1e-6 * (1 + (Math.abs(x) + Math.abs(mu)) / sigma) * (1 + Math.abs(z)) + 2e-7 * z * z;
      expect(drawn.logProb).toBeNear([logProb], { abs: slack, rel: 1e-6 });
      expect(drawn.action).toBeNear([Math.tanh(x)], { abs: 1e-6 });
    },
  );

  test("is a distribution over actions in [−1, 1], whose density integrates to 1", () => {
    const policy = squashedNormal(tf.tensor2d([[0.3, -0.2]]));
    const grid = tf.linspace(-1, 1, 20_001);
    const inside = grid.slice([1], [19_999]).reshape([-1, 1, 1]);
    const mass = policy.logProb(inside).exp().sum().mul(1e-4);
    expect(mass).toBeNear(1, { abs: 1e-4 });
    const [draws, logProb] = policy.sampleAndLogProb(random.key(1), [1000]);
    expect(draws.abs().max().dataSync()[0]).toBeLessThanOrEqual(1);
    // logProb inverts tanh, where float32 leaves 6·10⁻⁸ / (1 − a²) of x
    const safe = draws.abs().less(0.99).cast("float32").squeeze([-1]);
    expect(logProb.sub(policy.logProb(draws)).mul(safe).abs().max()).toBeNear(0, { abs: 1e-4 });
  });

  test("acts at random first, and takes tanh μ in evaluation", () => {
    const options = { ...optionsWith(adam(), {}), randomSteps: 10 };
    const state = sac(options).init(params());
    const seen = random.normal(random.key(5), [2000, 5]);
    const agent = sac(options);
    const early = agent.act(state, seen, random.key(6), tf.scalar(9));
    expect([early.mean(), early.square().mean()].map((x) => x.dataSync()[0] ?? NaN)).toBeWithinStandardErrors(
      [0, 1 / 3], // uniform on [−1, 1]
      [Math.sqrt(1 / 3 / 4000), Math.sqrt(4 / 45 / 4000)],
    );
    const output = actorCritics.actor(state.actor, mlp.apply(state.online.encoder, seen));
    const noise = random.normal(random.split(random.key(6))[0], [2000, ACTIONS]);
    const late = agent.act(state, seen, random.key(6), tf.scalar(10));
    expect(late).toBeNear(drawAction(output, noise).action, { abs: 1e-6 });
    expect(agent.policy(state, seen, random.key(0))).toBeNear(output.slice([0, 0], [-1, ACTIONS]).tanh(), {
      abs: 1e-6,
    });
  });
});

test("options and outputs are checked", () => {
  const refuses = (options: Partial<Options>, text: string): void => {
    expect(() => sac(optionsWith(adam(), options))).toThrow(text);
  };
  refuses({ actions: 0 }, "sac: actions must be a positive integer, got 0");
  refuses({ polyak: 2 }, "sac: polyak must be in [0, 1], got 2");
  refuses({ rewardScale: 0 }, "sac: rewardScale must be a positive finite number, got 0");
  refuses({ randomSteps: -1 }, "sac: randomSteps must be a non-negative integer, got -1");
  refuses({ temperature: { fixed: 0 } }, "sac: temperature.fixed must be a positive finite number, got 0");
  refuses(
    { temperature: { targetEntropy: -Infinity } },
    "sac: temperature.targetEntropy must be finite, got -Infinity",
  );
  expect(() => squashedNormal(tf.zeros([2, 3]))).toThrow(
    "squashedNormal: output must be [..., 2A], μ and log σ of each action, got [2, 3]",
  );
  expect(() => actorCritics.init(random.key(0), { features: 0, actions: 1 })).toThrow(
    "actorCritics.init: features must be a positive integer, got 0",
  );
});
