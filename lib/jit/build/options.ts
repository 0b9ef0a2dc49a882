/** The options of `jit`: their types, defaults and checks. */
import { checkCount } from "../../core/numeric/check-number";

/**
 * The ways to run a compiled function: all of it by XLA; by TensorFlow's graph executor with the parts
 * between convolutions compiled by XLA; by the graph executor alone; or not compiled, operation by operation.
 */
export const compilers: readonly Compiler[] = ["xla", "mixed", "graph", "off"];

/** What runs a compiled function; see {@link JitOptions.compiler}. */
export type Compiler = "xla" | "mixed" | "graph" | "off";

/** Options of `jit`. */
export interface JitOptions {
  /**
   * - `xla`: compiled as a whole by XLA;
   * - `mixed`: convolutions by TensorFlow's own kernels, everything between them by XLA;
   * - `graph`: by TensorFlow's graph executor;
   * - `off`: not compiled;
   * - `auto` (default): `mixed` for functions with convolutions on a CPU, where TensorFlow's kernels are
   *   faster than XLA's, and `xla` otherwise.
   *
   * A function that does not compile falls back to `graph`, then to `off`, with one warning each.
   */
  readonly compiler?: Compiler | "auto";
  /** Whether to check the result of every call for NaN; the error names the first tensor with one. */
  readonly checkNaN?: boolean;
  /**
   * Whether arguments of another structure, shape, type or static value are traced anew (default) or an
   * error.
   */
  readonly retrace?: boolean;
  /** The number of compiled graphs that are kept, 16 by default; the least recently used is freed first. */
  readonly maxTraces?: number;
  /** The function's name in messages; by default its own name. */
  readonly name?: string;
}

/** The options with defaults filled in. */
export type CompleteOptions = Required<JitOptions>;

/** Fills in the defaults of `options` and checks them. */
export function completeOptions(f: { readonly name: string }, options: JitOptions): CompleteOptions {
  const complete = {
    compiler: "auto",
    checkNaN: false,
    retrace: true,
    maxTraces: 16,
    name: f.name === "" ? "anonymous" : f.name,
    ...options,
  } as const;
  if (complete.compiler !== "auto" && !compilers.includes(complete.compiler))
    throw new Error(
      `jit: compiler must be one of auto, ${compilers.join(", ")}, got "${complete.compiler as string}"`,
    );
  checkCount("jit", "maxTraces", complete.maxTraces, 1);
  return complete;
}

/** Whether the environment variable `LATENT_JIT=0` turns compilation off. */
export function isDisabled(): boolean {
  return process.env["LATENT_JIT"] === "0";
}
