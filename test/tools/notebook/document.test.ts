import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasTag, smokeParameters } from "../../../tools/notebook/document";
import { parseNotebook, parseNotebookOfAnyLanguage, readNotebook } from "../../../tools/notebook/read";
import { serializeNotebook } from "../../../tools/notebook/write";
import { notebooks } from "../kernel/support";

function fixture(name: string): string {
  return join(notebooks, `${name}.ipynb`);
}

const TYPESCRIPT = { kernelspec: { language: "typescript" } };

function parse(value: unknown) {
  return parseNotebook(JSON.stringify(value), "x.ipynb");
}

test("reads and writes a notebook without any change", () => {
  const text = readFileSync(fixture("good"), "utf8");
  expect(serializeNotebook(parseNotebook(text, "good.ipynb"))).toBe(text);
});

test("drops the outputs of an earlier run", () => {
  const outputs = [{ output_type: "stream", name: "stdout", text: "old" }];
  const cell = { cell_type: "code", id: "a", metadata: {}, source: "1", outputs, execution_count: 7 };
  const { cells } = parse({ nbformat: 4, nbformat_minor: 5, metadata: TYPESCRIPT, cells: [cell] });
  expect(cells).toEqual([{ ...cell, outputs: [], execution_count: null }]);
});

test("adds ids to cells of nbformat 4.4 and older, and keeps attachments", () => {
  const cell = { cell_type: "markdown", metadata: {}, source: ["a\n", "b"], attachments: { "x.png": {} } };
  const { cells } = parse({ nbformat: 4, nbformat_minor: 2, metadata: TYPESCRIPT, cells: [cell, cell] });
  expect(cells[0]).toMatchObject({ source: "a\nb", attachments: { "x.png": {} } });
  expect(cells[0]?.id).toMatch(/^[0-9a-f]{8}$/);
  expect(cells[0]?.id).not.toBe(cells[1]?.id);
});

test("derives ids from the content of cells, not from their place, and avoids those in the file", () => {
  const idsOf = (...cells: object[]) =>
    parse({ nbformat: 4, nbformat_minor: 2, metadata: TYPESCRIPT, cells }).cells.map(({ id }) => id);
  const [code, text] = [
    { cell_type: "code", source: "1" },
    { cell_type: "markdown", source: ["1"] },
  ];
  const [a = "", b = ""] = idsOf(code, text);
  expect(idsOf(code, text)).toEqual([a, b]);
  expect(idsOf(text, code)).toEqual([b, a]);
  expect(idsOf({ cell_type: "code", source: "0" }, code)[1]).toBe(a);
  const [first, second] = idsOf(code, code);
  expect(first).toBe(a);
  expect(idsOf(text, code, text, code)[3]).toBe(second);
  const [taken, moved] = idsOf({ ...code, id: a }, code);
  expect([taken, moved]).toEqual([a, second]);
});

test("stores text as lines, and images and JSON unchanged", () => {
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

test("reads tags and smoke parameters", () => {
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

test.each([{}, { kernelspec: { name: "python3", language: "python" } }, { colab: { provenance: [] } }])(
  "reads a notebook with the metadata %j as one of any language",
  (metadata) => {
    const cells = [{ cell_type: "code", source: "1" }];
    const text = JSON.stringify({ nbformat: 4, metadata, cells });
    for (const stored of [text, `\uFEFF${text}`])
      expect(parseNotebookOfAnyLanguage(stored, "x.ipynb").cells).toMatchObject(cells);
    expect(() => parseNotebook(text, "x.ipynb")).toThrow("is not a TypeScript notebook");
  },
);

test.each([
  ["not-json", "is not a notebook: invalid JSON ("],
  ["old", "has nbformat 3, but only 4 is supported; open and save it in JupyterLab"],
  ["python", 'is not a TypeScript notebook: its metadata names the language "python"'],
  ["missing", "cannot be read: ENOENT"],
])("rejects %s.ipynb with the reason", (name, message) => {
  expect(() => readNotebook(fixture(name))).toThrow(`${fixture(name)} ${message}`);
});

test.each([
  [[], "x.ipynb is not a notebook: nbformat is missing"],
  [null, "x.ipynb is not a notebook: nbformat is missing"],
  [{ nbformat: 4 }, "x.ipynb is not a valid notebook: cells is missing or not a list"],
  [
    { nbformat: 4, cells: [] },
    'x.ipynb is not a TypeScript notebook: its metadata names the language "none"',
  ],
  [
    { nbformat: 4, metadata: TYPESCRIPT, cells: [{ cell_type: "code", source: 3 }] },
    "x.ipynb is not a valid notebook: cell 1 has no cell_type or source",
  ],
])("rejects %j", (value, message) => {
  expect(() => parse(value)).toThrow(message);
});
