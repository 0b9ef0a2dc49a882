import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, tf, tree } from "latent";
import {
  evaluate,
  recurrentPolicy,
  trainAgent,
  type RecurrentAgent,
  type TrainAgentOptions,
} from "latent/control";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CELLS, corridor, type CorridorState } from "./corridor";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-recurrent-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface State {
  /** The sum of the rewards of all batches, and the numbers of updates of each kind. */
  readonly rewards: tf.Scalar;
  readonly updates: tf.Scalar;
  readonly pretrained: tf.Scalar;
}

interface Count {
  readonly count: tf.Tensor1D;
}

const LENGTH = 3;

/** Walks to the right in the first step of an episode, and then to the left, by counting the steps. */
function counter(): RecurrentAgent<State, Count> {
  const walk = ({ count }: Count): { action: tf.Tensor; memory: Count } => ({
    action: count.less(1).cast("int32"),
    memory: { count: count.add<tf.Tensor1D>(1) },
  });
  return {
    name: "counter",
    sequenceLength: LENGTH,
    begin: (_state, n) => ({ count: tf.zeros([n]) }),
    act: (_state, memory) => walk(memory),
    policy: (_state, memory) => walk(memory),
    update: ({ rewards, updates, pretrained }, batch) => ({
      state: {
        rewards: rewards.add<tf.Scalar>(batch.reward.sum()),
        updates: updates.add<tf.Scalar>(1),
        pretrained,
      },
      metrics: { discount: batch.discount.clone(), length: tf.scalar(batch.reward.shape[0]) },
    }),
    pretrain: ({ rewards, updates, pretrained }) => ({
      state: { rewards, updates, pretrained: pretrained.add<tf.Scalar>(1) },
      metrics: { isPretraining: tf.scalar(1) },
    }),
  };
}

function zeros(): State {
  return { rewards: tf.scalar(0), updates: tf.scalar(0), pretrained: tf.scalar(0) };
}

function options(steps: number): TrainAgentOptions<State, CorridorState, object> {
  return {
    agent: counter(),
    state: zeros(),
    env: corridor(),
    ...{ steps, copies: 4, key: random.key(1), replay: { capacity: 1000 }, batchSize: 8, discount: 0.8 },
    ...{ learnFrom: 40, updatesPerStep: 0.5, pretrainUpdates: 30 },
    evaluation: { every: 100, episodes: 6 },
  };
}

/** Episodes of the walk: a step to the right, with a reward of 1 in the last cell, then to the left. */
function episode(start: number): { total: number; length: number } {
  let [cell, total] = [start, 0];
  for (let t = 0; t < 5; t++) {
    if (t >= 1 && cell === 0) return { total: total + 0.5, length: t + 1 };
    if (t < 1 && cell === CELLS - 1) total += 1;
    cell = t < 1 ? Math.min(cell + 1, CELLS - 1) : cell - 1;
  }
  return { total, length: 5 };
}

function numbersIn({ state, ...rest }: { readonly state: State }): unknown {
  return { ...rest, state: tree.leaves(state).map((x) => Array.from(x.dataSync())) };
}

describe("an agent that remembers its episode", () => {
  test("begins anew with each episode, and learns from sequences with the discount of the run", async () => {
    const given = options(400);
    const before = tf.memory().numTensors;
    const seen: unknown[] = [];
    const hooks = [
      {
        every: 200,
        run: ({ step, metrics }: { step: number; metrics: object }) => void seen.push([step, metrics]),
      },
    ];
    const run = await trainAgent({ ...given, hooks });
    const expected = Array.from({ length: CELLS }, (_, cell) => episode(cell));
    for (const { return: total, length } of run.curve.episodes)
      expect(expected).toContainEqual({ total, length });
    for (const { returns } of run.curve.evaluations)
      for (const total of returns) expect(expected.map((one) => one.total)).toContain(total);
    expect(new Set(run.curve.episodes.map((one) => one.length)).size).toBeGreaterThan(1);
    // 30 updates of one kind at step 40, and one of the other for two steps from then on
    expect([run.state.pretrained, run.state.updates].map((x) => x.dataSync()[0])).toEqual([30, 180]);
    expect(run.updates).toBe(210);
    expect(seen[0]).toEqual([0, {}]);
    expect(seen[1]).toEqual([200, { isPretraining: 1, discount: Math.fround(0.8), length: LENGTH }]);
    expect(run.state.rewards.dataSync()[0]).toBeGreaterThan(0);
    tree.dispose(run.state);
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose(given.state);
  });

  test.each([
    ["between updates of the first kind", 10],
    ["between updates of the second kind", 45],
    ["between steps", 100],
  ])("goes on as if it had not been interrupted %s", async (_when, after) => {
    const path = join(folder, "run.safetensors");
    let looks = 0;
    const given = { ...options(300), checkpoint: { path, every: 1000 } };
    // The signal is looked at before each step and each update
    const signal = {
      get aborted() {
        return ++looks > after;
      },
    } as AbortSignal;
    const half = await trainAgent({ ...given, signal });
    expect(half.step).toBeLessThan(300);
    const resumed = await trainAgent(given);
    const whole = await trainAgent(options(300));
    expect(numbersIn(resumed)).toEqual(numbersIn(whole));
    tree.dispose([half.state, resumed.state, whole.state, given.state]);
  });

  test("is evaluated by its policy", async () => {
    const agent = counter();
    const state = zeros();
    const { returns, lengths } = await evaluate(corridor(), recurrentPolicy(agent, state), random.key(2), {
      episodes: 20,
    });
    const expected = Array.from({ length: CELLS }, (_, cell) => episode(cell));
    returns.forEach((total, i) => {
      expect(expected).toContainEqual({ total, length: lengths[i] });
    });
    expect(new Set(returns).size).toBeGreaterThan(1);
    tree.dispose(state);
  });

  test("does not go with options for transitions", async () => {
    const given = options(100);
    await expect(trainAgent({ ...given, replay: { capacity: 100, priority: {} } })).rejects.toThrow(
      "trainAgent: replay.priority must be absent, because counter learns from sequences",
    );
    await expect(trainAgent({ ...given, returnSteps: 2 })).rejects.toThrow(
      "trainAgent: returnSteps must be 1, because counter learns from sequences",
    );
    const bare = { ...counter(), pretrain: undefined };
    await expect(trainAgent({ ...given, agent: bare })).rejects.toThrow(
      "trainAgent: pretrainUpdates must be 0 for counter, which has no pretrain",
    );
    tree.dispose(given.state);
  });
});
