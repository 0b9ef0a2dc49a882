import * as tf from "@tensorflow/tfjs";
import { showShape } from "./shape";

/**
 * Trees of tensors: a tensor, or plain arrays and objects of trees, to any depth.
 *
 * Parameters, gradients and optimiser states are such trees. Whatever is no tensor, array or plain object (a number, a
 * string, a function, a key) is no leaf: it stays where it is. Leaves come in the order of the keys, sorted.
 */
export type Tree = unknown;

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The tensors of a tree, in order. */
export function leaves(tree: Tree): tf.Tensor[] {
  return entries(tree).map(([, leaf]) => leaf);
}

/** The tensors of a tree with their paths, such as `encoder.hidden.0.weights`. */
export function entries(
  tree: Tree,
  path: readonly (string | number)[] = [],
): [path: string, leaf: tf.Tensor][] {
  if (isTensor(tree)) return [[path.join("."), tree]];
  if (Array.isArray(tree)) return tree.flatMap((child: unknown, i) => entries(child, [...path, i]));
  if (isPlainObject(tree))
    return Object.keys(tree)
      .sort()
      .flatMap((name) => entries(tree[name], [...path, name]));
  return [];
}

/**
 * A tree of the same structure with `f` of each leaf, or of the leaves at the same place in several trees.
 *
 * @param f gets one leaf of each tree and gives the new leaf.
 * @throws when the trees differ in structure, naming the place.
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
  if (!isPlainObject(tree)) return tree;
  const names = Object.keys(tree).sort();
  const sameNames = (other: unknown): other is Record<string, unknown> =>
    isPlainObject(other) && Object.keys(other).sort().join() === names.join();
  return Object.fromEntries(
    names.map((name) => {
      const children = others.map((other) => (sameNames(other) ? other[name] : mismatch()));
      return [name, walk(f, tree[name], children, [...path, name])];
    }),
  );
}

/** The tree with its leaves replaced, in order, by the given tensors. */
export function unflatten<T>(tree: T, newLeaves: readonly tf.Tensor[]): T {
  const count = leaves(tree).length;
  if (newLeaves.length !== count)
    throw new Error(`tree.unflatten: the tree has ${count} leaves, got ${newLeaves.length} tensors`);
  let next = 0;
  return map(() => newLeaves[next++] as tf.Tensor, tree);
}

/** A tree of zeros shaped like another. */
export const zerosLike = <T>(tree: T): T => map((leaf) => tf.zerosLike(leaf), tree);

/** A tree with its own copies of the leaves, to be disposed on its own. */
export const clone = <T>(tree: T): T => map((leaf) => leaf.clone(), tree);

/** Frees the tensors of a tree. */
export const dispose = (tree: Tree): void => leaves(tree).forEach((leaf) => leaf.dispose());

/** Keeps the tensors of a tree beyond the `tf.tidy` around it. */
export const keep = <T>(tree: T): T => map((leaf) => tf.keep(leaf), tree);

/** The number of numbers in a tree: |θ| for a tree of parameters. */
export const size = (tree: Tree): number => leaves(tree).reduce((total, leaf) => total + leaf.size, 0);

/** One line a leaf, path, shape and type: a model at a glance. */
export const summary = (tree: Tree): string =>
  entries(tree)
    .map(([path, leaf]) => `${path} ${leaf.dtype} ${showShape(leaf.shape)}`)
    .join("\n");

/**
 * `tf.tidy` for functions whose result is a tree with more in it than tensors (keys, strings, functions).
 *
 * Tensors made inside and not in the result are freed.
 */
export function tidy<T>(f: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = f();
    return leaves(result);
  });
  return result as T;
}
