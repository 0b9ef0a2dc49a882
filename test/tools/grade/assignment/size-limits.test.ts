import { describe, expect, test } from "vitest";
import { checkCellSizes, checkFileSize } from "../../../../tools/grade/assignment/size-limits";
import type { Cell } from "../../../../tools/notebook/document";

function withCells(count: number, source: string) {
  const cell: Cell = { id: "a", cell_type: "code", metadata: {}, source };
  return { metadata: {}, cells: Array.from({ length: count }, () => cell) };
}

describe("sizes of a submission", () => {
  test("are limited before it is parsed", () => {
    expect(() => checkFileSize(`[${"[],".repeat(1000)}[]]`, "a.ipynb")).not.toThrow();
    expect(() => checkFileSize(`[${"{},".repeat(300_000)}{}]`, "a.ipynb")).toThrow(
      "a.ipynb is too large to be graded: at most 200000 lists and objects in 100 levels; clear the outputs",
    );
    expect(() => checkFileSize("[".repeat(200), "a.ipynb")).toThrow("100 levels");
    expect(() => checkFileSize(" ".repeat(40 * 2 ** 20), "a.ipynb")).toThrow("at most 32 million characters");
  });

  test("are limited by cell and line", () => {
    expect(() => checkCellSizes(withCells(10, "let a = 1;\n".repeat(1000)), "a.ipynb")).not.toThrow();
    expect(() => checkCellSizes(withCells(3000, ""), "a.ipynb")).toThrow("at most 2000 cells, got 3000");
    const line = `// exercise: double, 2 points${" ".repeat(30_000)}`;
    expect(() => checkCellSizes(withCells(1, line), "a.ipynb")).toThrow(
      "cell 1 must have at most 20000 characters in a line, got 30029",
    );
    expect(() => checkCellSizes(withCells(1, "a;\n".repeat(1e5)), "a.ipynb")).toThrow(
      "200000 characters, got 300000",
    );
  });
});
