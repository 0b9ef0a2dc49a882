import * as tf from "@tensorflow/tfjs";
import { isTensor } from "./containers";
import { nodeTypeOf, partsOf, rebuildLike } from "./nodes";
import { showShape } from "./shape";

export { register, type NodeType } from "./nodes";

/**
 * A tree of tensors: a tensor, or arrays, plain objects and registered nodes of trees, to any depth.
 *
 * Parameters, gradients, optimizer states and distributions are trees. Anything else in a tree (a number, a
 * string, a function, a key) is not a leaf: functions on trees leave it unchanged. The leaves of an object
 * are in the order of its sorted keys. A registered node (see `register`) consists of its parts, and is
 * rebuilt from the new ones.
 */
export type Tree = unknown;

/** Returns the tensors of a tree, in order. */
export function leaves(tree: Tree): tf.Tensor[] {
  return entries(tree).map(([, leaf]) => leaf);
}

/** Returns the tensors of a tree with their paths, such as `encoder.hidden.0.weights`. */
export function entries(
  tree: Tree,
  path: readonly (string | number)[] = [],
): [path: string, leaf: tf.Tensor][] {
  if (isTensor(tree)) return [[path.join("."), tree]];
  if (Array.isArray(tree)) return tree.flatMap((child: unknown, i) => entries(child, [...path, i]));
  const parts = partsOf(tree);
  if (parts === undefined) return [];
  return Object.keys(parts)
    .sort()
    .flatMap((name) => entries(parts[name], [...path, name]));
}

/**
 * Applies a function to each leaf of a tree, or to the corresponding leaves of several trees.
 *
 * @param f maps one leaf of each tree to the new leaf.
 * @returns a tree of the same structure.
 * @throws if the trees differ in structure, naming the path.
 */
export function map<T>(f: (...leaves: tf.Tensor[]) => tf.Tensor, tree: T, ...others: readonly T[]): T {
  return walk(f, tree, others, []) as T;
}

function walk(
  f: (...leaves: tf.Tensor[]) => tf.Tensor,
  tree: unknown,
  others: readonly unknown[],
  path: readonly (string | number)[],
): unknown {
  const mismatch = (): never => {
    throw new Error(`tree.map: the trees differ at "${path.join(".")}"`);
  };
  if (isTensor(tree)) return f(tree, ...others.map((other) => (isTensor(other) ? other : mismatch())));
  if (Array.isArray(tree))
    return tree.map((child: unknown, i) => {
      const children = others.map((other): unknown =>
        Array.isArray(other) && other.length === tree.length ? other[i] : mismatch(),
      );
      return walk(f, child, children, [...path, i]);
    });
  const parts = partsOf(tree);
  if (parts === undefined) return tree;
  const names = Object.keys(parts).sort();
  const otherParts = others.map((other) => {
    const found = nodeTypeOf(other) === nodeTypeOf(tree) ? partsOf(other) : undefined;
    return found !== undefined && Object.keys(found).sort().join() === names.join() ? found : mismatch();
  });
  const mapped = names.map((name): [string, unknown] => {
    const children = otherParts.map((other) => other[name]);
    return [name, walk(f, parts[name], children, [...path, name])];
  });
  return rebuildLike(tree, Object.fromEntries(mapped));
}

/**
 * Returns the tree with its leaves replaced, in order, by the given tensors.
 *
 * @throws if the number of tensors differs from the number of leaves.
 */
export function unflatten<T>(tree: T, newLeaves: readonly tf.Tensor[]): T {
  const count = leaves(tree).length;
  if (newLeaves.length !== count)
    throw new Error(`tree.unflatten: the tree has ${count} leaves, got ${newLeaves.length} tensors`);
  let next = 0;
  return map(() => newLeaves[next++] as tf.Tensor, tree);
}

/** Returns a tree of zeros with the structure, shapes and types of another. */
export function zerosLike<T>(tree: T): T {
  return map((leaf) => tf.zerosLike(leaf), tree);
}

/**
 * Returns one tree whose leaves are the stacked leaves of several: K trees of leaves [...] give leaves
 * [K, ...].
 *
 * A registered node is rebuilt from the stacked tensors: K normal distributions give a batch of K. Parameters
 * that broadcast against each other must have the same rank.
 *
 * @throws if there is no tree, or if the trees differ in structure or in the shape of a leaf.
 */
export function stack<T>(trees: readonly T[]): T {
  const [first, ...others] = trees;
  if (first === undefined) throw new Error("tree.stack: trees must hold at least one tree, got none");
  return map((...all) => tf.stack(all), first, ...others);
}

/** Returns a copy of a tree, whose tensors are disposed separately. */
export function clone<T>(tree: T): T {
  return map((leaf) => leaf.clone(), tree);
}

/** Frees the tensors of a tree. */
export function dispose(tree: Tree): void {
  leaves(tree).forEach((leaf) => leaf.dispose());
}

/** Keeps the tensors of a tree beyond the enclosing `tf.tidy`. */
export function keep<T>(tree: T): T {
  return map((leaf) => tf.keep(leaf), tree);
}

/** Returns the number of elements in all tensors of a tree: |θ| for parameters. */
export function size(tree: Tree): number {
  return leaves(tree).reduce((total, leaf) => total + leaf.size, 0);
}

/** Returns one line per leaf with its path, type and shape. */
export function summary(tree: Tree): string {
  return entries(tree)
    .map(([path, leaf]) => `${path} ${leaf.dtype} ${showShape(leaf.shape)}`)
    .join("\n");
}

/**
 * Calls a function and frees the tensors that it creates, except those in its result. Unlike for `tf.tidy`,
 * the result may be a tree that holds more than tensors (keys, strings, functions).
 */
export function tidy<T>(f: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = f();
    return leaves(result);
  });
  return result as T;
}
