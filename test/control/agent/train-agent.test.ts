import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, tf, tree } from "latent";
import { evaluate, trainAgent, type AgentRun, type QState } from "latent/control";
import { cartPole, keyDoorRoom, pixels, type Environment } from "latent/envs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agent, CELLS, corridor, corridorOptions, GAMMA, LIMIT, valueIteration } from "./corridor";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-agent-"));
});
afterEach(() => rm(folder, { recursive: true }));

type Run = AgentRun<QState<tf.Tensor>>;

function numbersIn({ state, ...rest }: Run): unknown {
  return { ...rest, state: tree.leaves(state).map((x) => Array.from(x.dataSync())) };
}

describe("Q-learning by trainAgent", () => {
  // The transitions are deterministic, and all are drawn, so that the table converges to the fixed point Q*.
  // If a limit of time were taken for an end, staying would be worth less than 1 / (1 − γ) = 5. What is left
  // is the lag of Adam at its last learning rates and of the target network.
  test.each([
    [1, undefined],
    [1, {}],
  ])("finds Q* of value iteration (%s steps, priorities %o)", async (returnSteps, priority) => {
    const options = corridorOptions(4000);
    const replay = { capacity: 2000, ...(priority && { priority }) };
    const run = await trainAgent({ ...options, replay, returnSteps });
    expect(run.state.online).toBeNear(valueIteration().flat(), { abs: 0.02 });
    expect(valueIteration()[CELLS - 1]?.[1]).toBeCloseTo(1 / (1 - GAMMA), 12);
    expect(run.step).toBe(4000);
    expect(run.updates).toBe((4000 - 100) / 2);
    tree.dispose([run.state, options.state]);
  });

  test("keeps the returns of episodes and evaluations, and reports to hooks", async () => {
    const seen: [number, number, number][] = [];
    const options = corridorOptions(400);
    const run = await trainAgent({
      ...options,
      evaluation: { every: 200, episodes: 3 },
      hooks: [
        {
          every: 150,
          run: ({ step, updates, curve, metrics, state }) => {
            seen.push([step, updates, curve.evaluations.length]);
            expect(state.online).toHaveShape([CELLS, 2]);
            expect("loss" in metrics).toBe(step > 100);
          },
        },
      ],
    });
    expect(seen).toEqual([
      [0, 0, 1],
      [152, 26, 1],
      [300, 100, 2],
      [400, 150, 3],
    ]);
    expect(run.curve.evaluations.map(({ step, returns }) => [step, returns.length])).toEqual([
      [0, 3],
      [200, 3],
      [400, 3],
    ]);
    const total = run.curve.episodes.reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeGreaterThan(400 - 4 * LIMIT);
    expect(total).toBeLessThanOrEqual(400);
    tree.dispose([run.state, options.state]);
  });

  test("leaves only the state of its result, also with pictures that cannot be compiled", async () => {
    const room = pixels(keyDoorRoom({ size: 8, maxSteps: 10 }) as Environment, [8, 8]);
    const { state, ...options } = corridorOptions(40);
    const before = tf.memory().numTensors;
    const run = await trainAgent({ ...options, agent: flatAgent(), state, env: room, learnFrom: 20 });
    tree.dispose(run.state);
    expect(run.updates).toBe(10);
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose(state);
  });
});

/** The corridor's agent on the first four numbers of pictures. */
function flatAgent(): typeof agent {
  const flat = (x: tf.Tensor): tf.Tensor => x.reshape([x.shape[0], -1]).slice([0, 0], [-1, CELLS]);
  return {
    ...agent,
    act: (state, x, key, step) => agent.act(state, flat(x), key, step),
    policy: (state, x, key) => agent.policy(state, flat(x), key),
    update: (state, batch, key) =>
      agent.update(
        state,
        { ...batch, observation: flat(batch.observation), nextObservation: flat(batch.nextObservation) },
        key,
      ),
  };
}

const ROOT = join(__dirname, "../../..");

/** A program that begins the run of the tests, with a checkpoint every 100 steps, and waits to be killed. */
const TRAINER = `
  const { useBackend } = require(${JSON.stringify(join(ROOT, "lib/index.ts"))});
  const Module = require("node:module");
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) =>
    /^latent(\\/|$)/.test(name)
      ? ${JSON.stringify(join(ROOT, "lib"))} + name.slice(6) + "/index.ts"
      : resolve(name, ...rest);
  const { corridorOptions } = require(${JSON.stringify(join(__dirname, "corridor.ts"))});
  const { trainAgent } = require("latent/control");
  (async () => {
    await useBackend();
    const checkpoint = { path: process.argv[1], every: 100 };
    await trainAgent({
      ...corridorOptions(1600),
      replay: { capacity: 400, priority: {} },
      evaluation: { every: 200, episodes: 3 },
      checkpoint,
      hooks: [{ every: 700, run: ({ step }) => { if (step > 0) console.log("step", step); } }],
    });
    setInterval(() => undefined, 1000); // until it is killed
  })();
`;

describe("a run with a checkpoint", () => {
  const more = { replay: { capacity: 400, priority: {} }, evaluation: { every: 200, episodes: 3 } };

  test("that was killed goes on as if it had not been", async () => {
    const path = join(folder, "run.safetensors");
    const trainer = spawn(
      process.execPath,
      ["--require", join(ROOT, "test/support/typescript-loader.cjs"), "-e", TRAINER, path],
      { cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] },
    );
    const ended = once(trainer, "exit");
    await Promise.race([once(trainer.stdout, "data"), ended]);
    trainer.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);

    const STEPS = 2000;
    const options = { ...corridorOptions(STEPS), ...more };
    let first = NaN;
    const hooks = [
      { every: Infinity, run: ({ step }: { step: number }) => void (first = Math.min(first || step, step)) },
    ];
    const resumed = await trainAgent({ ...options, hooks, checkpoint: { path, every: 100 } });
    const whole = await trainAgent(options);
    expect(first).toBeGreaterThanOrEqual(600); // it went on from the killed run's file
    expect(first).toBeLessThan(STEPS);
    expect(numbersIn(resumed)).toEqual(numbersIn(whole));
    tree.dispose([resumed.state, whole.state, options.state]);
  });

  test("that was aborted goes on, and refuses another run's file", async () => {
    const path = join(folder, "run.safetensors");
    const options = { ...corridorOptions(500), ...more, checkpoint: { path, every: 1000 } };
    const aborting = new AbortController();
    const half = await trainAgent({
      ...options,
      signal: aborting.signal,
      hooks: [
        {
          every: 230,
          run: ({ step }) => {
            if (step > 0) aborting.abort();
          },
        },
      ],
    });
    expect(half.step).toBe(232);
    expect((await stat(path)).size).toBeGreaterThan(1000);
    await expect(trainAgent({ ...options, discount: 0.5 })).rejects.toThrow(
      `trainAgent: ${path} is of a run with discount = 0.8, got 0.5; move it away, or give another path`,
    );
    const resumed = await trainAgent(options);
    const whole = await trainAgent({ ...corridorOptions(500), ...more });
    expect(numbersIn(resumed)).toEqual(numbersIn(whole));
    tree.dispose([half.state, resumed.state, whole.state, options.state]);
  });
});

describe("evaluate", () => {
  test("runs each episode to its first end, the same ones by the same key", async () => {
    const left = (seen: tf.Tensor): tf.Tensor => tf.zeros([seen.shape[0]], "int32");
    const one = await evaluate(corridor(), left, random.key(3), { episodes: 20 });
    // To the left: from cell c it takes c + 1 steps to the end, which gives 0.5
    expect(one.returns).toEqual(new Array<number>(20).fill(0.5));
    expect([...new Set(one.lengths)].sort()).toEqual([1, 2, 3, 4]);
    expect(await evaluate(corridor(), left, random.key(3), { episodes: 20 })).toEqual(one);
    const push = await evaluate(cartPole(), left, random.key(4), { episodes: 5 });
    expect(push.returns).toEqual(push.lengths); // each step gives 1
  });

  test("says which environment does not end", async () => {
    const stay = (seen: tf.Tensor): tf.Tensor => tf.ones([seen.shape[0]], "int32");
    await expect(evaluate(corridor(), stay, random.key(0), { episodes: 2, maxSteps: 3 })).rejects.toThrow(
      "evaluate: 2 of 2 episodes of corridor had not ended after 3 steps; " +
        "wrap it with timeLimit, or raise maxSteps",
    );
  });
});

describe("options", () => {
  test("are checked before anything is made", async () => {
    const options = corridorOptions(100);
    const before = tf.memory().numTensors;
    await expect(trainAgent({ ...options, discount: 2 })).rejects.toThrow(
      "trainAgent: discount must be in [0, 1], got 2",
    );
    await expect(trainAgent({ ...options, steps: 0 })).rejects.toThrow(
      "trainAgent: steps must be a positive integer, got 0",
    );
    await expect(trainAgent({ ...options, updatesPerStep: -1 })).rejects.toThrow(
      "trainAgent: updatesPerStep must be finite and at least 0, got -1",
    );
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose(options.state);
  });
});
