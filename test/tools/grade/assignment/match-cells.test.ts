import { beforeAll, describe, expect, test } from "vitest";
import { matchCells } from "../../../../tools/grade/assignment/match-cells";
import type { Assignment } from "../../../../tools/grade/assignment/assignment";
import { parseNotebookOfAnyLanguage } from "../../../../tools/notebook/read";
import { loadClass, tinyAssignment } from "../support";

interface Written {
  readonly id?: string;
  readonly source: string;
  readonly metadata?: object;
}

let assignment: Assignment;
let given: Written, double: Written, checkDouble: Written, total: Written, checkTotal: Written;
let stub: Written;
let solved: Written;

/** A cell that a student added. */
function extra(source: string, metadata: object = {}): Written {
  return { source, metadata };
}

/** nbgrader's metadata with an id, which editors copy with the cell. */
function withId(id: string): object {
  return { nbgrader: { grade_id: id } };
}

function match(...cells: readonly Written[]) {
  const stored = cells.map((cell) => ({ cell_type: "code", metadata: {}, ...cell }));
  return matchCells(
    parseNotebookOfAnyLanguage(JSON.stringify({ nbformat: 4, cells: stored }), "x.ipynb"),
    assignment,
  );
}

/** Where added cells are placed, by their sources. */
function places(...cells: readonly Written[]) {
  return match(...cells).added.map(({ cell, place, exercise }) => [cell.source, place, exercise]);
}

beforeAll(async () => {
  const { MASTER, HONEST } = await loadClass();
  const cellsOf = (text: string) => (JSON.parse(text) as { cells: Written[] }).cells;
  assignment = tinyAssignment(MASTER);
  [given, double, checkDouble, total, checkTotal] = cellsOf(MASTER) as [
    Written,
    Written,
    Written,
    Written,
    Written,
  ];
  stub = cellsOf(HONEST.untouched.text)[1] as Written;
  solved = { ...double, metadata: withId("double") };
});

describe("matchCells finds answers", () => {
  const states = (...cells: readonly Written[]) =>
    [...match(...cells).answers.values()].map(({ state }) => state);

  test("that are answered, untouched or missing, in any order", () => {
    expect(states(given, double, checkDouble, total, checkTotal)).toEqual(["answered", "answered"]);
    expect(states(checkTotal, total, checkDouble, double, given)).toEqual(["answered", "answered"]);
    expect(states(given, stub, checkDouble)).toEqual(["untouched", "missing"]);
  });

  test("by nbgrader's id, by the cell's id and by the declaration", () => {
    const code = "const double = (x: number) => 2 * x;";
    for (const cell of [
      extra(code, withId("double")),
      { ...extra(code), id: "double" },
      extra(`// exercise: double, 2 points\n${code}`),
      extra(`const two = 2;\n\n// exercise: double, 2 points\r\n${code}`), // merged with a cell above
    ])
      expect(match(given, cell, checkDouble).answers.get("double")).toMatchObject({
        state: "answered",
        source: cell.source,
      });
  });

  test("in a cell with two exercises, after a merge", () => {
    const both = extra(`${double.source}\n\n${total.source}`);
    const { answers } = match(given, both, checkDouble, checkTotal);
    expect([...answers.values()].map(({ source }) => source)).toEqual([both.source, both.source]);
  });

  test("in the last edited copy above the check", () => {
    const wrong = { ...solved, id: "copy", source: double.source.replace("2 * x", "0") };
    expect(match(given, wrong, solved, checkDouble).answers.get("double")?.source).toBe(double.source);
    expect(match(given, solved, { ...stub, id: "b" }, checkDouble).answers.get("double")).toMatchObject({
      source: double.source,
      note: "code cells 2, 3 have this exercise's id or name; 2 was graded as its answer",
    });
    expect(match(given, wrong, checkDouble, solved).answers.get("double")?.source).toBe(wrong.source);
    expect(match(given, stub, checkDouble, solved).answers.get("double")?.source).toBe(double.source);
  });

  test("in the part of a split cell that declares the exercise; the rest is an added cell", () => {
    const [head = "", ...rest] = double.source.split("\n");
    const parts = [`${head}\nconst two = 2;`, rest.join("\n")].map((source) =>
      extra(source, withId("double")),
    );
    const { answers, added } = match(given, ...parts, checkDouble);
    expect(answers.get("double")?.source).toBe(parts[0]?.source);
    expect(added).toMatchObject([{ cell: { source: parts[1]?.source }, place: "after", number: 3 }]);
  });

  test("in a line of megabytes", () => {
    expect(states(extra(`// exercise: ${"a".repeat(20e6)}`))).toEqual(["missing", "missing"]);
  });
});

describe("matchCells places added cells", () => {
  test("before the next answer, or between an answer and its check", () => {
    expect(places(extra("1"), given, extra("2"), double, extra("3"), checkDouble, extra("4"), total)).toEqual(
      [
        ["1", "before", "double"],
        ["2", "before", "double"],
        ["3", "after", "double"],
        ["4", "before", "total"],
      ],
    );
  });

  test("after the last answer if its check is missing, and nowhere below the last check", () => {
    expect(places(double, total, extra("1"))).toEqual([["1", "after", "total"]]);
    const { added, below } = match(given, double, checkDouble, total, checkTotal, extra("1"));
    expect([added, below]).toEqual([[], [6]]);
  });

  test("beside an exercise whose own cell is untouched or missing", () => {
    expect(places(given, stub, extra("1"), checkDouble)).toEqual([["1", "after", "double"]]);
    expect(places(given, extra("1"), checkDouble)).toEqual([["1", "after", "double"]]);
  });

  test("only once, although the whole notebook is copied below itself", () => {
    const all = [given, double, checkDouble, total, checkTotal];
    expect(match(...all, ...all).added).toEqual([]);
  });

  test("but not copies of the assignment's cells, untouched copies, comments and empty cells", () => {
    const changed = { ...given, source: "const base = 4;" };
    const copy = { ...given, id: "another" };
    expect(places(changed, copy, extra("// todo\n\n"), extra(" "), { ...stub, id: "c" }, double)).toEqual([]);
  });
});
