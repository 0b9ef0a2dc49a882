/**
 * Cars that drive around a tree, to the left or to the right: actions with two modes.
 *
 * In: a policy, a `Key`, and a `Road`. Out: drives with their outcomes, or demonstrations as tensors. Read
 * `road.ts` (the dynamics and the observations), `contact.ts` (collisions), `environment.ts` (the same as an
 * environment of the contract), `rollout.ts`, `demonstrations.ts`.
 */
export { contact, type Contact, type Obstacle, type Point } from "./contact";
export { demonstrations, type DemonstrationOptions, type Demonstrations } from "./demonstrations";
export { environment, type EnvironmentOptions, type TreeDriveState } from "./environment";
export { observe, road, start, step, type Road } from "./road";
export { rollout, type Drive, type Policy } from "./rollout";
