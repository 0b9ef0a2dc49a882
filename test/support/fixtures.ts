import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads test/fixtures/NAME.json; the strings "Infinity" and "-Infinity" in it stand for the numbers. */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, "..", "fixtures", `${name}.json`), "utf8"), (_, value: unknown) =>
    value === "Infinity" || value === "-Infinity" ? Number(value) : value,
  );
