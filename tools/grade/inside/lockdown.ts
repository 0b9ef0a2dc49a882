/** Freezes the objects of the language and the library that answers and checks share. */

const { freeze, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, isFrozen } = Object;
const { ownKeys } = Reflect;

/** The globals of ECMAScript and Node.js that checks use. */
const GLOBALS = (
  "Object Function Array Number String Boolean Symbol BigInt Date RegExp Promise Proxy Reflect Math JSON " +
  "Intl Atomics Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError " +
  "ArrayBuffer SharedArrayBuffer DataView Map Set WeakMap WeakSet WeakRef FinalizationRegistry Int8Array " +
  "Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array " +
  "BigInt64Array BigUint64Array parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI " +
  "encodeURIComponent eval globalThis console Buffer TextDecoder TextEncoder structuredClone " +
  "queueMicrotask setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate"
).split(" ");

type Properties = Record<PropertyKey, unknown>;

/** Returns intrinsic prototypes that no global name refers to. */
function unnamedIntrinsics(): object[] {
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

/**
 * Whether a value is a function, a prototype or a plain object, as opposed to an instance, which may have
 * state.
 */
function isStateless(value: object): boolean {
  if (typeof value === "function") return true;
  const prototype = getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || Object.hasOwn(value, "constructor");
}

/**
 * Whether a value is a plain object that is not a prototype, such as a module's exports (often accessors).
 */
function isNamespace(value: object): boolean {
  const prototype = getPrototypeOf(value) as object | null;
  return (prototype === null || prototype === Object.prototype) && !Object.hasOwn(value, "constructor");
}

/**
 * Returns `roots`, their prototypes, and all objects that satisfy `isWanted` and can be reached from them.
 */
function reachableFrom(roots: readonly object[], isWanted: (value: object) => boolean): Set<object> {
  const found = new Set<object>(roots);
  for (const value of found) {
    const add = (next: unknown): void => {
      if (isWalkable(next) && isWanted(next)) found.add(next);
    };
    const prototype = getPrototypeOf(value) as object | null;
    if (prototype !== null) found.add(prototype);
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (!descriptor) continue;
      add(descriptor.value);
      for (const accessor of [Reflect.get(descriptor, "get"), Reflect.get(descriptor, "set")]) add(accessor);
      if (descriptor.get && isNamespace(value)) add((value as Properties)[key]);
    }
  }
  found.delete(globalThis);
  return found;
}

/**
 * Replaces the data properties of a prototype by accessors. A frozen data property also forbids `error.name =
 * …` on objects that inherit it, which honest code does; with an accessor, the assignment defines an own
 * property instead.
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
          throw new TypeError(`${String(key)} is a built-in and cannot be changed in a graded notebook`);
        defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
      },
      enumerable: descriptor.enumerable === true,
      configurable: false,
    });
  }
}

/** Returns the prototypes whose properties instances may override. */
function overridablePrototypes(): object[] {
  return [
    Object.prototype,
    Function.prototype,
    Promise.prototype,
    ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError].map(
      ({ prototype }) => prototype as object,
    ),
  ];
}

/** Locks `Error`, except for `stackTraceLimit`, which TypeScript sets temporarily and no check depends on. */
function lockError(): void {
  for (const key of ownKeys(Error))
    if (key !== "stackTraceLimit") defineProperty(Error, key, { writable: false, configurable: false });
}

function freezeAll(objects: Iterable<object>): void {
  for (const object of objects)
    if (object === Error) lockError();
    else if (!isFrozen(object) && !ArrayBuffer.isView(object)) freeze(object);
}

/** Freezes the objects of the language, and makes the globals constant. */
export function lockLanguage(): void {
  const roots = GLOBALS.flatMap((name) => {
    const value = (globalThis as unknown as Properties)[name];
    return isWalkable(value) && value !== globalThis ? [value] : [];
  });
  const isWanted = (value: object): boolean => value !== globalThis && value !== process;
  const all = reachableFrom([...roots, ...unnamedIntrinsics()], isWanted);
  for (const prototype of overridablePrototypes()) allowOverride(prototype);
  freezeAll(all);
  for (const name of GLOBALS) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name);
    if (descriptor?.configurable !== true) continue;
    const value = (globalThis as unknown as Properties)[name];
    defineProperty(globalThis, name, { value, writable: false, configurable: false, enumerable: false });
  }
}

/**
 * Makes the properties of a function or class constant, except for numbers: some classes count their
 * instances.
 */
function lockFunction(target: object): void {
  for (const key of ownKeys(target)) {
    const descriptor = getOwnPropertyDescriptor(target, key);
    if (descriptor?.configurable === true && typeof descriptor.value !== "number" && !descriptor.get)
      defineProperty(target, key, { writable: false, configurable: false });
  }
}

/** Freezes the exports of modules (functions, namespaces and classes), but not their state. */
export function lockExports(modules: readonly object[]): void {
  const all = [...reachableFrom(modules, isStateless)].filter(isStateless);
  for (const target of all)
    if (typeof target === "function") lockFunction(target);
    else freezeAll([target]);
}

/** Makes the methods of a stateful object constant, but not its state. */
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
