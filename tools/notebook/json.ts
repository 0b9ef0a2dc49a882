/** A JSON object with unknown fields. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object, and neither null nor an array. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
