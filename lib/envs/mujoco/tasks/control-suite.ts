import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../base/package-folder";
import type { MjcfFiles } from "../model";
import { mujoco, type MujocoEnvironment, type MujocoOptions } from "../mujoco";
import type { MujocoTask } from "../task";
import { ballInCupCatch } from "./ball-in-cup-catch";
import { cartpoleSwingup } from "./cartpole-swingup";
import { cheetahRun } from "./cheetah-run";
import { fingerSpin } from "./finger-spin";
import { reacherEasy } from "./reacher-easy";

/** The tasks of the Control Suite that are here. */
export type ControlSuiteTask =
  "ball-in-cup-catch" | "cartpole-swingup" | "cheetah-run" | "finger-spin" | "reacher-easy";

const TASKS: Readonly<Record<ControlSuiteTask, readonly [task: MujocoTask, domain: string]>> = {
  "ball-in-cup-catch": [ballInCupCatch, "ball_in_cup"],
  "cartpole-swingup": [cartpoleSwingup, "cartpole"],
  "cheetah-run": [cheetahRun, "cheetah"],
  "finger-spin": [fingerSpin, "finger"],
  "reacher-easy": [reacherEasy, "reacher"],
};

/**
 * Opens n copies of a task of DeepMind's Control Suite: its models, starts, observations, rewards and time
 * limits. Rewards are from 0 to 1 a step, and an episode is truncated after 1000 steps.
 *
 * The starts have the distribution of `dm_control`'s, from random numbers of our own.
 *
 * Source: Tassa et al., dm_control: Software and Tasks for Continuous Control (2020).
 *
 * @throws if the task is unknown, or as `mujoco`.
 */
export async function controlSuite(
  name: ControlSuiteTask,
  options: MujocoOptions = {},
): Promise<MujocoEnvironment> {
  const { task, mjcf } = controlSuiteTask(name);
  return mujoco(mjcf, task, options);
}

/**
 * Returns the task of a name and its model, to be changed or to be opened with `mujoco`.
 *
 * @throws if the task is unknown.
 */
export function controlSuiteTask(name: ControlSuiteTask): {
  /** Starts, observations and rewards. */
  readonly task: MujocoTask;
  /** The model. */
  readonly mjcf: MjcfFiles;
} {
  const found = (TASKS as Partial<typeof TASKS>)[name];
  if (found === undefined)
    throw new Error(`controlSuite: name must be one of ${Object.keys(TASKS).join(", ")}, got "${name}"`);
  const [task, domain] = found;
  const read = (file: string): string =>
    readFileSync(join(packageFolder(), "envs", "mujoco", "control-suite", file), "utf8");
  const files = {
    "common/materials.xml": read("common/materials.xml"),
    "common/visual.xml": read("common/visual.xml"),
    "common/skybox.xml": "<mujoco><asset/></mujoco>", // 11 MiB of texture in each model, which nobody paints
  };
  return { task, mjcf: { xml: read(`${domain}.xml`), files } };
}
