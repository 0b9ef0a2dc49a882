import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namedFigures, saveFigure } from "../../../tools/notebook/named-figures";
import { writeAtomic } from "../../../tools/common/write-atomic";
import type { Notebook } from "../../../tools/notebook/document";
import type { Json } from "../../../tools/notebook/json";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-figures-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function notebook(...metadata: Json[]): Notebook {
  return {
    metadata: {},
    cells: metadata.map((one, i) => ({
      id: String(i),
      cell_type: "code",
      metadata: {},
      source: "",
      execution_count: 1,
      outputs: [{ output_type: "display_data", data: { "text/plain": String(i) }, metadata: one }],
    })),
  };
}

function named(name: string, more: Json = {}): Json {
  return { latent: { name, ...more } };
}

test("finds the displays with a name", () => {
  const slide = "A slide";
  expect(namedFigures(notebook(named("a-1", { slide }), {}, named("b", { error: "why" })))).toEqual([
    { name: "a-1", data: { "text/plain": "0" }, slide },
    { name: "b", data: { "text/plain": "2" }, error: "why" },
  ]);
});

test.each([
  [["a", "b", "a"], 'two figures are named "a"; rename one of them'],
  [["../a"], 'the figure name "../a" cannot be a file name; use letters, digits and -'],
  [[""], 'the figure name "" cannot be a file name'],
])("rejects the names %j", (names, message) => {
  expect(() => namedFigures(notebook(...names.map((name) => named(name))))).toThrow(message);
});

test("saves a figure without a spec as its PNG", async () => {
  const data = { "image/png": Buffer.from("pixels").toString("base64") };
  expect(await saveFigure({ name: "photo", data }, folder)).toEqual([join(folder, "photo.png")]);
  expect(readFileSync(join(folder, "photo.png"), "utf8")).toBe("pixels");
});

test("rejects a figure that was not drawn or has no content", async () => {
  await expect(saveFigure({ name: "x", data: {}, error: "no rows" }, folder)).rejects.toThrow(
    'the figure "x" could not be drawn: no rows',
  );
  await expect(saveFigure({ name: "x", data: { "text/plain": "" } }, folder)).rejects.toThrow(
    'the figure "x" has neither a Vega-Lite spec nor a PNG',
  );
});

test("writes complete files, creates their folders and leaves no other files", () => {
  writeAtomic(join(folder, "new", "deep", "a.txt"), "one");
  writeAtomic(join(folder, "new", "deep", "a.txt"), "two");
  expect(readdirSync(join(folder, "new", "deep"))).toEqual(["a.txt"]);
  expect(readFileSync(join(folder, "new", "deep", "a.txt"), "utf8")).toBe("two");
  expect(() => {
    writeAtomic(join(folder, "new"), "a folder is in the way");
  }).toThrow();
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
