import { tf } from "latent";
import {
  contains,
  controlSuite,
  controlSuiteTask,
  type ControlSuiteTask,
  type MujocoEnvironment,
  type Physics,
} from "latent/envs";
import { afterEach, describe, expect, test } from "vitest";
import { loadMujoco } from "../../../lib/envs/mujoco/load";
import { castAll, lookFrom, piecesOf } from "../../../lib/envs/mujoco/scene";
import { frame } from "../../../lib/raster/scene/frame";
import { fixture } from "../../support/fixtures";

interface Episode {
  readonly qpos: number[];
  readonly qvel: number[];
  readonly target: number[];
  readonly actions: number[][];
  readonly observations: number[][];
  readonly rewards: number[];
  readonly states: number[][];
  readonly growth: number[];
}
interface Task {
  readonly substeps: number;
  readonly steps: number;
  readonly actions: number;
  readonly timestep: number;
  readonly episodes: Episode[];
  readonly mask: { readonly size: number; readonly runs: [code: number, end: number][] };
}
const expected = fixture("control_suite") as {
  readonly tasks: Record<ControlSuiteTask, Task>;
  readonly settle: { readonly angles: number[]; readonly observation: number[] }[];
};
const names = Object.keys(expected.tasks) as ControlSuiteTask[];

let opened: MujocoEnvironment[] = [];
async function open(...given: Parameters<typeof controlSuite>): Promise<MujocoEnvironment> {
  const env = await controlSuite(...given);
  opened.push(env);
  return env;
}
afterEach(async () => {
  for (const env of opened) await env.close();
  opened = [];
});

/** Puts row 0 into the start of an episode. */
function begin(env: MujocoEnvironment, { qpos, qvel, target }: Episode): void {
  const [physics] = env.physics;
  physics?.reset(() => {
    if (target.length > 0) physics.model.geom_pos.set(target, 3 * physics.id("geom", "target"));
    physics.data.qpos.set(qpos);
    physics.data.qvel.set(qvel);
  });
}

describe.each(names)("%s", (name) => {
  const row = expected.tasks[name];

  /**
   * Both sides run the same operations in float64, compiled by different compilers. A step rounds some 10³
   * numbers up to 50, each by up to 1.1e-16 of itself: together 50 · 1.1e-16 · √10³ = 2e-13. What a step adds
   * grows as the perturbation of the start did that the fixture measured. Actions are float32 in the fixture.
   */
  const episodes = row.episodes.map((episode, number) => ({ number, episode }));
  test.each(episodes)("episode $number has dm_control's observations and rewards", async ({ episode }) => {
    const env = await open(name);
    await env.reset(0);
    begin(env, episode);
    const [physics] = env.physics;
    const { task } = controlSuiteTask(name);
    expect(physics && task.observe(physics)).toBeNear(episode.observations[0] ?? [], { abs: 2e-13 });
    for (const [t, action] of episode.actions.entries()) {
      const { finalRaw, reward } = await env.step(tf.tensor2d([action]));
      const allowed = 2e-13 * (t + 1) * Math.max(1, episode.growth[t + 1] ?? NaN);
      expect(finalRaw, `step ${t}`).toBeNear(episode.observations[t + 1] ?? [], { abs: allowed });
      // Rewards are float32 between 0 and 1, and change by less than 1 per unit of an observation
      expect(reward, `step ${t}`).toBeNear(episode.rewards[t] ?? NaN, { abs: 6e-8 + allowed });
    }
    expect(episode.observations.length).toBe(41);
  });

  test("spaces, durations and limits are dm_control's", async () => {
    const env = await open(name, { n: 2 });
    const { task } = controlSuiteTask(name);
    expect([task.substeps, task.maxSteps]).toEqual([row.substeps, row.steps]);
    expect(env.physics[0]?.timestep).toBe(row.timestep);
    const ones = Array<number>(row.actions).fill(1);
    expect(env.actionSpace).toMatchObject({ kind: "box", low: ones.map((v) => -v), high: ones });
    const { observation } = await env.reset(1);
    expect(observation.shape).toEqual([2, row.episodes[0]?.observations[0]?.length]);
    expect(contains(env.observationSpace, observation)).toBe(true);
  });

  /**
   * OpenGL shows what is at the middle of a pixel, too, but of round bodies as polygons of 28 sides, whose
   * outline is up to r (1 − cos(π / 28)) = 0.6 % of the radius inside: less than 0.1 pixels here. So a pixel
   * may differ only beside an outline, and at most a fifth of those pixels: 0.1 pixels on either side.
   */
  test("a picture shows at each pixel what OpenGL shows", async () => {
    const { size, runs } = row.mask;
    const env = await open(name);
    await env.reset(0);
    begin(env, row.episodes[1] as Episode);
    const [physics] = env.physics;
    if (physics === undefined) throw new Error("no row");
    const seen = frame(size, size);
    castAll(seen, lookFrom("test", physics, 0)(physics), piecesOf(physics, []).shapes);
    const codes = Array.from(seen.shape, (index) => (index < physics.model.ngeom ? index + 1 : 100));
    const theirs = runs.flatMap(([code, end], i) => Array<number>(end - (runs[i - 1]?.[1] ?? 0)).fill(code));
    expect(theirs.length).toBe(size * size);
    // Sites and tendons: MuJoCo paints a slack string as a hanging curve
    const differs = (i: number): boolean => codes[i] !== theirs[i] && codes[i] !== 100 && theirs[i] !== 100;
    const isOutline = (i: number): boolean =>
      [-size - 1, -size, -size + 1, -1, 1, size - 1, size, size + 1].some((step) => {
        const there = theirs[i + step];
        return there !== undefined && there !== theirs[i];
      });
    const pixels = Array.from({ length: size * size }, (_, i) => i);
    expect(pixels.filter((i) => differs(i) && !isOutline(i))).toEqual([]);
    const outline = pixels.filter(isOutline);
    expect(outline.filter(differs).length).toBeLessThanOrEqual(0.2 * outline.length);
    expect(new Set(codes).size).toBeGreaterThan(3);
  });
});

test("the cheetah falls to the ground as dm_control's does before an episode", async () => {
  const env = await open("cheetah-run");
  const [physics] = env.physics;
  for (const { angles, observation } of expected.settle) {
    physics?.reset(() => {
      physics.data.qpos.set(angles, 3);
      physics.step(200);
    });
    // 200 steps that add 2e-13 each; the ground takes energy out, so that differences do not grow
    expect(physics && controlSuiteTask("cheetah-run").task.observe(physics)).toBeNear(observation, {
      abs: 4e-11,
    });
  }
});

describe("starts", () => {
  /** The mean of n numbers of U[a, b) has the standard error (b − a) / √(12 n). */
  function expectUniform(values: readonly number[], a: number, b: number): void {
    for (const value of values) expect(value >= a && value <= b).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeWithinStandardErrors((a + b) / 2, (b - a) / Math.sqrt(12 * values.length));
  }

  /** Reads numbers of 400 starts: 40 rows, ten times. */
  async function startsOf(name: ControlSuiteTask, read: (physics: Physics) => number[]): Promise<number[][]> {
    const env = await open(name, { n: 40 });
    const rows: number[][] = [];
    for (let seed = 0; seed < 400; seed += 40) {
      await env.reset(seed);
      rows.push(...env.physics.map(read));
    }
    return rows;
  }
  const column = (rows: readonly number[][], k: number): number[] => rows.map((row) => row[k] ?? NaN);

  test("of the reacher: joints within their limits, the target on a ring", async () => {
    const rows = await startsOf("reacher-easy", (physics) => {
      const { data, model } = physics;
      const target = physics.id("geom", "target");
      const [x = NaN, y = NaN] = model.geom_pos.subarray(3 * target);
      return [...data.qpos, Math.hypot(x, y), Math.atan2(y, x), model.geom_size[3 * target] ?? NaN];
    });
    const wrist = (160 * Math.PI) / 180;
    expectUniform(column(rows, 0), -Math.PI, Math.PI);
    expectUniform(column(rows, 1), -wrist, wrist);
    expectUniform(column(rows, 2), 0.05, 0.2);
    expectUniform(column(rows, 3), -Math.PI, Math.PI);
    expect(new Set(column(rows, 4))).toEqual(new Set([0.05]));
  });

  test("of the pole: hanging, with noise of 0.01", async () => {
    const rows = await startsOf("cartpole-swingup", ({ data }) => [...data.qpos, ...data.qvel]);
    for (const [k, mean] of [0, Math.PI, 0, 0].entries()) {
      const values = column(rows, k);
      const average = values.reduce((sum, v) => sum + v, 0) / 400;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 400;
      expect(average).toBeWithinStandardErrors(mean, 0.01 / 20);
      // The mean of n squares of N(0, σ²) has the standard error σ² √(2 / n)
      expect(variance).toBeWithinStandardErrors(1e-4, 1e-4 * Math.sqrt(2 / 400));
    }
  });

  test("of ball and finger: nothing touches", async () => {
    const balls = await startsOf("ball-in-cup-catch", ({ data }) => [data.ncon, ...data.qpos]);
    expect(new Set(column(balls, 0))).toEqual(new Set([0]));
    expectUniform(column(balls, 3), -0.2, 0.2); // symmetric, and so is the cup
    for (const z of column(balls, 4)) expect(z >= 0.2 && z <= 0.5).toBe(true);
    const fingers = await startsOf("finger-spin", (physics) => [
      physics.data.ncon,
      physics.model.dof_damping[physics.id("joint", "hinge")] ?? NaN,
      physics.data.qpos[2] ?? NaN,
    ]);
    expect(new Set(column(fingers, 0))).toEqual(new Set([0]));
    expect(new Set(column(fingers, 1))).toEqual(new Set([0.03]));
    const spinners = column(fingers, 2);
    expect(Math.max(...spinners) - Math.min(...spinners)).toBeGreaterThan(5); // of 2 π
  });

  test("of the cheetah: on the ground, at time 0", async () => {
    const env = await open("cheetah-run", { n: 5 });
    await env.reset(7);
    for (const { data } of env.physics) {
      expect(data.time).toBe(0);
      expect(data.ncon).toBeGreaterThan(0);
      expect(data.qpos[1]).toBeLessThan(0.1); // of the torso in m, from where the model has it
    }
  });
});

test("the version is 3.3.8, as the documentation says", async () => {
  const { mj } = await loadMujoco("test");
  expect((mj as unknown as { mj_versionString(): string }).mj_versionString()).toBe("3.3.8");
});

test("an unknown task is refused with those that exist", async () => {
  await expect(controlSuite("walker-run" as ControlSuiteTask)).rejects.toThrow(
    "controlSuite: name must be one of ball-in-cup-catch, cartpole-swingup, cheetah-run, finger-spin, " +
      'reacher-easy, got "walker-run"',
  );
});
