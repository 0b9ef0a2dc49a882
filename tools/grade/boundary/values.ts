/**
 * Values as data. `encode` copies a value into JSON, `decode` builds a fresh one from it and trusts nothing:
 * whoever sent it may have written anything.
 *
 * A finite number, a string, a boolean and null stand for themselves; everything else is an array that begins
 * with its kind: "a" array, "o" object, "y" typed array, "t" tensor, "f" function of the sender, "b" function
 * of the receiver, "n" other number, "u" undefined.
 */
import { ARRAY_OF, type Tf } from "./tensors";

/** JSON that `decode` reads. */
export type Encoded = null | boolean | number | string | readonly Encoded[];

/** How functions cross: as numbers. */
export interface Functions {
  /** Returns the number of a function of this side, or of one that came from the other side. */
  readonly numberOf: (f: (...args: never[]) => unknown) => readonly ["f" | "b", number];
  /** Returns what calls the function with a number on the other side. */
  readonly remote: (number: number) => unknown;
  /** Returns the function of this side with a number. @throws if there is none. */
  readonly local: (number: number) => unknown;
}

/** What both directions need. */
export interface Codec {
  readonly tf: Tf;
  readonly functions: Functions;
}

const MAX_DEPTH = 100;
const MAX_RANK = 6;

const TYPED = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
} as const;

type TypedName = keyof typeof TYPED;
type Typed = InstanceType<(typeof TYPED)[TypedName]>;

/**
 * Names that the language calls, or that instructors' code calls on arrays and promises. An object with a
 * function of such a name is not data but behaviour.
 */
const METHODS: ReadonlySet<string> = new Set([
  "toJSON",
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Promise,
    Object.getPrototypeOf(Uint8Array) as typeof Array,
  ].flatMap((type) => Object.getOwnPropertyNames(type.prototype)),
]);

/** Whether a function of this name in an object could be called without the receiver's intention. */
function isMethod(name: string): boolean {
  return METHODS.has(name);
}

const HELP = "pass numbers, strings, booleans, lists, plain objects, tensors and functions of these";

function bytesOf(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64");
}

function describe(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  const name = constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an object with a prototype";
}

/**
 * Copies a value to data.
 *
 * @throws if it contains something that is not data, such as an instance of a class.
 */
export function encode(value: unknown, codec: Codec, depth = 0): Encoded {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : ["n", Object.is(value, -0) ? "-0" : String(value)];
  if (value === undefined) return ["u"];
  if (typeof value === "function")
    return [...codec.functions.numberOf(value as (...args: never[]) => unknown)];
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} cannot be passed; ${HELP}`);
  if (depth > MAX_DEPTH) throw new TypeError(`a value nested deeper than ${MAX_DEPTH} cannot be passed`);
  if (Array.isArray(value)) {
    const items: Encoded[] = ["a"];
    for (const item of value) items.push(encode(item, codec, depth + 1));
    return items;
  }
  if (value instanceof codec.tf.Tensor) {
    if (!(value.dtype in ARRAY_OF))
      throw new TypeError(`a tensor of type ${value.dtype} cannot be passed; ${HELP}`);
    return ["t", value.dtype, [...value.shape], bytesOf(value.dataSync())];
  }
  if (ArrayBuffer.isView(value)) {
    const { name } = value.constructor;
    if (!Object.hasOwn(TYPED, name)) throw new TypeError(`${describe(value)} cannot be passed; ${HELP}`);
    return ["y", name, bytesOf(value)];
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${describe(value)} cannot be passed; ${HELP}`);
  const entries: Encoded[] = ["o"];
  for (const [name, child] of Object.entries(value)) entries.push(name, encode(child, codec, depth + 1));
  return entries;
}

function invalid(what: string): TypeError {
  return new TypeError(`the other process sent an invalid value: ${what}`);
}

function typedOf<T extends Typed>(
  type: { new (buffer: ArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  text: unknown,
): T {
  if (typeof text !== "string") throw invalid("no bytes");
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  if (bytes.byteLength % type.BYTES_PER_ELEMENT !== 0) throw invalid("incomplete bytes");
  return new type(bytes.buffer);
}

function tensorOf([, dtype, shape, text]: readonly Encoded[], { tf }: Codec): unknown {
  if (typeof dtype !== "string" || !Object.hasOwn(ARRAY_OF, dtype)) throw invalid("a type of tensor");
  if (!Array.isArray(shape) || shape.length > MAX_RANK) throw invalid("a shape");
  const sizes = (shape as readonly unknown[]).map((size) => {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw invalid("a shape");
    return size;
  });
  const data = typedOf<Typed>(ARRAY_OF[dtype as keyof typeof ARRAY_OF], text);
  if (sizes.reduce((product, size) => product * size, 1) !== data.length) throw invalid("a tensor's size");
  return tf.tensor(data, sizes, dtype);
}

function objectOf(items: readonly Encoded[], codec: Codec, depth: number): unknown {
  const result: Record<string, unknown> = {};
  for (let i = 1; i < items.length; i += 2) {
    const [name, child = null] = [items[i], items[i + 1]];
    if (typeof name !== "string" || name === "__proto__") throw invalid("a name");
    const value = decode(child, codec, depth + 1);
    if (typeof value === "function" && isMethod(name))
      throw invalid(`a function named ${name}; give it another name`);
    result[name] = value;
  }
  return result;
}

/**
 * Builds a value from data of the other side.
 *
 * @throws if the data is not what `encode` returns.
 */
export function decode(encoded: Encoded, codec: Codec, depth = 0): unknown {
  if (typeof encoded !== "object" || encoded === null) return encoded;
  if (!Array.isArray(encoded)) throw invalid("an object");
  if (depth > MAX_DEPTH) throw invalid(`nested deeper than ${MAX_DEPTH}`);
  const items = encoded as readonly Encoded[];
  const [kind, what] = items;
  switch (kind) {
    case "a": {
      const list: unknown[] = [];
      for (let i = 1; i < items.length; i++) list.push(decode(items[i] ?? null, codec, depth + 1));
      return list;
    }
    case "o":
      return objectOf(items, codec, depth);
    case "n":
      return Number(what);
    case "u":
      return undefined;
    case "t":
      return tensorOf(items, codec);
    case "y":
      if (typeof what !== "string" || !Object.hasOwn(TYPED, what)) throw invalid("a type of array");
      return typedOf<Typed>(TYPED[what as TypedName], items[2]);
    case "f":
    case "b":
      if (typeof what !== "number" || !Number.isSafeInteger(what) || what < 0) throw invalid("a function");
      return kind === "f" ? codec.functions.remote(what) : codec.functions.local(what);
    default:
      throw invalid("of no known kind");
  }
}
