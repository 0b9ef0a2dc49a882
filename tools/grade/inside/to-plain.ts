import { types } from "node:util";
import type { PlainValue } from "../channel/messages";

/** The maximum length of a list that a check can compare. */
const MAX_LENGTH = 100_000;

/** Reads the length of a typed array's memory, even if the array has an own property `length`. */
const typedLength = Reflect.get(
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype) as object, "length") ?? {},
  "get",
) as (this: unknown) => number;
const { apply } = Reflect;
const isList = Array.isArray;
const { isTypedArray, isPromise } = types;

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return `${String(value)} (is a value returned?)`;
  if (typeof value === "function") return "a function (is it called?)";
  if (isPromise(value)) return "a promise (is it awaited?)";
  return isList(value)
    ? "an array with entries that are not numbers"
    : `a value of type ${typeof value} (not a number, string, boolean or list of numbers)`;
}

/**
 * Copies a value to plain data, reading each part once: the copy cannot change or return a different value
 * later. The length and entries of a typed array are read from its memory, not from its own properties.
 */
export function toPlain(value: unknown): PlainValue {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  const typed = isTypedArray(value);
  if (!typed && !isList(value)) return { other: kindOf(value) };
  const length = typed ? apply(typedLength, value, []) : (value as unknown[]).length;
  if (length > MAX_LENGTH)
    return { other: `a list of ${length} entries (a check compares at most ${MAX_LENGTH})` };
  const numbers: number[] = [];
  for (let i = 0; i < length; i++) {
    const entry = (value as unknown[])[i];
    if (typeof entry !== "number") return { other: kindOf(value) };
    numbers[i] = entry;
  }
  return numbers;
}
