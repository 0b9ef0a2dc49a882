import {
  adam,
  fit,
  gradientStep,
  jit,
  type Metrics,
  random,
  shuffledBatches,
  tf,
  train,
  tree,
  valueAndGrad,
} from "latent";
import { describe, expect, test } from "vitest";
import { home } from "../support/backends";
import { smallRun } from "./small-fits";

function number(x: tf.Tensor): number {
  return x.dataSync()[0] ?? NaN;
}

/** A step that adds its batch to a sum, and reports what it was given. */
function add(
  sum: tf.Tensor,
  batch: tf.Tensor,
  key: random.Key,
  step: tf.Scalar,
): readonly [tf.Tensor, Metrics] {
  return [sum.add(batch), { draw: random.uniform(key), step }];
}

/** Batches that say their step. */
function stepNumber(step: number): tf.Tensor {
  return tf.scalar(step);
}

describe("train", () => {
  test("repeats any step, with the step's number, a batch and a new key", async () => {
    const draws: number[] = [];
    const run = await train({
      state: tf.scalar(0),
      step: add,
      batches: stepNumber,
      steps: 5,
      key: random.key(1),
      hooks: [
        {
          every: 1,
          run: ({ step, metrics }) => {
            if (step === 0) return;
            expect(metrics["step"]).toBe(step - 1);
            draws.push(metrics["draw"] ?? NaN);
          },
        },
      ],
    });
    expect(run.step).toBe(5);
    expect(run.state).toBeNear(0 + 1 + 2 + 3 + 4, {});
    expect(new Set(draws).size).toBe(5);
  });

  test("gives the source of batches a key of its own for each step", async () => {
    const keys = new Map<number, string>();
    const run = await train({
      state: tf.scalar(0),
      step: add,
      batches: (step, key) => {
        keys.set(step, String(key.words));
        return random.normal(key);
      },
      steps: 6,
      key: random.key(1),
    });
    expect(Array.from(keys.keys()).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(keys.values()).size).toBe(6);
    tree.dispose(run.state);
  });

  test("calls hooks first, when they are due, and last, with means since", async () => {
    const seen: string[] = [];
    const hook = (name: string, every: number) => ({
      every,
      run: async ({ step, state, metrics }: { step: number; state: tf.Tensor; metrics: object }) => {
        await Promise.resolve();
        const mean = (metrics as { step?: number }).step;
        seen.push(`${name} ${step}: sum ${number(state)}${mean === undefined ? "" : `, mean ${mean}`}`);
      },
    });
    await train({
      state: tf.scalar(0),
      step: add,
      batches: stepNumber,
      steps: 5,
      key: random.key(1),
      hooks: [hook("often", 2), hook("rarely", Infinity)],
    });
    expect(seen).toEqual([
      "often 0: sum 0",
      "rarely 0: sum 0",
      "often 2: sum 1, mean 0.5",
      "often 4: sum 6, mean 2.5",
      "often 5: sum 10, mean 4",
      "rarely 5: sum 10, mean 2",
    ]);
  });

  test("ends when its signal is aborted, and is resumed", async () => {
    const abort = new AbortController();
    const options = { state: tf.scalar(0), step: add, batches: stepNumber, steps: 40, key: random.key(2) };
    const cut = await train({
      ...options,
      signal: abort.signal,
      hooks: [
        {
          every: 10,
          run: ({ step }) => {
            if (step === 20) abort.abort();
          },
        },
      ],
    });
    expect(cut.step).toBeLessThanOrEqual(30);
    const rest = await train({ ...options, resume: cut });
    expect(rest.step).toBe(40);
    expect(rest.state).toBeNear((39 * 40) / 2, {});
  });

  test("goes through phases that keep the moments of the optimizer", async () => {
    const optimizer = adam({ learningRate: 0.1 });
    const quadratic = (target: number) =>
      gradientStep<tf.Scalar>((x) => [x.sub(target).square(), {}], optimizer);
    const options = { batches: () => tf.scalar(0), key: random.key(0) };
    const start = { params: tf.scalar(0), optimizer: optimizer.init(tf.scalar(0)) };
    const first = await train({ ...options, state: start, step: quadratic(1), steps: 3 });
    const second = await train({
      ...options,
      state: start,
      step: quadratic(-2),
      steps: 5,
      resume: first,
    });
    // The same five steps by hand
    let { params, optimizer: memory } = start;
    for (const target of [1, 1, 1, -2, -2]) {
      const { grads } = valueAndGrad((x: tf.Scalar) => x.sub(target).square())(params);
      const next = optimizer.update(grads, memory, params);
      [params, memory] = [next.params, next.state];
    }
    expect(second.state.params).toBeNear(params, { abs: 1e-6 }); // of order 1, ten roundings of 6e-8 a step
    expect(second.step).toBe(5);
  });

  test("updates several models with several optimizers and a target network", async () => {
    const [slow, fast] = [adam({ learningRate: 0.01 }), adam({ learningRate: 0.1 })];
    const params = { actor: tf.scalar(0), critic: tf.scalar(0) };
    const initial = {
      ...params,
      target: tf.scalar(0),
      actorMemory: slow.init(params.actor),
      criticMemory: fast.init(params.critic),
    };
    const run = await train({
      state: initial,
      step: (state: typeof initial, batch: { reward: tf.Tensor }) => {
        const critic = valueAndGrad((q: tf.Scalar) => q.sub(batch.reward).square())(state.critic);
        const actor = valueAndGrad((a: tf.Scalar) => a.sub(state.critic).square())(state.actor);
        const [nextCritic, nextActor] = [
          fast.update(critic.grads, state.criticMemory, state.critic),
          slow.update(actor.grads, state.actorMemory, state.actor),
        ];
        return [
          {
            actor: nextActor.params,
            actorMemory: nextActor.state,
            critic: nextCritic.params,
            criticMemory: nextCritic.state,
            target: state.target.mul<tf.Scalar>(0.9).add<tf.Scalar>(nextCritic.params.mul(0.1)),
          },
          { criticLoss: critic.value, actorLoss: actor.value },
        ];
      },
      batches: () => ({ reward: tf.scalar(3) }),
      steps: 400,
      key: random.key(0),
    });
    expect(run.state.critic).toBeNear(3, { abs: 0.01 });
    expect(run.state.target).toBeNear(3, { abs: 0.01 });
    expect(number(run.state.actor)).toBeGreaterThan(1);
  });

  test("leaves only its state, whatever the batches create", async () => {
    const whole = tf.ones([2]);
    const state = tf.zeros([2]);
    const before = tf.memory().numTensors;
    for (const batches of [() => whole, () => whole.mul(2).add(1)]) {
      const run = await train({ state, step: add, batches, steps: 25, key: random.key(0), hooks: [] });
      expect(tf.memory().numTensors - before).toBe(1);
      tree.dispose(run.state);
    }
    expect(whole).toBeNear([1, 1], {});
  });
});

describe("several steps per call", () => {
  /** The states after each fifth step, and the metrics, of a small VAE. */
  async function curve(stepsPerCall?: number): Promise<number[][]> {
    const { params, data, ...options } = smallRun();
    const rows: number[][] = [];
    const run = await fit({
      ...options,
      params,
      data,
      steps: 43,
      every: 10,
      ...(stepsPerCall !== undefined && { stepsPerCall }),
      report: ({ step, params: now, metrics }) => {
        rows.push([
          step,
          ...Object.values(metrics),
          ...tree.leaves(now).map((x) => number(x.square().sum())),
        ]);
      },
    });
    tree.dispose([params, data, run.state]);
    return rows;
  }

  test("are the steps of one per call", async () => {
    const single = await curve(1);
    for (const rows of [await curve(), await curve(5)]) {
      expect(rows.map(([step]) => step)).toEqual([0, 10, 20, 30, 40, 43]);
      // XLA may fuse the operations in a loop in another order: 6e-8 a step, amplified by Adam's first steps
      expect(rows.flat()).toBeNear(single.flat(), { rel: 1e-4, abs: 1e-5 });
    }
  });

  test("are one call where nobody looks in between", async () => {
    let batchesAsked = 0;
    const seen: number[] = [];
    const run = await train({
      state: tf.scalar(0),
      step: add,
      batches: (step) => {
        batchesAsked += 1;
        return tf.scalar(step);
      },
      steps: 40,
      key: random.key(0),
      hooks: [{ every: 20, run: ({ step }) => void seen.push(step, batchesAsked) }],
    });
    // one more batch is asked for its size
    expect(seen).toEqual([0, 1, 20, 21, 40, 41]);
    expect(run.state).toBeNear((39 * 40) / 2, {});
  });

  test("find a NaN at its step", async () => {
    const log = (x: tf.Tensor, batch: tf.Tensor): readonly [tf.Tensor, Metrics] => [
      x.add(1),
      { odd: batch.sub(12).neg().log() },
    ];
    await expect(
      train({ state: tf.scalar(0), step: log, batches: stepNumber, steps: 40, key: random.key(0) }),
    ).rejects.toThrow("train: odd must be finite, got -Infinity after step 13");
  });
});

describe("the data of fit", () => {
  test("may be a tree with a common leading axis, of which the loss gets rows", async () => {
    const x = tf.linspace(-1, 1, 50).expandDims(1);
    const data = { x, y: x.mul(3).add(0.5) };
    const { state } = await fit({
      params: { a: tf.scalar(0), b: tf.scalar(0) },
      loss: ({ a, b }, batch) => [batch.x.mul(a).add(b).sub(batch.y).square().mean(), {}],
      optimizer: adam({ learningRate: 0.05 }),
      data,
      batchSize: 10,
      steps: 600,
      key: random.key(1),
    });
    expect(state.params.a).toBeNear(3, { abs: 0.01 });
    expect(state.params.b).toBeNear(0.5, { abs: 0.01 });
  });

  test("may be a source, such as sequences with their lengths and a mask", async () => {
    const { state } = await fit({
      params: tf.scalar(0),
      optimizer: adam({ learningRate: 0.05 }),
      data: (_, key) => {
        const [lengthKey, noiseKey] = random.split(key);
        const lengths = random.uniform(lengthKey, [8, 1], { min: 1, max: 6 }).floor(); //   [B, 1]
        const mask = tf.range(0, 5).less(lengths).cast("float32"); //                       [B, T]
        const x = tf.where(mask.greater(0), random.normal(noiseKey, [8, 5]).add(2), 1e3);
        return { x, mask };
      },
      loss: (mean, { x, mask }) => [x.sub(mean).square().mul(mask).sum().div(mask.sum()), {}],
      steps: 600,
      key: random.key(1),
    });
    // the mean of some 20 numbers of unit variance a step, averaged over some 1 / 0.05 steps: ± 0.05
    expect(state.params).toBeNear(2, { abs: 0.3 });
  });

  test("are refused without rows, with different rows, or without a batch size", async () => {
    const options = {
      params: tf.scalar(0),
      loss: (x: tf.Scalar): readonly [tf.Tensor, Metrics] => [x.square(), {}],
      optimizer: adam(),
      steps: 1,
      key: random.key(0),
    };
    await expect(fit({ ...options, data: {}, batchSize: 1 })).rejects.toThrow(
      "fit: data must hold a tensor [N, ...], got none",
    );
    await expect(
      fit({ ...options, data: { x: tf.zeros([3, 2]), y: tf.zeros([4]) }, batchSize: 1 }),
    ).rejects.toThrow("fit: data must be tensors with one leading axis [N, ...], got x [3, 2] and y [4]");
    await expect(fit({ ...options, data: tf.zeros([3]) })).rejects.toThrow(
      "fit: batchSize must be an integer from 1 to 3, the number of rows, got none",
    );
  });
});

test("shuffledBatches takes corresponding rows of all tensors, each once per epoch", () => {
  const data = { x: tf.range(0, 10), y: [tf.range(0, 10).mul(-1).expandDims(1)] as const };
  const batches = shuffledBatches(data, 5, random.key(3));
  const rows = [0, 1].map((t) => batches(t, random.key(0)));
  for (const { x, y } of rows) expect(y[0].reshape([5])).toBeNear(x.neg(), {});
  expect(rows.flatMap(({ x }) => Array.from(x.dataSync())).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test.runIf(home === "tensorflow")("the repeated step of jit.stateful shares its state", () => {
  const counter = jit.stateful(
    (n: tf.Scalar, x: tf.Tensor) => [n.add<tf.Scalar>(x), n] as const,
    tf.scalar(0),
  );
  counter(tf.scalar(5));
  const four = counter.repeat(4);
  expect(four(tf.tensor1d([1, 2, 3, 4]))).toBeNear([5, 6, 8, 11], {});
  expect(counter.state()).toBeNear(15, {});
  expect(() => counter.repeat(0)).toThrow("must be a positive integer, got 0");
  counter.dispose();
  expect(() => four(tf.zeros([4]))).toThrow("called after dispose()");
});
