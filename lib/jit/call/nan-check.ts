/** The option `checkNaN`: flags computed in the compiled function, and the error if one is set. */
import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";

/** Which float tensors of a tree contain NaN. */
export interface NaNFlags {
  /** The paths of the float tensors. */
  readonly paths: readonly string[];
  /** bool, [paths]; [K, paths] after K steps. */
  readonly found: tf.Tensor;
}

/** Computes whether each float tensor of a tree contains NaN. */
export function nanFlags(result: unknown): NaNFlags {
  const floats = tree.entries(result).filter(([, leaf]) => leaf.dtype === "float32");
  const found = tf.tidy(() => {
    const flags = floats.map(([, leaf]) => tf.isNaN(leaf).any());
    return flags.length === 0 ? tf.zeros([0], "bool") : tf.stack(flags);
  });
  return { paths: floats.map(([path]) => path), found };
}

/**
 * Throws if a flag is set, naming the first tensor and the step.
 *
 * @param name the name of the function, for the message.
 * @param before the number of steps that it took before those of the flags.
 */
export function checkFlags({ paths, found }: NaNFlags, name: string, before: number): void {
  const first = found.dataSync().findIndex((flag) => flag !== 0);
  if (first < 0) return;
  const path = paths[first % paths.length] ?? "";
  const step = before + 1 + Math.floor(first / paths.length);
  throw new Error(
    `jit: "${name}" returned NaN in ${path === "" ? "its result" : path} at step ${step}; ` +
      "look for the logarithm, root or quotient of a number that may be 0, or lower the learning rate",
  );
}
