import { concreteKey } from "./key-text";
import { isTensor } from "../tensor/containers";
import { nodeTypeOf, partsOf } from "../tensor/nodes";
import { showShape } from "../tensor/shape";
import { tensorText } from "./tensor-text";

/** A leaf of a value: a tensor, a registered node or a key, at its path. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Trees with more entries in one object are left to Node.js, which shortens them. */
const MOST_ENTRIES = 200;

/** Levels of objects that are searched for tensors. */
const MOST_LEVELS = 12;

/**
 * Returns a registered node, such as a distribution, with the shapes of its tensors:
 * `Normal(mu [3], sigma [])`.
 */
export function nodeText(node: object): string {
  const kind = "kind" in node && typeof node.kind === "string" ? node.kind : node.constructor.name;
  const name = kind.replace(/^bijector /, "");
  const parts = Object.entries(partsOf(node) ?? {}).filter(([, part]) => part !== undefined);
  const isBijector = "logDerivative" in node;
  const title = isBijector ? name : name.charAt(0).toUpperCase() + name.slice(1);
  if (parts.length === 0) return title;
  return `${title}(${parts.map(([part, value]) => `${part} ${partText(value)}`).join(", ")})`;
}

function partText(value: unknown): string {
  if (isTensor(value)) return showShape(value.shape) + (value.isDisposed ? " (disposed)" : "");
  if (Array.isArray(value)) return `[${value.map(partText).join(", ")}]`;
  if (typeof value === "object" && value !== null && nodeTypeOf(value)) return nodeText(value);
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(partsOf(value) ?? {})
      .map(([name, part]) => `${name} ${partText(part)}`)
      .join(", ")} }`;
  return String(value);
}

/** Returns a tensor, node or key as text; undefined for any other value. */
export function leafText(value: unknown): string | undefined {
  if (isTensor(value)) return tensorText(value);
  if (typeof value === "object" && value !== null && nodeTypeOf(value)) return nodeText(value);
  return concreteKey(value);
}

/** Returns the tensor of a leaf with its type and shape, and any other leaf as its text. */
export function leafSummary(value: unknown): string {
  if (!isTensor(value)) return leafText(value) ?? String(value);
  return `${value.dtype} ${showShape(value.shape)}${value.isDisposed ? " (disposed)" : ""}`;
}

/**
 * Returns the tensors, nodes, keys and other values of a tree with their paths, in the order of its
 * properties; undefined if it is no tree, has no tensor, node or key in it, or refers to itself.
 */
export function leavesOf(tree: unknown): Leaf[] | undefined {
  const leaves: Leaf[] = [];
  const visit = (value: unknown, path: readonly string[]): boolean => {
    if (isLeaf(value)) {
      leaves.push({ path: path.join("."), value });
      return true;
    }
    const entries = Array.isArray(value) ? Object.entries(value) : Object.entries(partsOf(value) ?? {});
    if (!Array.isArray(value) && partsOf(value) === undefined) {
      leaves.push({ path: path.join("."), value });
      return true;
    }
    if (entries.length > MOST_ENTRIES || path.length > MOST_LEVELS || leaves.length > MOST_ENTRIES)
      return false;
    return entries.every(([name, child]) => visit(child, [...path, name]));
  };
  return visit(tree, []) && leaves.some(({ value }) => isLeaf(value)) ? leaves : undefined;
}

function isLeaf(value: unknown): boolean {
  return isTensor(value) || nodeTypeOf(value) !== undefined || concreteKey(value) !== undefined;
}

/** Returns the number of elements in the tensors of leaves. */
export function elementCount(leaves: readonly Leaf[]): number {
  return leaves.reduce((total, { value }) => total + (isTensor(value) ? value.size : 0), 0);
}
