import type * as tf from "@tensorflow/tfjs";
import * as tree from "../tensor/tree";
import { gradientTransformation, type Optimizer } from "./optimizer";

/**
 * Composes gradient transformations: each transforms the updates of the one before it.
 *
 * `chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 }))` is Adam on clipped gradients.
 *
 * @returns a transformation whose state is the list of the states of its parts.
 */
export function chain(...parts: readonly Optimizer[]): Optimizer<readonly unknown[]> {
  return gradientTransformation("chain", {
    init: (params) => parts.map((part) => part.init(params)),
    transform: (updates, states, params) => {
      let current = updates;
      const next = parts.map((part, i) => {
        const result = part.transform(current, states[i], params);
        current = result.updates;
        return result.state;
      });
      return { updates: current, state: next };
    },
  });
}

/** Says of a leaf of the parameters, by its path such as `encoder.hidden.0.bias`, whether it is meant. */
export type Mask = (path: string, leaf: tf.Tensor) => boolean;

/**
 * Applies a transformation to some leaves only; the updates of the others pass unchanged.
 *
 * @param mask which leaves it applies to: `(path) => !path.endsWith("bias")`.
 */
export function masked<S>(part: Optimizer<S>, mask: Mask): Optimizer<S> {
  return gradientTransformation("masked", {
    init: (params) => part.init(leavesWhere(params, params, mask)),
    transform: (updates, state, params) => {
      const some = part.transform(
        leavesWhere(updates, params, mask),
        state,
        leavesWhere(params, params, mask),
      );
      return { updates: withLeaves(updates, some.updates), state: some.state };
    },
  });
}

/**
 * Applies another transformation to each group of leaves, such as a learning rate for each part of a model.
 *
 * @param parts the transformations by the name of their group.
 * @param groupOf the group of a leaf: `(path) => (path.startsWith("encoder") ? "slow" : "fast")`.
 * @throws from `init`, if a group has no transformation.
 */
export function partition<G extends string>(
  parts: Readonly<Record<G, Optimizer>>,
  groupOf: (path: string, leaf: tf.Tensor) => G,
): Optimizer<Readonly<Record<string, unknown>>> {
  const groups = Object.entries<Optimizer>(parts);
  const inGroup =
    (group: string): Mask =>
    (path, leaf) =>
      groupOf(path, leaf) === group;
  return gradientTransformation("partition", {
    init: (params) => {
      for (const [path, leaf] of tree.entries(params))
        if (!(groupOf(path, leaf) in parts))
          throw new Error(
            `partition: ${path} is in group "${groupOf(path, leaf)}", which has no transformation; ` +
              `there are ${Object.keys(parts).join(", ")}`,
          );
      return Object.fromEntries(
        groups.map(([group, part]) => [group, part.init(leavesWhere(params, params, inGroup(group)))]),
      );
    },
    transform: (updates, states, params) => {
      let all = updates;
      const next = groups.map(([group, part]): [string, unknown] => {
        const of = (t: unknown): Record<string, tf.Tensor> => leavesWhere(t, params, inGroup(group));
        const result = part.transform(of(updates), states[group], of(params));
        all = withLeaves(all, result.updates);
        return [group, result.state];
      });
      return { updates: all, state: Object.fromEntries(next) };
    },
  });
}

/** The leaves of a tree like `params` for which the mask holds, by path. */
function leavesWhere(t: unknown, params: unknown, mask: Mask): Record<string, tf.Tensor> {
  const leaves = tree.leaves(t);
  return Object.fromEntries(
    tree
      .entries(params)
      .map(([path, leaf], i) => [path, leaf, leaves[i]] as const)
      .filter(([path, leaf]) => mask(path, leaf))
      .map(([path, , leaf]) => [path, leaf as tf.Tensor]),
  );
}

/** Returns a tree with the leaves at some paths replaced. */
function withLeaves<P>(t: P, replaced: Readonly<Record<string, tf.Tensor>>): P {
  return tree.unflatten(
    t,
    tree.entries(t).map(([path, leaf]) => replaced[path] ?? leaf),
  );
}
