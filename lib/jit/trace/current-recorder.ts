import { whileTracing } from "../../core/tensor/tracing";
import type { Recorder } from "./recorder";

let current: Recorder | undefined;

/** The recorder of the function being traced; undefined outside tracing. */
export function currentRecorder(): Recorder | undefined {
  return current;
}

/** Calls `f` while `recorder` records its operations. */
export function withRecorder<T>(recorder: Recorder, f: () => T): T {
  const outer = current;
  current = recorder;
  try {
    return whileTracing(f);
  } finally {
    current = outer;
  }
}
