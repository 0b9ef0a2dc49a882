let tracing = false;

/** Whether `jit` is recording a function: the values of its tensors cannot be read. */
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
