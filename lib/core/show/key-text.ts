import { isKey } from "../random/key";

/** Returns a key as its two words, `Key(0, 7)`; undefined for any other value. */
export function concreteKey(value: unknown): string | undefined {
  if (!isKey(value)) return undefined;
  return value.words instanceof Int32Array
    ? `Key(${Array.from(value.words, (x) => x >>> 0).join(", ")})`
    : "Key(traced)";
}
