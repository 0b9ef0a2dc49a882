import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads test/fixtures/NAME.json; its strings "Infinity" and "-Infinity" become numbers. */
export function fixture(name: string): unknown {
  return JSON.parse(
    readFileSync(join(__dirname, "..", "fixtures", `${name}.json`), "utf8"),
    (_, value: unknown) => (value === "Infinity" || value === "-Infinity" ? Number(value) : value),
  );
}
