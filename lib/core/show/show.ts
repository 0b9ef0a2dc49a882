import "./inspectable";
import { isTensor } from "../tensor/containers";
import { matrixTable, treeTable } from "./tables";
import { elementCount, leafSummary, leafText, leavesOf, type Leaf } from "./value-text";

/** How a value looks, by MIME type. */
export interface Shown {
  /** One line, or several for a matrix and a tree. */
  readonly "text/plain": string;
  /** Where a table helps: matrices, and trees of several tensors. */
  readonly "text/html"?: string;
}

/**
 * Returns how a tensor, a registered node such as a distribution, a key, or a tree of these looks: a tensor
 * with its elements, a node with the shapes of its parameters, a key with its two words, a tree with the
 * path, type and shape of each tensor.
 *
 * @returns undefined for values without a tensor, node or key in them.
 */
export function show(value: unknown): Shown | undefined {
  const text = leafText(value);
  if (text !== undefined) {
    const html = isTensor(value) ? matrixTable(value) : undefined;
    return { "text/plain": text, ...(html !== undefined && { "text/html": html }) };
  }
  const leaves = leavesOf(value);
  if (leaves === undefined) return undefined;
  const title = titleOf(leaves);
  const lines = leaves.map((leaf) => `  ${leaf.path} ${leafSummary(leaf.value)}`);
  return { "text/plain": [title, ...lines].join("\n"), "text/html": treeTable(title, leaves) };
}

function titleOf(leaves: readonly Leaf[]): string {
  const count = leaves.filter(({ value }) => isTensor(value)).length;
  return `Tree of ${count} tensor${count === 1 ? "" : "s"}, ${elementCount(leaves)} elements`;
}
