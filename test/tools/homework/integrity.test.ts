import { describe, expect, test } from "vitest";
import { integrityOf } from "../../../tools/homework/integrity";
import { release } from "../../../tools/homework/release";
import type { Cell, Notebook } from "../../../tools/notebook/document";
import { readNotebook } from "../../../tools/notebook/read";
import { MASTER, writeMaster } from "./support";

const { notebook } = release(writeMaster(MASTER));
function withCells(change: (cells: readonly Cell[]) => Cell[]): Notebook {
  return {
    ...notebook,
    cells: change(notebook.cells),
  };
}
function edited(at: number, source: string): Notebook {
  return withCells((cells) => cells.map((cell, index) => (index === at ? { ...cell, source } : cell)));
}
const whole = { changed: [], duplicated: [], missing: [], untouched: ["double"] };

describe("integrityOf", () => {
  test("accepts an unchanged release with additional cells and edited Markdown", () => {
    const note = { id: "mine", cell_type: "code", metadata: {}, source: "1 + 1" };
    expect(integrityOf(notebook, "a.ipynb")).toEqual(whole);
    expect(integrityOf(edited(0, "my notes"), "a.ipynb")).toEqual(whole);
    expect(
      integrityOf(
        withCells((cells) => [note, ...cells]),
        "a.ipynb",
      ),
    ).toEqual(whole);
  });

  test("finds answered exercises and changed, duplicated and missing cells", () => {
    expect(integrityOf(edited(2, "const double = 2;"), "a.ipynb")).toEqual({ ...whole, untouched: [] });
    expect(integrityOf(edited(1, "1"), "a.ipynb")).toEqual({ ...whole, changed: ["cell-c2"] });
    expect(integrityOf(edited(3, "check()"), "a.ipynb")).toEqual({ ...whole, changed: ["double-check"] });
    const doubled = withCells((cells) => [...cells, ...cells.slice(3)]);
    expect(integrityOf(doubled, "a.ipynb")).toEqual({ ...whole, duplicated: ["double-check"] });
    const missing = withCells((cells) => cells.filter((_, index) => index !== 2));
    expect(integrityOf(missing, "a.ipynb")).toEqual({ ...whole, missing: ["double"], untouched: [] });
  });

  test("finds changed points and a changed cell type", () => {
    const points = withCells((cells) =>
      cells.map((cell) => ({
        ...cell,
        metadata: JSON.parse(
          JSON.stringify(cell.metadata).replace('"points":3', '"points":9'),
        ) as object as Cell["metadata"],
      })),
    );
    expect(integrityOf(points, "a.ipynb").changed).toEqual(["double-check"]);
    const raw = withCells((cells) =>
      cells.map((cell, at) => (at === 1 ? { ...cell, cell_type: "raw" } : cell)),
    );
    expect(integrityOf(raw, "a.ipynb").changed).toEqual(["cell-c2"]);
  });

  test("throws for a notebook that was not released", () => {
    expect(() => integrityOf(readNotebook(writeMaster(MASTER)), "a.ipynb")).toThrow(
      "a.ipynb is not an assignment: its metadata has no latent.assignment; use the notebook",
    );
  });
});
