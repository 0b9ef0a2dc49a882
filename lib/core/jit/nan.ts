import * as tf from "@tensorflow/tfjs";
import * as tree from "../tree";

const floats = (result: unknown): [path: string, leaf: tf.Tensor][] =>
  tree.entries(result).filter(([, leaf]) => leaf.dtype === "float32");

/** Whether there is a NaN in each float tensor of a tree: bool [number of float tensors]. */
export const nanFlags = (result: unknown): tf.Tensor =>
  tf.tidy(() => {
    const flags = floats(result).map(([, leaf]) => tf.isNaN(leaf).any());
    return flags.length === 0 ? tf.zeros([0], "bool") : tf.stack(flags);
  });

/**
 * Throws if a flag is set.
 *
 * @param flags bool [n], or [K, n] for K steps, of `nanFlags(result)`.
 * @param when says which call or step it was, given the number of the step within the call.
 */
export function checkFlags(
  name: string,
  flags: tf.Tensor,
  result: unknown,
  when: (step: number) => string,
): void {
  const values = flags.dataSync();
  const found = values.findIndex((flag) => flag !== 0);
  if (found < 0) return;
  const paths = floats(result).map(([path]) => path);
  const path = paths[found % paths.length] ?? "";
  throw new Error(
    `jit: "${name}" gave NaN in ${path === "" ? "its result" : `result ${path}`} ${when(Math.floor(found / paths.length))}; ` +
      "look for the logarithm or root of a number that may be 0, or a learning rate that is too high",
  );
}
