/**
 * Environments: systems with observations, actions and steps, behind one contract.
 *
 * Read `base/environment.ts` (the contract), `base/spaces.ts`, one system such as `systems/pendulum.ts`, then
 * `rollout.ts` and `wrappers/`. They compute with tensors, so that a policy can be a model, but may import
 * only `core`, `jit` and `raster`: an environment knows no distribution, no model and no training.
 *
 * What cannot be pure, because a simulator keeps its state, stands behind `base/stateful.ts`: `gymnasium/`
 * runs environments of Python in a child process, `mujoco/` runs MuJoCo in this one.
 *
 * @module latent/envs
 */
export type { Environment, Start, StateOf, Transition } from "./base/environment";
export {
  keyDoorRoom,
  type KeyDoorRoomOptions,
  type KeyDoorRoomParams,
  type KeyDoorRoomState,
} from "./rooms/key-door-room";
export {
  gridWorld,
  type GridWorldOptions,
  type GridWorldParams,
  type GridWorldState,
} from "./rooms/grid-world";
export { rollout, type Policy, type Rollout, type RolloutOptions } from "./rollout";
export { box, contains, discrete, type Box, type BoxOptions, type Discrete, type Space } from "./base/spaces";
export { cartPole, type CartPoleOptions, type CartPoleParams, type CartPoleState } from "./systems/cart-pole";
export { pendulum, type PendulumOptions, type PendulumParams, type PendulumState } from "./systems/pendulum";
export {
  PLANAR_OBSTACLES,
  planar,
  type PlanarOptions,
  type PlanarParams,
  type PlanarState,
} from "./systems/planar";
export {
  pointMass,
  type PointMassOptions,
  type PointMassParams,
  type PointMassState,
} from "./systems/point-mass";
export {
  threeLinkArm,
  type ThreeLinkArmOptions,
  type ThreeLinkArmParams,
  type ThreeLinkArmState,
} from "./systems/three-link-arm";
export type { GymnasiumEnvironment, ProcessOptions } from "./gymnasium/environment";
export { atari, gymnasium, type AtariOptions, type GymnasiumOptions } from "./gymnasium/gymnasium";
export type { Observed, Raw, StatefulEnvironment, StatefulTransition } from "./base/stateful";
export { controlSuite, controlSuiteTask, type ControlSuiteTask } from "./mujoco/tasks/control-suite";
export type { Mjcf, MjcfFiles } from "./mujoco/model";
export type { MjData, MjModel, NamedKind } from "./mujoco/module";
export { mujoco, type MujocoEnvironment, type MujocoOptions } from "./mujoco/mujoco";
export type { Physics } from "./mujoco/physics";
export type { MujocoTask } from "./mujoco/task";
export * as treeDrive from "./tree-drive";
export { actionRepeat } from "./wrappers/action-repeat";
export { frameStack, type Stacked } from "./wrappers/frame-stack";
export { greyscale, mapObservation, resize } from "./wrappers/map-observation";
export { pixels } from "./wrappers/pixels";
export { rescaleActions } from "./wrappers/rescale-actions";
export { timeLimit, type Timed } from "./wrappers/time-limit";
export { vectorize, type VectorEnvironment, type VectorTransition } from "./wrappers/vectorize";
