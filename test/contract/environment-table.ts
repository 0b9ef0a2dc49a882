import { pendulum, type Environment } from "latent/envs";

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
    make: () => pendulum({ maxSteps: 7, size: 32 }) as Environment,
    reward: [-(Math.PI ** 2 + 0.1 * 64 + 0.001 * 4) - 1e-5, 0],
    size: 32,
  },
];
