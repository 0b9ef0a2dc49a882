/**
 * The first stage of a call: flattens the arguments into dynamic inputs (tensors and keys, which may change
 * from call to call) and a signature of everything else, by which a compiled graph is looked up.
 */
import type * as tf from "@tensorflow/tfjs";
import { isKey, type Key } from "../../core/random/key";
import { isTensor } from "../../core/tensor/containers";
import { nodeTypeOf, partsOf, rebuildLike } from "../../core/tensor/nodes";
import { showShape } from "../../core/tensor/shape";

/** An argument, or part of one, that a compiled function takes as an input. */
export type Input = tf.Tensor | Key;

/** The flattened arguments of a call. */
export interface Signature {
  /** Equal for two calls if and only if one compiled graph serves both. */
  readonly id: string;
  /** The tensors and keys, in the order of the tree. */
  readonly inputs: readonly Input[];
}

/**
 * Flattens arguments into their inputs (tensors and keys) and an id of the structure, shapes, types and
 * static values.
 *
 * @param caller the name of the compiled function, for messages.
 * @throws if an argument holds anything other than tensors, keys, plain data and functions, or a disposed
 *   tensor.
 */
export function signatureOf(caller: string, args: readonly unknown[]): Signature {
  const inputs: Input[] = [];
  let id = "";
  const visit = (value: unknown, path: Path): void => {
    if (isTensor(value)) {
      if (value.isDisposed)
        throw new Error(
          `jit: ${showPath(path)} of "${caller}" is a disposed tensor; pass another, or dispose of it later`,
        );
      id += `${value.dtype}[${value.shape.join()}]`;
      inputs.push(value);
    } else if (Array.isArray(value)) {
      id += "(";
      value.forEach((child: unknown, i) => visit(child, [path, i]));
      id += ")";
    } else if (isKey(value)) {
      id += "key";
      inputs.push(value);
    } else visitParts(value, path);
    id += ";";
  };
  const visitParts = (value: unknown, path: Path): void => {
    const parts = partsOf(value);
    if (parts === undefined) {
      id += staticId(caller, value, path);
      return;
    }
    id += "{";
    for (const name of Object.keys(parts).sort()) {
      id += `${name}:`;
      visit(parts[name], [path, name]);
    }
    id += nodeTypeOf(value) === undefined ? "}" : `}${nodeName(value)}`;
  };
  args.forEach((arg, i) => visit(arg, [undefined, i]));
  return { id, inputs };
}

/** The name of the type of a registered node, for signatures. */
function nodeName(node: unknown): string {
  const { kind, constructor } = node as { kind?: unknown; constructor: { name: string } };
  return typeof kind === "string" ? kind : constructor.name;
}

/** A position in the arguments: the enclosing position, and the name or index within it. */
type Path = readonly [outer: Path | undefined, name: string | number];

function showPath([outer, name]: Path): string {
  return outer === undefined ? `argument ${name}` : `${showPath(outer)}.${name}`;
}

const functionIds = new WeakMap<object, number>();
let functionCount = 0;

/** Returns the id of a static value: one that is compiled into the graph. */
function staticId(caller: string, value: unknown, path: Path): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") {
    const id = functionIds.get(value) ?? functionCount++;
    functionIds.set(value, id);
    return `function ${id}`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const kind = (value.constructor as { name: string } | undefined)?.name ?? "object";
  const remedy = ArrayBuffer.isView(value) ? "convert it to a tensor" : "pass its tensors and numbers";
  throw new Error(
    `jit: ${showPath(path)} of "${caller}" must consist of tensors, keys, numbers, strings, arrays and ` +
      `plain objects, got ${kind}; ${remedy}`,
  );
}

/** Returns the arguments with `tensor` applied to each tensor and `key` to each key, in order. */
export function mapInputs<A extends readonly unknown[]>(
  args: A,
  tensor: (x: tf.Tensor) => tf.Tensor,
  key: (key: Key) => Key,
): A {
  const visit = (value: unknown): unknown => {
    if (isTensor(value)) return tensor(value);
    if (Array.isArray(value)) return value.map(visit);
    if (isKey(value)) return key(value);
    const parts = partsOf(value);
    if (parts === undefined) return value;
    const mapped: Record<string, unknown> = {};
    for (const name of Object.keys(parts).sort()) mapped[name] = visit(parts[name]);
    return rebuildLike(value, mapped);
  };
  return args.map(visit) as unknown as A;
}

/** Returns the arguments with their tensors and the words of their keys replaced, in order, by `tensors`. */
export function replaceInputs<A extends readonly unknown[]>(args: A, tensors: readonly tf.Tensor[]): A {
  let next = 0;
  const take = (): tf.Tensor => tensors[next++] as tf.Tensor;
  return mapInputs(args, take, () => ({ words: take() as tf.Tensor1D }));
}

/** Returns a description of each leaf of the arguments by its path, for messages. */
export function describeArguments(args: readonly unknown[]): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: Path): void => {
    if (isTensor(value)) leaves.set(showPath(path), `${value.dtype} ${showShape(value.shape)}`);
    else if (Array.isArray(value)) value.forEach((child: unknown, i) => visit(child, [path, i]));
    else if (isKey(value)) leaves.set(showPath(path), "a key");
    else if (partsOf(value) !== undefined)
      for (const [name, part] of Object.entries(partsOf(value) ?? {})) visit(part, [path, name]);
    else if (typeof value === "function") leaves.set(showPath(path), `function ${value.name}`);
    else leaves.set(showPath(path), String(value));
  };
  args.forEach((arg, i) => visit(arg, [undefined, i]));
  return leaves;
}

/**
 * Returns the first difference between two descriptions, such as `argument 1.x is float32 [2], was float32
 * [3]`.
 */
export function firstDifference(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string {
  for (const [path, description] of now) {
    const old = before.get(path);
    if (old !== description) return `${path} is ${description}, was ${old ?? "absent"}`;
  }
  for (const [path, description] of before)
    if (!now.has(path)) return `${path} is absent, was ${description}`;
  return "a function is not the same object as before";
}
