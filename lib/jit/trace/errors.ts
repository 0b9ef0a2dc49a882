import { resolve, sep } from "node:path";
import { showShape } from "../../core/tensor/shape";

/** Frames that are not the user's: packages, Node itself, and this library, from its folder lib/ or lib/dist/ on. */
const inner = [
  `${sep}node_modules${sep}`,
  "node:",
  `${resolve(__dirname, "..", "..")}${sep}`,
  "<anonymous>)",
];

/** The first line of a stack that is the user's, as `file:line:column`. */
export function userLine(error: Error): string | undefined {
  for (const line of (error.stack ?? "").split("\n").slice(1)) {
    if (inner.some((part) => line.includes(part))) continue;
    const place = /^ *at (?:.* \()?(?:async )?(?:file:\/\/)?(.+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place !== undefined) return place;
  }
  return undefined;
}

const at = (origin: Error): string => {
  const line = userLine(origin);
  return line === undefined ? "" : ` at ${line}`;
};

/** What a function that is being traced may not do: the error names the operation, the line and the remedy. */
export const forbidden = {
  read: (f: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" reads the value of a tensor that it computes (dataSync, arraySync, data, print)${at(origin)}; ` +
        "it is traced once for all values: choose with tf.where, or return the tensor and read it outside",
    ),
  captured: (f: string, shape: readonly number[], dtype: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" uses a tensor ${dtype} ${showShape(shape)} from outside${at(origin)}; ` +
        "pass it as an argument, or list it in the option constants if it never changes",
    ),
  randomOp: (f: string, op: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" calls tf.${op}${at(origin)}, whose numbers would be the same in every call; ` +
        "draw from a Key that is passed in, for example random.normal(key, shape)",
    ),
  mathRandom: (f: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" calls Math.random${at(origin)}, whose number would be the same in every call; ` +
        "draw from a Key that is passed in, for example random.uniform(key)",
    ),
  operation: (f: string, op: string, origin: Error): Error =>
    new Error(
      `jit: "${f}" runs ${op}${at(origin)}, which has an effect beyond its result; call it outside of the compiled function`,
    ),
  function: (f: string): Error =>
    new Error(
      `jit: "${f}" returns a function, or an object with one in it; return the tensors that are wanted of it`,
    ),
  promise: (f: string): Error =>
    new Error(`jit: "${f}" returns a promise; a compiled function must be synchronous`),
} as const;
