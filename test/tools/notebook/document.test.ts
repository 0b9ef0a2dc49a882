import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasTag, smokeParameters } from "../../../tools/notebook/document";
import { parseNotebook, readNotebook } from "../../../tools/notebook/read";
import { serializeNotebook } from "../../../tools/notebook/write";
import { notebooks } from "../kernel/support";

const fixture = (name: string): string => join(notebooks, `${name}.ipynb`);
const TYPESCRIPT = { kernelspec: { language: "typescript" } };
const parse = (value: unknown) => parseNotebook(JSON.stringify(value), "x.ipynb");

it("writes a notebook as it read it, byte for byte", () => {
  const text = readFileSync(fixture("good"), "utf8");
  expect(serializeNotebook(parseNotebook(text, "good.ipynb"))).toBe(text);
});

it("leaves out the outputs of an earlier run", () => {
  const outputs = [{ output_type: "stream", name: "stdout", text: "old" }];
  const cell = { cell_type: "code", id: "a", metadata: {}, source: "1", outputs, execution_count: 7 };
  const { cells } = parse({ nbformat: 4, nbformat_minor: 5, metadata: TYPESCRIPT, cells: [cell] });
  expect(cells).toEqual([{ ...cell, outputs: [], execution_count: null }]);
});

it("gives cells of nbformat 4.4 and older an id, and keeps attachments", () => {
  const cell = { cell_type: "markdown", metadata: {}, source: ["a\n", "b"], attachments: { "x.png": {} } };
  const { cells } = parse({ nbformat: 4, nbformat_minor: 2, metadata: TYPESCRIPT, cells: [cell, cell] });
  expect(cells[0]).toMatchObject({ source: "a\nb", attachments: { "x.png": {} } });
  expect(cells[0]?.id).toMatch(/^[0-9a-f]{8}$/);
  expect(cells[0]?.id).not.toBe(cells[1]?.id);
});

it("stores texts as lines, and pictures and JSON as they are", () => {
  const data = {
    "text/plain": "a\nb\n",
    "image/svg+xml": "<svg>\n</svg>",
    "image/png": "aGk=\n",
    "application/json": { b: 1, a: [1] },
  };
  const outputs = [
    { output_type: "stream", name: "stdout", text: "one\ntwo" },
    { output_type: "display_data", data, metadata: {} },
  ] as const;
  const cell = { id: "a", cell_type: "code", metadata: {}, source: "", outputs, execution_count: 1 };
  const stored = JSON.parse(serializeNotebook({ metadata: TYPESCRIPT, cells: [cell] })) as {
    cells: { source: string[]; outputs: { text?: string[]; data?: object }[] }[];
  };
  expect(stored.cells[0]?.source).toEqual([]);
  expect(stored.cells[0]?.outputs.map(({ text, data: bundle }) => text ?? bundle)).toEqual([
    ["one\n", "two"],
    { ...data, "text/plain": ["a\n", "b\n"], "image/svg+xml": ["<svg>\n", "</svg>"] },
  ]);
});

it("knows tags and smoke parameters", () => {
  const notebook = readNotebook(fixture("good"));
  expect(notebook.cells.map((cell) => hasTag(cell, "parameters"))).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(smokeParameters(notebook)).toEqual({ steps: 10, label: "small" });
  expect(smokeParameters(readNotebook(fixture("failing")))).toBeUndefined();
});

it.each([
  ["not-json", "is not a notebook: it is not JSON ("],
  ["old", "has nbformat 3, only 4 is supported; save it once in JupyterLab"],
  ["python", 'is not a TypeScript notebook: its metadata names "python"'],
  ["missing", "cannot be read: ENOENT"],
])("refuses %s.ipynb and says why", (name, message) => {
  expect(() => readNotebook(fixture(name))).toThrow(`${fixture(name)} ${message}`);
});

it.each([
  [[], "x.ipynb is not a notebook: it has no nbformat"],
  [null, "x.ipynb is not a notebook: it has no nbformat"],
  [{ nbformat: 4 }, "x.ipynb is not a valid notebook: it has no list of cells"],
  [{ nbformat: 4, cells: [] }, 'x.ipynb is not a TypeScript notebook: its metadata names "no language"'],
  [
    { nbformat: 4, metadata: TYPESCRIPT, cells: [{ cell_type: "code", source: 3 }] },
    "x.ipynb is not a valid notebook: cell 1 has no cell_type or source",
  ],
])("refuses %j", (value, message) => {
  expect(() => parse(value)).toThrow(message);
});
