import { isPlainObject } from "./containers";

/** How trees enter and rebuild the objects of one type. */
export interface NodeType<T extends object, P extends Readonly<Record<string, unknown>>> {
  /** Returns what determines the object: a record of trees, and of static values such as numbers. */
  parts(node: T): P;
  /** Returns the object that a record like that of `parts` determines. */
  rebuild(parts: P): T;
}

type AnyNodeType = NodeType<object, Readonly<Record<string, unknown>>>;

const nodeTypes = new Map<unknown, AnyNodeType>();

/**
 * Registers a type of objects as nodes of trees, such as a distribution: an object that holds more than data
 * (functions that close over its tensors), and that has to be rebuilt when its tensors are replaced.
 *
 * Every function on trees, `jit` and `scan` then see the parts of such an object in place of its properties.
 *
 * @param type a class; or the name of a `kind`, which stands for all object literals that have this property
 *   `kind` and at least one function. Registered again, the new definition replaces the old one.
 * @param definition `parts` and `rebuild`, with `rebuild(parts(node))` equal to `node`.
 * @throws if the type is neither a class nor a name.
 */
export function register<T extends object, P extends Readonly<Record<string, unknown>>>(
  type: (abstract new (...args: never[]) => T) | string,
  definition: NodeType<T, P>,
): void {
  if (typeof type !== "function" && (typeof type !== "string" || type === ""))
    throw new Error(
      `tree.register: the type must be a class or the name of a kind, got ${JSON.stringify(type)}`,
    );
  nodeTypes.set(type, definition);
}

/** The type of a registered node; undefined for anything else. */
export function nodeTypeOf(value: unknown): AnyNodeType | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!isPlainObject(value)) return nodeTypes.get(value.constructor);
  const type = typeof value["kind"] === "string" ? nodeTypes.get(value["kind"]) : undefined;
  return type !== undefined && Object.values(value).some((x) => typeof x === "function") ? type : undefined;
}

/**
 * The record of trees that a tree goes on with: the parts of a registered node, or a plain object itself;
 * undefined for anything else.
 */
export function partsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const type = nodeTypeOf(value);
  if (type !== undefined) return type.parts(value as object);
  return isPlainObject(value) ? value : undefined;
}

/** Returns what a record like `partsOf(value)` stands for: a registered node, or the record itself. */
export function rebuildLike(value: unknown, parts: Readonly<Record<string, unknown>>): unknown {
  return nodeTypeOf(value)?.rebuild(parts) ?? parts;
}
