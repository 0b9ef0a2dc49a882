import {
  cartPole,
  gridWorld,
  keyDoorRoom,
  pendulum,
  planar,
  pointMass,
  threeLinkArm,
  treeDrive,
  type Environment,
} from "latent/envs";

/** A row of the contract of environments. */
export interface EnvironmentCase {
  readonly name: string;
  readonly make: () => Environment;
  /** The least and the greatest reward of a step. */
  readonly reward: readonly [least: number, greatest: number];
  /** The size of a picture. */
  readonly size: number;
  /** Whether a step draws random numbers. */
  readonly noisy?: boolean;
}

export const environments: readonly EnvironmentCase[] = [
  {
    name: "pendulum",
    make: () => pendulum({ maxSteps: 7, size: 32 }),
    reward: [-(Math.PI ** 2 + 0.1 * 64 + 0.001 * 4) - 1e-5, 0],
    size: 32,
  },
  {
    name: "cartPole, balance",
    make: () => cartPole({ maxSteps: 6, size: 32 }),
    reward: [1, 1],
    size: 32,
  },
  {
    name: "cartPole, swing-up",
    make: () => cartPole({ task: "swing-up", maxSteps: 6, size: 32 }),
    reward: [0, 1],
    size: 32,
  },
  { name: "pointMass", make: () => pointMass({ maxSteps: 6, size: 32 }), reward: [0, 1], size: 32 },
  { name: "planar", make: () => planar({ maxSteps: 6 }), reward: [-Math.SQRT2, 0], size: 40 },
  { name: "keyDoorRoom", make: () => keyDoorRoom({ maxSteps: 6, size: 32 }), reward: [0, 1], size: 32 },
  { name: "gridWorld", make: () => gridWorld({ maxSteps: 6, size: 32 }), reward: [-1, 1], size: 32 },
  {
    name: "treeDrive",
    make: () => treeDrive.environment({ maxSteps: 6, size: 32 }),
    reward: [0, 1],
    size: 32,
  },
  {
    name: "threeLinkArm, torque",
    make: () => threeLinkArm({ maxSteps: 6, size: 32 }),
    reward: [-1 - Math.SQRT1_2 - 1e-6, 0], // the goal is at √½ of the arm's length
    size: 32,
  },
  {
    name: "threeLinkArm, velocity",
    make: () => threeLinkArm({ control: "velocity", maxSteps: 6, size: 32 }),
    reward: [-1 - Math.SQRT1_2 - 1e-6, 0],
    size: 32,
  },
];
