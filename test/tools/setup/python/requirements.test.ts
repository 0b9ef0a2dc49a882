import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const lines = readFileSync("requirements.txt", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

test("pins every Python package exactly once", () => {
  for (const line of lines) expect(line).toMatch(/^[a-zA-Z0-9_-]+==[\w.]+( ; \w+ == "\w+")?$/);
  const names = lines.map((line) => line.split("==")[0]?.toLowerCase().replaceAll("_", "-"));
  expect(new Set(names).size).toBe(names.length);
});

test("contains the version of JupyterLab for which the notebooks' charts are written", () => {
  expect(lines).toContain("jupyterlab==4.6.6");
});
