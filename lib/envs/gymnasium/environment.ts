import type { StatefulEnvironment } from "../base/stateful";

/** How the Python process is run. */
export interface ProcessOptions {
  /** The number of copies, 1 by default. */
  readonly n?: number;
  /** The interpreter; by default that of `LATENT_ENVS_PYTHON`, otherwise the course's own `.venv`. */
  readonly python?: string;
  /** The longest time to wait for an answer, in s; 120 by default. */
  readonly timeout?: number;
}

/** An environment in a Python process. */
export interface GymnasiumEnvironment extends StatefulEnvironment {
  /**
   * Reads the memory of each game, where factors such as positions stand.
   *
   * @returns [B, 128] bytes, row by row.
   * @throws if the environment is not one of `gymnasium("ALE/…")`.
   */
  ram(): Promise<Uint8Array>;
}
