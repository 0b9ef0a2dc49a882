/** The tracer in effect, for code that is called back by tfjs while a function is traced. */
import { whileTracing } from "../../core/tensor/tracing";
import type { Tracer } from "./tracer";

let current: Tracer | undefined;

/** Returns the tracer of the function being traced, the innermost one; undefined outside tracing. */
export function currentTracer(): Tracer | undefined {
  return current;
}

/** Returns the tracer of the function being traced; throws outside tracing. */
export function requireTracer(): Tracer {
  if (current === undefined) throw new Error("jit: no function is being traced");
  return current;
}

/** Calls `f` with `tracer` as the current tracer. */
export function withTracer<T>(tracer: Tracer, f: () => T): T {
  const outer = current;
  current = tracer;
  try {
    return whileTracing(f);
  } finally {
    current = outer;
  }
}
