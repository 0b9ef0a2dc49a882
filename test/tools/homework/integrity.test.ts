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
const whole = { changed: [], duplicated: [], lost: [], untouched: ["double"] };

describe("integrityOf", () => {
  test("finds a release as it was handed out, with notes of the student's own in it", () => {
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

  test("tells an answered exercise and a changed, doubled or lost cell", () => {
    expect(integrityOf(edited(2, "const double = 2;"), "a.ipynb")).toEqual({ ...whole, untouched: [] });
    expect(integrityOf(edited(1, "1"), "a.ipynb")).toEqual({ ...whole, changed: ["cell-c2"] });
    expect(integrityOf(edited(3, "check()"), "a.ipynb")).toEqual({ ...whole, changed: ["double-check"] });
    const doubled = withCells((cells) => [...cells, ...cells.slice(3)]);
    expect(integrityOf(doubled, "a.ipynb")).toEqual({ ...whole, duplicated: ["double-check"] });
    const lost = withCells((cells) => cells.filter((_, index) => index !== 2));
    expect(integrityOf(lost, "a.ipynb")).toEqual({ ...whole, lost: ["double"], untouched: [] });
  });

  test("notices other points and another type of cell", () => {
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

  test("refuses a notebook that was not released", () => {
    expect(() => integrityOf(readNotebook(writeMaster(MASTER)), "a.ipynb")).toThrow(
      "a.ipynb is no assignment: its metadata have no latent.assignment; take the notebook that was handed out",
    );
  });
});
