import { checkCount } from "../../core/numeric/check-number";

/**
 * What turns a recorded function into a program: XLA, TensorFlow's graph executor, the executor for convolutions and what is
 * between them and XLA for the rest, or nothing (it runs operation by operation).
 */
export const compilers = ["xla", "mixed", "graph", "off"] as const;
export type Compiler = (typeof compilers)[number];

/** Options of `jit`. */
export interface JitOptions {
  /**
   * `auto`, the default, takes XLA, or `mixed` on a CPU where there are convolutions, whose kernels in TensorFlow are faster
   * than XLA's. What does not compile falls back to the graph executor, then to `off`, and says so once.
   */
  readonly compiler?: Compiler | "auto";
  /** A tree of tensors from outside that the function uses. Their values are those of the first call. */
  readonly constants?: unknown;
  /** Look for NaN in what the function returns, after every call, and throw naming the first tensor that has one. */
  readonly checkNaN?: boolean;
  /** Whether a call with other shapes, types or structure is compiled anew (the default) or is an error. */
  readonly retrace?: boolean;
  /** How many compiled forms are held at most; the one that was not called for longest goes. 16 by default. */
  readonly maxTraces?: number;
  /** What messages call the function; by default its own name. */
  readonly name?: string;
}

export type CompleteOptions = Required<JitOptions>;

/** The options with their defaults, checked. */
export function completeOptions(f: { readonly name: string }, options: JitOptions): CompleteOptions {
  const complete = {
    compiler: "auto",
    constants: [],
    checkNaN: false,
    retrace: true,
    maxTraces: 16,
    name: f.name === "" ? "anonymous" : f.name,
    ...options,
  } as const;
  if (complete.compiler !== "auto" && !compilers.includes(complete.compiler))
    throw new Error(
      `jit: compiler must be auto, ${compilers.join(", ")}, got "${complete.compiler as string}"`,
    );
  checkCount("jit", "maxTraces", complete.maxTraces, 1);
  return complete;
}

/** Whether `LATENT_JIT=0` turns compilation off. */
export const isTurnedOff = (): boolean => process.env["LATENT_JIT"] === "0";
