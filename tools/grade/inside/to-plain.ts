import { types } from "node:util";
import type { Plain } from "../channel/messages";

/** The longest list that a check can compare. */
const LONGEST = 100_000;

/** The length of a typed array as its memory has it. */
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
    ? "an array of something else"
    : `an object or ${typeof value} that is no number, text or list`;
}

/**
 * A value as data, read once: what is compared afterwards cannot change any more, nor answer differently the second time.
 * A typed array's numbers and length are taken from its memory, whatever its own properties say.
 */
export function toPlain(value: unknown): Plain {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  const typed = isTypedArray(value);
  if (!typed && !isList(value)) return { other: kindOf(value) };
  const length = typed ? apply(typedLength, value, []) : (value as unknown[]).length;
  if (length > LONGEST)
    return { other: `a list of ${length} entries, more than a check compares (${LONGEST})` };
  const numbers: number[] = [];
  for (let i = 0; i < length; i++) {
    const entry = (value as unknown[])[i];
    if (typeof entry !== "number") return { other: kindOf(value) };
    numbers[i] = entry;
  }
  return numbers;
}
