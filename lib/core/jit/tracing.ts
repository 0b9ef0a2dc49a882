import type { Recorder } from "./record";

let current: Recorder | undefined;

/** What records the function that is being traced; undefined outside of tracing. */
export const currentRecorder = (): Recorder | undefined => current;

/** Whether a function is being traced, so that no value may be looked at. */
export const isTracing = (): boolean => current !== undefined;

/** Calls `f` with what it does recorded. */
export function withRecorder<T>(recorder: Recorder, f: () => T): T {
  const outer = current;
  current = recorder;
  try {
    return f();
  } finally {
    current = outer;
  }
}
