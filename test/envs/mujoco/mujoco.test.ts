import { tf } from "latent";
import { contains, controlSuite, mujoco, type MujocoEnvironment, type MujocoTask } from "latent/envs";
import { afterEach, describe, expect, test } from "vitest";
import { loadMujoco } from "../../../lib/envs/mujoco/load";
import { compileModel } from "../../../lib/envs/mujoco/model";

/** A ball that falls: z = 1 − g t² / 2 in steps of 0.01 s by semi-implicit Euler. */
const BALL = `<mujoco><option timestep="0.01"/><worldbody>
  <camera name="side" pos="0 -3 1" xyaxes="1 0 0 0 0 1"/>
  <body pos="0 0 1"><joint name="fall" type="slide" axis="0 0 1"/><geom size="0.1"/></body></worldbody>
  <actuator><motor name="lift" joint="fall" ctrlrange="-2 3"/></actuator></mujoco>`;

const fall: MujocoTask = {
  name: "fall",
  substeps: 2,
  maxSteps: 4,
  observations: ["z", "ż"],
  units: ["m", "m/s"],
  begin: ({ data }, random) => {
    data.qpos[0] = random.uniform(0, 0.1);
  },
  observe: ({ data }) => [data.qpos[0] ?? NaN, data.qvel[0] ?? NaN],
  reward: ({ data }) => data.qpos[0] ?? NaN,
};

let opened: MujocoEnvironment[] = [];
async function keep(env: Promise<MujocoEnvironment>): Promise<MujocoEnvironment> {
  opened.push(await env);
  return env;
}
afterEach(async () => {
  for (const env of opened) await env.close();
  opened = [];
});

describe("the contract of stateful environments", () => {
  test("a seed begins the same episodes again, and row i has the seed seed + i", async () => {
    const env = await keep(controlSuite("reacher-easy", { n: 3 }));
    const action = tf.ones<tf.Rank.R2>([3, 2]);
    const [a, afterA] = [await env.reset(4), await env.step(action)];
    const [b, afterB] = [await env.reset(4), await env.step(action)];
    const [c, afterC] = [await env.reset(5), await env.step(action)];
    expect([b.raw, afterB.raw, afterB.reward.arraySync()]).toEqual([
      a.raw,
      afterA.raw,
      afterA.reward.arraySync(),
    ]);
    expect([c.raw, afterC.raw].map((raw) => raw.slice(0, 12))).toEqual(
      [a.raw, afterA.raw].map((raw) => raw.slice(6)), // six numbers a row, targets among them
    );
    expect(c.raw).not.toEqual(a.raw);
  });

  test("a limit truncates, and the row begins anew within the step", async () => {
    const env = await keep(mujoco(BALL, fall, { n: 2 }));
    const { raw: start } = await env.reset(0);
    const up = tf.tensor2d([[3], [-9]]); // clipped to −2
    const mass = 1000 * (4 / 3) * Math.PI * 0.1 ** 3; // of a ball of water, MuJoCo's default
    const speeds = [3, -2].map((force) => force / mass - 9.81);
    for (let t = 1; t <= 4; t++) {
      const moved = await env.step(up);
      const k = 2 * t; // semi-implicit Euler: z_k = z_0 + a h² k (k + 1) / 2
      const expected = speeds.flatMap((a, row) => [
        (start[2 * row] ?? NaN) + (a * 1e-4 * k * (k + 1)) / 2,
        a * 0.01 * k,
      ]);
      expect(moved.finalRaw).toBeNear(expected, { rel: 1e-12 });
      expect(moved.reward).toBeNear([expected[0] ?? NaN, expected[2] ?? NaN], { rel: 1e-6 });
      expect(moved.truncated.arraySync()).toEqual(t === 4 ? [1, 1] : [0, 0]);
      expect(moved.terminated.arraySync()).toEqual([0, 0]);
      expect(moved.observation.arraySync()).toEqual(
        tf.tensor2d(Float32Array.from(moved.raw), [2, 2]).arraySync(),
      );
      if (t === 4) {
        expect([moved.raw[1], moved.raw[3]]).toEqual([0, 0]); // at rest again
        expect(moved.raw[0]).not.toBe(start[0]); // the next numbers of the row's stream
        expect(moved.finalObservation).toBeNear(expected, { rel: 1e-6 });
      } else expect(moved.raw).toBe(moved.finalRaw);
    }
  });

  test("a task may terminate, and then it is not truncated", async () => {
    const light = BALL.replace('size="0.1"', 'size="0.1" mass="0.1"');
    const other = await keep(
      mujoco(light, { ...fall, maxSteps: 1, isTerminated: ({ data }) => (data.qvel[0] ?? 0) > 0 }, { n: 2 }),
    );
    await other.reset(0);
    const lifted = await other.step(tf.tensor2d([[3], [0]]));
    expect([lifted.terminated.arraySync(), lifted.truncated.arraySync()]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("spaces have names, units and bounds, none where the model has none", async () => {
    const env = await keep(mujoco(BALL.replace(' ctrlrange="-2 3"', ""), fall));
    expect(env.actionSpace).toEqual({
      kind: "box",
      shape: [1],
      low: [-Infinity],
      high: [Infinity],
      names: ["lift"],
    });
    expect(env.observationSpace).toMatchObject({ names: ["z", "ż"], units: ["m", "m/s"] });
  });

  test("steps make three tensors, and observations when they are read", async () => {
    const env = await keep(mujoco(BALL, { ...fall, maxSteps: 1000 }));
    const start = await env.reset(0);
    const action = tf.zeros([1, 1]);
    const before = tf.memory().numTensors;
    const moved = await env.step(action);
    expect(tf.memory().numTensors - before).toBe(3);
    expect(moved.observation).toBe(moved.observation);
    expect(moved.finalObservation).not.toBe(moved.observation); // each is the caller's
    expect(tf.memory().numTensors - before).toBe(5);
    moved.observation.dispose();
    expect(moved.observation.arraySync()).toEqual(moved.finalObservation.arraySync());
    expect(start.observation.arraySync()).toEqual([Array.from(Float32Array.from(start.raw))]);
  });
});

describe("pictures", () => {
  test.each([64, 84])("of %i pixels a side are observed as bytes of what render paints", async (side) => {
    const env = await keep(controlSuite("cheetah-run", { n: 2, observe: "pixels", size: [side, side] }));
    const first = await env.reset(0);
    const before = (await env.render()).dataSync();
    expect(first.raw).toEqual(Uint8Array.from(before, (v) => Math.round(255 * v)));
    const moved = await env.step(tf.ones([2, 6]));
    expect(moved.raw).not.toEqual(first.raw);
    expect(moved.observation.shape).toEqual([2, side, side, 3]);
    expect(contains(env.observationSpace, moved.observation)).toBe(true);
    expect(moved.raw.constructor).toBe(Uint8Array);
  });

  test("height and width may differ, and cameras have names", async () => {
    const env = await keep(mujoco(BALL, fall, { size: [30, 50], camera: "side", samples: 3 }));
    await env.reset(0);
    env.physics[0]?.reset(() => undefined);
    const picture = await env.render();
    expect(picture.shape).toEqual([1, 30, 50, 3]);
    // A grey ball of 0.1 m at 3 m, seen under 45°: a disc of radius (15 / tan 22.5°) 0.1 / √(9 − 0.01) pixels
    const image = picture.squeeze<tf.Tensor3D>([0]).arraySync();
    const isBall = (row: number[][], x: number): boolean => row[x]?.[0] === row[x]?.[2]; // the sky is blue
    const rows = image.map((row) => row.map((_, x) => isBall(row, x)).filter(Boolean).length);
    const radius = (15 / Math.tan(Math.PI / 8)) * (0.1 / Math.sqrt(9 - 0.01));
    expect(Math.abs((rows[15] ?? NaN) - 2 * radius)).toBeLessThan(1);
    expect(rows[0]).toBe(0);
  });

  test("a model without a camera is seen from outside", async () => {
    const env = await keep(mujoco(BALL.replace(/<camera.*\/>/, ""), fall));
    await env.reset(0);
    const values = new Set((await env.render()).dataSync());
    expect(values.size).toBeGreaterThan(10);
  });
});

describe("memory", () => {
  test("views that were kept are empty after growth, and the environment goes on as before", async () => {
    const env = await keep(controlSuite("cheetah-run", { n: 2 }));
    const action = tf.tensor2d([[1, -1, 1, -1, 0, 1], Array<number>(6).fill(0.5)]);
    await env.reset(3);
    const undisturbed = [await env.step(action), await env.step(action)];
    await env.reset(3);
    await env.step(action);
    const [physics] = env.physics;
    const view = physics?.data.qpos;
    const others: MujocoEnvironment[] = [];
    while (view !== undefined && view.length > 0 && others.length < 50)
      others.push(await keep(controlSuite("reacher-easy"))); // until the memory grows
    expect(others.length).toBeGreaterThan(0);
    expect(view?.length).toBe(0); // what makes the guard needed
    expect(physics?.data.qpos.length).toBe(9);
    const moved = await env.step(action);
    expect(moved.raw).toEqual(undisturbed[1]?.raw);
    expect(moved.reward.arraySync()).toEqual(undisturbed[1]?.reward.arraySync());
    expect((await env.render()).shape).toEqual([2, 64, 64, 3]);
  });

  test("is flat over 100,000 steps and 100 episodes, and close gives it back", async () => {
    const size = async (): Promise<number> => {
      const { mj } = await loadMujoco("test");
      const buffer = new mj.DoubleBuffer(1);
      const bytes = buffer.GetView().buffer.byteLength;
      buffer.delete();
      return bytes;
    };
    const env = await keep(controlSuite("cartpole-swingup"));
    await env.reset(0);
    const action = tf.tensor2d([[0.3]]);
    const run = async (steps: number): Promise<void> => {
      for (let t = 0; t < steps; t++) {
        const { reward, terminated, truncated } = await env.step(action);
        tf.dispose([reward, terminated, truncated]);
      }
    };
    await run(1000);
    const [tensors, bytes] = [tf.memory().numTensors, await size()];
    await run(100_000);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await size()).toBe(bytes);
    for (let i = 0; i < 100; i++) await (await controlSuite("cartpole-swingup", { n: 2 })).close();
    // Two copies of 14 MiB, a hundred times, in the room of one pair; growth is by a fifth at most
    expect(await size()).toBeLessThanOrEqual(1.2 * bytes + 2 * 15 * 2 ** 20);
  });
});

describe("errors", () => {
  async function open(mjcf: string, task = fall, options = {}): Promise<MujocoEnvironment> {
    return keep(mujoco(mjcf, task, options));
  }

  test.each([
    [
      "<mujoco><worldbody><geom type='foo'/></worldbody></mujoco>",
      /XML Error: invalid keyword: 'foo'.*line 1;?$/,
    ],
    ["<mujoco><worldbody></mujoco>", /XML_ERROR_MISMATCHED_ELEMENT/],
    ["<mujoco><include file='other.xml'/></mujoco>", /Error opening file '\/models\/\d+\/other\.xml'/],
    ["<mujoco><actuator><motor joint='no'/></actuator></mujoco>", /unknown transmission target 'no'/],
  ])("%s is refused in MuJoCo's words", async (xml, words) => {
    await expect(open(xml)).rejects.toThrow(/^mujoco\("fall"\): mjcf does not compile; MuJoCo says: /);
    await expect(open(xml)).rejects.toThrow(words);
  });

  test("files of the model are found, and forgotten afterwards", async () => {
    const loaded = await loadMujoco("test");
    const xml = "<mujoco><include file='parts/ball.xml'/></mujoco>";
    const part = "<mujoco><worldbody><geom size='1'/></worldbody></mujoco>";
    const model = compileModel("test", loaded, { xml, files: { "./parts/ball.xml": part } });
    expect(model.ngeom).toBe(1);
    model.delete();
    expect(() => compileModel("test", loaded, xml)).toThrow("Error opening file");
  });

  test("calls out of order and bad actions", async () => {
    const env = await open(BALL);
    await expect(env.step(tf.zeros([1, 1]))).rejects.toThrow('mujoco("fall").step: call reset first');
    await expect(env.render()).rejects.toThrow('mujoco("fall").render: call reset first');
    await expect(env.reset(-1)).rejects.toThrow('mujoco("fall").reset: seed must be an integer from 0');
    await env.reset(0);
    await expect(env.step(tf.zeros([2, 1]))).rejects.toThrow(".step: action must be [B=1, 1], got [2, 1]");
    await expect(env.step(tf.tensor2d([[NaN]]))).rejects.toThrow("action must be numbers, got NaN at 0");
    await env.close();
    await env.close();
    await expect(env.reset(0)).rejects.toThrow('mujoco("fall").reset: it is closed; open it again');
  });

  test("options out of range", async () => {
    await expect(open(BALL, fall, { n: 0 })).rejects.toThrow("n must be a positive integer, got 0");
    await expect(open(BALL, fall, { size: [64, 0] })).rejects.toThrow(
      "size must be a positive integer, got 0",
    );
    await expect(open(BALL, fall, { samples: 0.5 })).rejects.toThrow("samples must be a positive integer");
    const pixels = { observe: "pixels" };
    await expect(open(BALL, fall, { ...pixels, camera: "front" })).rejects.toThrow(
      'mujoco("fall"): the model has no camera named "front"',
    );
    await expect(open(BALL, fall, { ...pixels, camera: 1 })).rejects.toThrow(
      "camera must be a name or an index below 1, got 1",
    );
  });

  test("what cannot be painted is said", async () => {
    const mesh = `<mujoco><asset><mesh name="m" vertex="0 0 0 1 0 0 0 1 0 0 0 1"/></asset><worldbody>
      <geom name="thing" type="mesh" mesh="m"/></worldbody></mujoco>`;
    const still = { ...fall, begin: () => undefined, observe: () => [0, 0], reward: () => 0 };
    await expect(open(mesh, still, { observe: "pixels" })).rejects.toThrow(
      'mujoco("fall").render: geom 0 ("thing") is a mesh, which is not painted',
    );
    const env = await open(mesh, still); // its physics is fine
    await env.reset(0);
    await expect(env.render()).rejects.toThrow("is a mesh");
  });

  test("an unstable simulation is not taken for a short episode", async () => {
    const wild = BALL.replace("<motor", '<motor gear="1e12"');
    const env = await open(wild);
    await env.reset(0);
    const step = async (): Promise<void> => {
      for (let t = 0; t < 100; t++) await env.step(tf.tensor2d([[3]]));
    };
    await expect(step()).rejects.toThrow('mujoco("fall"): the simulation became unstable');
  });

  test("names of the model that do not exist", async () => {
    const env = await open(BALL);
    expect(() => env.physics[0]?.id("joint", "knee")).toThrow('the model has no joint named "knee"');
    expect(env.physics[0]?.id("joint", "fall")).toBe(0);
    expect(env.physics[0]?.nameOf("actuator", 0)).toBe("lift");
  });
});
