import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readAssignment, type Assignment } from "../../../../tools/grade/assignment/assignment";
import { matchCells } from "../../../../tools/grade/assignment/match-cells";
import { gradeAll, type GradeOptions } from "../../../../tools/grade/grade";
import { NO_POLICY } from "../../../../tools/grade/lateness/late-policy";
import { chooseIsolation } from "../../../../tools/grade/sandbox/choose-isolation";
import { DEFAULT_IMAGE } from "../../../../tools/grade/sandbox/container";
import { DEFAULT_LIMITS } from "../../../../tools/grade/sandbox/limits";
import { release } from "../../../../tools/homework/release";
import type { Cell, Notebook } from "../../../../tools/notebook/document";
import { parseNotebookOfAnyLanguage } from "../../../../tools/notebook/read";
import { serializeNotebook } from "../../../../tools/notebook/write";
import { loadClass, newFolder, submission } from "../support";

const QUESTION = "<!-- exercise: why-two, 3 points -->";
const STUB = `${QUESTION}\n*Your answer here.*`;

let path: string;
let assignment: Assignment;
let released: Notebook;

/** Returns the released notebook with other words in place of the stub. */
function handIn(change: (cell: Cell) => readonly Cell[]): Notebook {
  return {
    ...released,
    cells: released.cells.flatMap((cell) => (cell.id === "why" ? change(cell) : [cell])),
  };
}

function words(source: string): Notebook {
  return handIn((cell) => [{ ...cell, source }]);
}

function answerIn(notebook: Notebook) {
  return matchCells(parseNotebookOfAnyLanguage(serializeNotebook(notebook), "x.ipynb"), assignment);
}

beforeAll(async () => {
  const { MASTER } = await loadClass();
  const master = JSON.parse(MASTER) as { cells: object[] };
  const source = `${QUESTION}\n// BEGIN SOLUTION\nBecause it doubles.\n// END SOLUTION`;
  master.cells.push({ id: "why", cell_type: "markdown", metadata: {}, source });
  path = join(newFolder(), "tiny.ipynb");
  writeFileSync(path, JSON.stringify(master));
  assignment = readAssignment(path, false);
  released = release(path).notebook;
});

describe("an exercise to be answered in words", () => {
  test("is released without its solution, as nbgrader's solution that is graded by hand", () => {
    const cell = released.cells.find(({ id }) => id === "why");
    expect(cell).toMatchObject({
      cell_type: "markdown",
      source: STUB,
      metadata: {
        deletable: false,
        nbgrader: { grade: true, solution: true, locked: false, grade_id: "why-two", points: 3 },
      },
    });
    expect(release(path).manifest).toMatchObject({ points: 8, exercises: [{}, {}, { written: true }] });
    expect(JSON.stringify(released)).not.toContain("Because");
  });

  test.each<[string, (cell: Cell) => readonly Cell[], state: string, source: string]>([
    ["as it was released", (cell) => [cell], "untouched", STUB],
    ["with other blanks", (cell) => [{ ...cell, source: `${STUB}  \r\n` }], "untouched", STUB],
    ["emptied", (cell) => [{ ...cell, source: QUESTION }], "untouched", STUB],
    ["deleted", () => [], "missing", STUB],
    ["answered", (cell) => [{ ...cell, source: "Two." }], "answered", "Two."],
    [
      "as code, with another id",
      () => [{ id: "new", metadata: {}, cell_type: "code", source: `${QUESTION}\nTwo.`, outputs: [] }],
      "answered",
      `${QUESTION}\nTwo.`,
    ],
    [
      "copied, and the copy answered",
      (cell) => [cell, { ...cell, id: "copy", source: "Two." }],
      "answered",
      "Two.",
    ],
  ])("%s", (_name, change, state, source) => {
    const { answers, added } = answerIn(handIn(change));
    expect(answers.get("why-two")).toMatchObject({ state, source });
    expect(added).toEqual([]);
  });
});

describe("grading answers in words", { timeout: 600_000 }, () => {
  test.skipIf(process.platform !== "linux")(
    "waits for a person's marks, and runs nothing again",
    async () => {
      const out = newFolder();
      const logged: string[] = [];
      const options: GradeOptions = {
        ...{ out, jobs: 1, limits: DEFAULT_LIMITS, policy: NO_POLICY },
        isolation: chooseIsolation("none", DEFAULT_IMAGE),
        log: (line) => void logged.push(line),
        drawing: { renderSvg: () => Promise.resolve("<svg></svg>"), loadPlot: () => import("latent/plot") },
      };
      const submissions = [
        submission("ada", serializeNotebook(words("Twice <b>that</b>."))),
        submission("bob", serializeNotebook(released)),
        submission("cem", "not a notebook"),
      ];
      const lines = (): string[] => readFileSync(join(out, "grades.csv"), "utf8").split("\n").slice(1, -1);
      const feedback = (): string => readFileSync(join(out, "feedback", "ada", "feedback.html"), "utf8");
      await gradeAll(submissions, assignment, options);
      expect(lines().slice(0, 2)).toEqual([
        "tiny,,,ada,,,,,,,8,needs marks,to be marked: why-two",
        "tiny,,,bob,,,,0,0,0,8,graded,no exercise is answered",
      ]);
      expect(feedback()).toContain("why-two: to be marked, of 3");
      expect(feedback()).toContain("Twice &lt;b&gt;that&lt;/b&gt;.");
      const list = readFileSync(join(out, "instructor", "marks.csv"), "utf8");
      expect(list.split("\n").slice(1)).toEqual(["ada,,why-two,,,3,Twice <b>that</b>.", ""]);

      const marks = new Map([
        ["ada", [{ exercise: "why-two", points: 2.5, comment: "Yes & no." }]],
        ["bob", [{ exercise: "double", points: 1 }]],
      ]);
      const reference = /own solutions/;
      const runs = logged.filter((line) => reference.test(line)).length;
      await gradeAll(submissions, assignment, { ...options, marks });
      expect(logged.filter((line) => reference.test(line))).toHaveLength(runs);
      expect(lines().slice(0, 2)).toEqual([
        "tiny,,,ada,,,,2.5,0,2.5,8,graded,marked by hand: why-two 2.5",
        "tiny,,,bob,,,,1,0,1,8,graded,no exercise is answered; marked by hand: double 1 instead of 0",
      ]);
      expect(feedback()).toContain("why-two: 2.50 of 3</h3>");
      expect(feedback()).toContain("Yes &amp; no.");
      expect(readFileSync(join(out, "feedback", "bob", "feedback.html"), "utf8")).toContain(
        "double: 1.00 of 2 (by its checks 0.00)",
      );
    },
  );
});
