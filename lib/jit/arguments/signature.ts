import * as tf from "@tensorflow/tfjs";
import { isKey, type Key } from "../../core/random/key";
import { showShape } from "../../core/tensor/shape";

/** What a call brings that the compiled function takes as input. */
export type Input = tf.Tensor | Key;

/** The arguments of a call, taken apart. */
export interface Signature {
  /** The same for two calls exactly if one compiled function serves both. */
  readonly id: string;
  readonly inputs: readonly Input[];
}

/**
 * Takes arguments apart: tensors and keys, which may change from call to call, and all else, which is part of the compiled
 * function.
 *
 * @throws when an argument is neither a tensor, a key, plain data nor a function.
 */
export function signatureOf(caller: string, args: readonly unknown[]): Signature {
  const inputs: Input[] = [];
  let id = "";
  const visit = (value: unknown, path: Path): void => {
    if (isTensor(value)) {
      if (value.isDisposed)
        throw new Error(
          `jit: ${showPath(path)} of "${caller}" is a tensor that was disposed of; keep it, or pass another`,
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
    } else if (isPlainObject(value)) {
      id += "{";
      for (const name of Object.keys(value).sort()) {
        id += `${name}:`;
        visit(value[name], [path, name]);
      }
      id += "}";
    } else id += staticId(caller, value, path);
    id += ";";
  };
  args.forEach((arg, i) => visit(arg, [undefined, i]));
  return { id, inputs };
}

/** A place in the arguments: the place around it, and the name or number in that. */
type Path = readonly [outer: Path | undefined, name: string | number];

const showPath = ([outer, name]: Path): string =>
  outer === undefined ? `argument ${name}` : `${showPath(outer)}.${name}`;

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const functionIds = new WeakMap<object, number>();
let functionCount = 0;

/** What a value that is part of the compiled function is known by. */
function staticId(caller: string, value: unknown, path: Path): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") {
    const known = functionIds.get(value) ?? functionCount++;
    functionIds.set(value, known);
    return `function ${known}`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const kind = (value.constructor as { name: string } | undefined)?.name ?? "object";
  const remedy = ArrayBuffer.isView(value) ? "make it a tensor" : "pass its tensors and numbers";
  throw new Error(
    `jit: ${showPath(path)} of "${caller}" must be made of tensors, keys, numbers, strings, arrays and plain objects, ` +
      `got ${kind}; ${remedy}`,
  );
}

/** The arguments with their tensors and keys, in order, replaced by others; all else stays. */
export function substitute<A extends readonly unknown[]>(
  args: A,
  tensor: (x: tf.Tensor) => tf.Tensor,
  key: (key: Key) => Key,
): A {
  const visit = (value: unknown): unknown => {
    if (isTensor(value)) return tensor(value);
    if (Array.isArray(value)) return value.map(visit);
    if (isKey(value)) return key(value);
    if (!isPlainObject(value)) return value;
    const filled: Record<string, unknown> = {};
    for (const name of Object.keys(value).sort()) filled[name] = visit(value[name]);
    return filled;
  };
  return args.map(visit) as unknown as A;
}

/** The arguments with their tensors, and the words of their keys, in order, replaced by these tensors. */
export function fill<A extends readonly unknown[]>(args: A, tensors: readonly tf.Tensor[]): A {
  let next = 0;
  const take = (): tf.Tensor => tensors[next++] as tf.Tensor;
  return substitute(args, take, () => ({ words: take() as tf.Tensor1D }));
}

/** What there is at each place of the arguments, for people. */
export function describe(args: readonly unknown[]): Map<string, string> {
  const places = new Map<string, string>();
  const visit = (value: unknown, path: Path): void => {
    if (isTensor(value)) places.set(showPath(path), `${value.dtype} ${showShape(value.shape)}`);
    else if (Array.isArray(value)) value.forEach((child: unknown, i) => visit(child, [path, i]));
    else if (isKey(value)) places.set(showPath(path), "a key");
    else if (isPlainObject(value)) for (const name of Object.keys(value)) visit(value[name], [path, name]);
    else if (typeof value === "function") places.set(showPath(path), `function ${value.name}`);
    else places.set(showPath(path), String(value));
  };
  args.forEach((arg, i) => visit(arg, [undefined, i]));
  return places;
}

/** The first difference between two descriptions: `argument 1.x: float32 [2], was float32 [3]`. */
export function firstDifference(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string {
  for (const [path, what] of now) {
    const old = before.get(path);
    if (old !== what) return `${path} is ${what}, was ${old ?? "absent"}`;
  }
  for (const [path, what] of before) if (!now.has(path)) return `${path} is absent, was ${what}`;
  return "a function is another one than before";
}
