import type { ModelName } from "./models";
import type { Sizes } from "./model";

/** The configuration in which a contender runs a model. */
export interface Variant {
  /** Its name in the contender's program, for example `eager`. */
  readonly form: string;
  /** Steps per call. */
  readonly steps: number;
}

/** The header of the training problem, which one process writes into a folder and the others read. */
export interface Problem {
  readonly model: ModelName;
  readonly parameters: readonly Entry[];
  /** The shapes start with the number of batches. */
  readonly batches: readonly Entry[];
}

/** A float32 tensor in the values file, which holds the parameters and then the batches in order. */
export interface Entry {
  readonly path: string;
  readonly shape: readonly number[];
}

/** Where the steps are computed. */
export const DEVICES = ["cpu", "gpu"] as const;

/** The name of a device. */
export type Device = (typeof DEVICES)[number];

/** A request to a worker, one JSON line. */
export type Request =
  | {
      readonly do: "write";
      readonly model: ModelName;
      readonly sizes: Sizes;
      readonly folder: string;
      readonly device: Device;
    }
  | ({
      readonly do: "prepare";
      readonly model: ModelName;
      readonly sizes: Sizes;
      readonly folder: string;
      readonly threads: number;
      readonly device: Device;
    } & Variant)
  | { readonly do: "run"; readonly steps: number }
  | { readonly do: "memory" };

/** The answer to `prepare`, after the first call, which compiles. */
export interface Prepared {
  /** The library and its version. */
  readonly version: string;
  /** The number of parameters. */
  readonly parameters: number;
  readonly firstCallMs: number;
}

/** The answer to `run`. */
export interface Ran {
  readonly milliseconds: number;
  /** CPU time of all threads of the process. */
  readonly cpuMilliseconds: number;
  /** The loss of the last step. */
  readonly loss: number;
}

/** The answer to `memory`: the peak of the process. */
export interface Memory {
  readonly peakMiB: number;
}

/** The answer to a request that failed. */
export interface Failed {
  readonly error: string;
}

/** The files of a problem: header and values. */
export const PROBLEM_FILES = { header: "problem.json", values: "problem.bin" } as const;
