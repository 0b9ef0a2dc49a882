import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseExecuted, readExecuted } from "../../../tools/notebook/read-executed";
import type { Output } from "../../../tools/notebook/document";
import { serializeNotebook } from "../../../tools/notebook/write";
import { notebooks } from "../kernel/support";

function parse(...outputs: unknown[]) {
  return parseExecuted(
    JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: { language: "typescript" } },
      cells: [{ cell_type: "code", id: "a", metadata: {}, source: "", outputs, execution_count: 3 }],
    }),
    "x.ipynb",
  ).cells[0];
}

test("an executed notebook is read and written without any change", () => {
  const path = join(notebooks, "backends.ipynb");
  expect(serializeNotebook(readExecuted(path))).toBe(readFileSync(path, "utf8"));
});

test("joins text stored as lines, and does not change JSON", () => {
  const data = { "text/plain": ["a\n", "b"], "application/json": ["a", "b"], "image/png": "aGk=" };
  const error: Output = { output_type: "error", ename: "E", evalue: "why", traceback: ["one", "two"] };
  const cell = parse(
    { output_type: "stream", name: "stdout", text: ["1\n", "2"] },
    { output_type: "display_data", data, metadata: { latent: { name: "x" } } },
    error,
    { output_type: "pyout", text: "of an older format" },
  );
  expect(cell?.execution_count).toBe(3);
  expect(cell?.outputs).toEqual([
    { output_type: "stream", name: "stdout", text: "1\n2" },
    {
      output_type: "display_data",
      data: { ...data, "text/plain": "a\nb" },
      metadata: { latent: { name: "x" } },
    },
    error,
  ]);
});

test("names a file that cannot be read", () => {
  expect(() => readExecuted("missing.ipynb")).toThrow("missing.ipynb cannot be read: ENOENT");
});
