/**
 * Whether a function is being traced. This is known here, and not in `jit`, so that `core` does not depend on
 * the compiler.
 */
let tracing = false;

/** Whether `jit` is tracing a function, whose tensors have no values to read. */
export function isTracing(): boolean {
  return tracing;
}

/** Calls `f` with {@link isTracing} true. */
export function whileTracing<T>(f: () => T): T {
  const outer = tracing;
  tracing = true;
  try {
    return f();
  } finally {
    tracing = outer;
  }
}
