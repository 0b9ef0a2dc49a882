import { crc32 } from "node:zlib";
import { tf } from "latent";
import { atari, contains, gymnasium, type GymnasiumEnvironment } from "latent/envs";
import { afterEach, describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { missing, python } from "../../support/gymnasium";

interface Game {
  readonly actions: number[][];
  readonly first: number;
  readonly steps: number[][];
}
interface Single {
  readonly first: number[];
  readonly steps: number[][];
}
const expected = fixture("gymnasium_bridge") as {
  readonly seed: number;
  readonly cartPole: { readonly actions: number[][]; readonly rows: Single[] };
  readonly pong: Game;
  readonly breakout: Game;
  readonly ram: number[][];
};

let opened: GymnasiumEnvironment | undefined;
async function open(env: Promise<GymnasiumEnvironment>): Promise<GymnasiumEnvironment> {
  return (opened = await env);
}
afterEach(() => opened?.close());

function actionsOf(row: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...row], "int32");
}

describe.skipIf(missing !== "")("gymnasium", () => {
  test("CartPole-v1 is the seeded episode that Gymnasium gives, bit by bit", async () => {
    const env = await open(gymnasium("CartPole-v1", { n: 2, python }));
    const { actions, rows } = expected.cartPole;
    const first = await env.reset(expected.seed);
    expect(first.observation.arraySync()).toEqual(rows.map((row) => row.first));
    for (const [t, action] of actions.entries()) {
      const moved = await env.step(actionsOf(action));
      const flat = await Promise.all(
        [moved.reward, moved.terminated, moved.truncated].map((x) => x.expandDims(1).cast("float32").array()),
      );
      const got = [await moved.observation.array(), await moved.finalObservation.array(), ...flat];
      const row = (i: number): unknown[] => (got as number[][][]).flatMap((part) => part[i] ?? []);
      expect([row(0), row(1)]).toEqual(rows.map((single) => single.steps[t]));
    }
    expect(rows.some(({ steps }) => steps.some((step) => step[9] === 1))).toBe(true); // an episode has ended
    expect(env.actionSpace).toEqual({ kind: "discrete", n: 2 });
    expect(contains(env.observationSpace, first.observation)).toBe(true);
  });

  test("a seed begins the same episode again, and another one another", async () => {
    const env = await open(gymnasium("Pendulum-v1", { n: 3, python }));
    expect(env.actionSpace).toEqual({ kind: "box", shape: [1], low: -2, high: 2 });
    const [a, b, c] = [await env.reset(1), await env.reset(1), await env.reset(2)];
    expect(a.raw).toEqual(b.raw);
    expect(a.raw.subarray(3, 9)).toEqual(c.raw.subarray(0, 6)); // row i has the seed seed + i
    const clipped = await env.step(tf.fill([3, 1], 9));
    await env.reset(2);
    const greatest = await env.step(tf.fill([3, 1], 2));
    expect(clipped.raw).toEqual(greatest.raw);
  });

  test("a step leaves its tensors only, and those of observations when they are read", async () => {
    const env = await open(gymnasium("CartPole-v1", { n: 2, python }));
    await env.reset(0);
    const action = actionsOf([0, 1]);
    const before = tf.memory().numTensors;
    const moved = await env.step(action);
    expect(tf.memory().numTensors - before).toBe(3);
    expect([moved.observation, moved.finalObservation].map(({ shape }) => shape)).toEqual([
      [2, 4],
      [2, 4],
    ]);
    expect(moved.observation).toBe(moved.observation);
    expect(tf.memory().numTensors - before).toBe(5);
  });
});

describe.skipIf(missing !== "")("atari", () => {
  for (const game of ["pong", "breakout"] as const)
    test(`${game} is the seeded episode that ALE gives, bit by bit`, async () => {
      const limit = game === "pong" ? { maxFrames: 700 } : {};
      const env = await open(atari(game, { n: 2, python, ...limit }));
      const { actions, first, steps } = expected[game];
      const start = await env.reset(expected.seed);
      expect(crc32(start.raw as Uint8Array)).toBe(first);
      expect(start.observation).toHaveShape([2, 84, 84, 4]);
      expect(Uint8Array.from(start.observation.dataSync())).toEqual(start.raw);
      const got: number[][] = [];
      for (const action of actions) {
        const moved = await env.step(actionsOf(action));
        const numbers = [moved.reward, moved.terminated, moved.truncated].flatMap((x) =>
          Array.from(x.dataSync()),
        );
        got.push([crc32(moved.raw), crc32(moved.finalRaw), ...numbers]);
        tf.dispose([moved.observation, moved.finalObservation]);
      }
      expect(got).toEqual(steps);
      const rewards = steps.reduce((sum, step) => sum + Math.abs(step[2] ?? 0) + Math.abs(step[3] ?? 0), 0);
      expect(rewards).toBeGreaterThan(0);
    });

  test("the RAM of a game is the one that ALE gives", async () => {
    const env = await open(gymnasium("ALE/Pong-v5", { python, options: { obs_type: "grayscale" } }));
    const got: number[][] = [];
    let seen = await env.reset(expected.seed);
    for (const action of [2, 3, 0, 2, 2, -1]) {
      got.push([crc32(seen.raw), crc32(await env.ram())]);
      if (action >= 0) seen = await env.step(actionsOf([action]));
    }
    expect(got).toEqual(expected.ram);
  });

  test("colours and sizes are options", async () => {
    const env = await open(atari("breakout", { n: 1, python, greyscale: false, stack: 2, size: [40, 32] }));
    expect(env.observationSpace).toEqual({ kind: "box", shape: [40, 32, 6], low: 0, high: 255 });
    const { observation } = await env.reset(0);
    expect(observation).toHaveShape([1, 40, 32, 6]);
    expect(() => atari("pong", { stack: 0 })).toThrow("atari: stack must be a positive integer, got 0");
  });
});
