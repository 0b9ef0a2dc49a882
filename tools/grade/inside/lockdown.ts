/** Objects of the language and the library that answers and checks share, made unchangeable. */

const { freeze, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, isFrozen } = Object;
const { ownKeys } = Reflect;

/** The names of ECMAScript and Node.js that checks compute with. */
const NAMES = (
  "Object Function Array Number String Boolean Symbol BigInt Date RegExp Promise Proxy Reflect Math JSON Intl Atomics " +
  "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError ArrayBuffer SharedArrayBuffer " +
  "DataView Map Set WeakMap WeakSet WeakRef FinalizationRegistry Int8Array Uint8Array Uint8ClampedArray Int16Array " +
  "Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array parseInt parseFloat isNaN " +
  "isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent eval globalThis console Buffer TextDecoder " +
  "TextEncoder structuredClone queueMicrotask setTimeout setInterval setImmediate clearTimeout clearInterval " +
  "clearImmediate"
).split(" ");

type Bag = Record<PropertyKey, unknown>;

/** Intrinsics that no name leads to. */
function hidden(): object[] {
  return [
    getPrototypeOf([][Symbol.iterator]()) as object,
    getPrototypeOf(new Map()[Symbol.iterator]()) as object,
    getPrototypeOf(new Set()[Symbol.iterator]()) as object,
    getPrototypeOf(""[Symbol.iterator]()) as object,
    getPrototypeOf("".matchAll(/./g)) as object,
    Object.getPrototypeOf(function* () {}) as object,
    Object.getPrototypeOf(async function () {}) as object,
    Object.getPrototypeOf(async function* () {}) as object,
  ];
}

function isWalkable(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Functions, classes with their prototypes, and plain objects: not the instances, which may have a state. */
function isStateless(value: object): boolean {
  if (typeof value === "function") return true;
  const prototype = getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || Object.hasOwn(value, "constructor");
}

/** What a module exports, often by accessors: a plain object, and none that instances inherit from. */
function isNamespace(value: object): boolean {
  const prototype = getPrototypeOf(value) as object | null;
  return (prototype === null || prototype === Object.prototype) && !Object.hasOwn(value, "constructor");
}

/** Everything that can be reached from `roots` and has no state. */
function reach(roots: readonly object[], isWanted: (value: object) => boolean): Set<object> {
  const found = new Set<object>(roots);
  for (const value of found) {
    const add = (next: unknown): void => {
      if (isWalkable(next) && isWanted(next)) found.add(next);
    };
    const above = getPrototypeOf(value) as object | null;
    if (above !== null) found.add(above);
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (!descriptor) continue;
      add(descriptor.value);
      for (const accessor of [Reflect.get(descriptor, "get"), Reflect.get(descriptor, "set")]) add(accessor);
      if (descriptor.get && isNamespace(value)) add((value as Bag)[key]);
    }
  }
  found.delete(globalThis);
  return found;
}

/**
 * Freezing a prototype also forbids `error.name = …` on what inherits from it, which honest code does. A property that is
 * read through an accessor does not: setting it on an heir gives the heir a property of its own.
 */
function allowOverride(prototype: object): void {
  for (const key of ownKeys(prototype)) {
    const descriptor = getOwnPropertyDescriptor(prototype, key);
    if (!descriptor || !("value" in descriptor) || descriptor.configurable !== true) continue;
    const value: unknown = descriptor.value;
    defineProperty(prototype, key, {
      get: () => value,
      set(this: object, next: unknown) {
        if (this === prototype)
          throw new TypeError(`${String(key)} belongs to the language and cannot be changed`);
        defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
      },
      enumerable: descriptor.enumerable === true,
      configurable: false,
    });
  }
}

function overridable(): object[] {
  return [
    Object.prototype,
    Function.prototype,
    Promise.prototype,
    ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError].map(
      ({ prototype }) => prototype as object,
    ),
  ];
}

/** All but the length of stacks, which TypeScript sets for a moment and nothing else depends on. */
function lockError(): void {
  for (const key of ownKeys(Error))
    if (key !== "stackTraceLimit") defineProperty(Error, key, { writable: false, configurable: false });
}

function freezeAll(objects: Iterable<object>): void {
  for (const object of objects)
    if (object === Error) lockError();
    else if (!isFrozen(object) && !ArrayBuffer.isView(object)) freeze(object);
}

/** Freezes the language's own objects, and makes its global names constant. */
export function lockLanguage(): void {
  const roots = NAMES.flatMap((name) => {
    const value = (globalThis as unknown as Bag)[name];
    return isWalkable(value) && value !== globalThis ? [value] : [];
  });
  const all = reach([...roots, ...hidden()], (value) => value !== globalThis && value !== process);
  for (const prototype of overridable()) allowOverride(prototype);
  freezeAll(all);
  for (const name of NAMES) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name);
    if (descriptor?.configurable !== true) continue;
    const value = (globalThis as unknown as Bag)[name];
    defineProperty(globalThis, name, { value, writable: false, configurable: false, enumerable: false });
  }
}

/** Classes count their instances in numbers of their own, which stay as they are. */
function lockFunction(target: object): void {
  for (const key of ownKeys(target)) {
    const descriptor = getOwnPropertyDescriptor(target, key);
    if (descriptor?.configurable === true && typeof descriptor.value !== "number" && !descriptor.get)
      defineProperty(target, key, { writable: false, configurable: false });
  }
}

/** Freezes what modules export: their functions, namespaces and classes, not the state that they keep. */
export function lockExports(modules: readonly object[]): void {
  const all = [...reach(modules, isStateless)].filter(isStateless);
  for (const target of all)
    if (typeof target === "function") lockFunction(target);
    else freezeAll([target]);
}

/** Makes the methods of an object with a state unchangeable, and leaves the state. */
export function lockMethods(instance: object): void {
  for (
    let level: object | null = instance;
    level && level !== Object.prototype;
    level = getPrototypeOf(level) as object | null
  )
    for (const key of ownKeys(level)) {
      const descriptor = getOwnPropertyDescriptor(level, key);
      const own = getOwnPropertyDescriptor(instance, key);
      if (typeof descriptor?.value !== "function" || own?.configurable === false) continue;
      defineProperty(instance, key, { ...descriptor, writable: false, configurable: false });
    }
}
