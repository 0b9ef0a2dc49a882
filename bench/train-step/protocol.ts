import type { ModelName } from "./models";
import type { Sizes } from "./model";

/** How a contender runs a model. */
export interface Variant {
  /** What is special about it; each program knows its own words. */
  readonly form: string;
  /** Steps in one call. */
  readonly steps: number;
}

/** What there is to train: written into a folder by one process, read from it by the others. */
export interface Problem {
  readonly model: ModelName;
  readonly parameters: readonly Entry[];
  /** Shapes with the number of batches in front. */
  readonly batches: readonly Entry[];
}

/** A float32 tensor in the file beside: parameters first, then batches, one after another. */
export interface Entry {
  readonly path: string;
  readonly shape: readonly number[];
}

/** What a worker is asked, one JSON line each, and what it answers. */
export type Request =
  | { readonly do: "write"; readonly model: ModelName; readonly sizes: Sizes; readonly folder: string }
  | ({
      readonly do: "prepare";
      readonly model: ModelName;
      readonly sizes: Sizes;
      readonly folder: string;
      readonly threads: number;
    } & Variant)
  | { readonly do: "run"; readonly steps: number }
  | { readonly do: "memory" };

/** A worker that is ready: it has taken its first call, with the compilation in it. */
export interface Prepared {
  /** The library and its version. */
  readonly version: string;
  readonly parameters: number;
  readonly firstCallMs: number;
}

/** A stretch of training. */
export interface Ran {
  readonly milliseconds: number;
  /** Of processor time, in all threads of the process. */
  readonly cpuMilliseconds: number;
  /** Of the last step. */
  readonly loss: number;
}

/** The most memory that the process has had. */
export interface Memory {
  readonly peakMiB: number;
}

/** The answer where a request could not be done. */
export interface Failed {
  readonly error: string;
}

/** The names of the two files of a problem. */
export const problemFiles = { header: "problem.json", values: "problem.bin" } as const;
