import { resolve, sep } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";

/** Stack frames outside the user's code: packages, Node itself, and this library (lib/ or lib/dist/). */
const LIBRARY_FRAMES = [
  `${sep}node_modules${sep}`,
  "node:",
  `${resolve(__dirname, "..", "..")}${sep}`,
  "<anonymous>)",
];

/** Returns the first line of a stack in the user's code, as `file:line:column`. */
export function userLine(error: Error): string | undefined {
  for (const frame of (error.stack ?? "").split("\n").slice(1)) {
    if (LIBRARY_FRAMES.some((part) => frame.includes(part))) continue;
    const place = /^ *at (?:.* \()?(?:async )?(?:file:\/\/)?(.+:\d+:\d+)\)?$/.exec(frame)?.[1];
    if (place !== undefined) return place;
  }
  return undefined;
}

function at(origin: Error): string {
  const line = userLine(origin);
  return line === undefined ? "" : ` at ${line}`;
}

/** The errors for what a traced function `f` may not do; `origin` is an error created at the call site. */
export const tracingErrors = {
  valueRead: (f: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" reads the value of a tensor (dataSync, arraySync, data or print)${at(origin)}, which is ` +
        "unknown while it is traced; select with tf.where, or return the tensor and read it outside",
    ),
  staleCapture: (f: string, x: tf.TensorInfo, isAssigned: boolean, origin: Error): Error => {
    const [kind, change, remedy] = isAssigned
      ? ["variable", "assigned another value", "pass it as an argument"]
      : ["tensor", "disposed", "dispose of it later, or pass it as an argument"];
    return new Error(
      `jit: "${f}" captures a ${kind} ${x.dtype} ${showShape(x.shape)}${at(origin)}, which was ${change} ` +
        `since it was compiled; ${remedy}`,
    );
  },
  randomOperation: (f: string, op: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" calls tf.${op}${at(origin)}, which would return the same numbers on every call; ` +
        "draw from a Key that is an argument, for example random.normal(key, shape)",
    ),
  mathRandom: (f: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" calls Math.random${at(origin)}, which would return the same number on every call; ` +
        "draw from a Key that is an argument, for example random.uniform(key)",
    ),
  sideEffect: (f: string, op: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" runs ${op}${at(origin)}, which has a side effect; call it outside the compiled function`,
    ),
  returnedFunction: (f: string): Error =>
    new Error(
      `jit: "${f}" returns a function, or an object that contains one; ` +
        "return the tensors that it would compute",
    ),
  returnedPromise: (f: string): Error =>
    new Error(`jit: "${f}" returns a promise; a compiled function must be synchronous`),
} as const;
