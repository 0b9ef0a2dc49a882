import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withMarks } from "../../../../tools/grade/manual/marks";
import { toMarksList } from "../../../../tools/grade/manual/marks-list";
import { readMarks } from "../../../../tools/grade/manual/read-marks";
import type { Result } from "../../../../tools/grade/marking/result";
import type { ScoredExercise } from "../../../../tools/grade/marking/score";
import { newFolder } from "../support";

const EXERCISES = [
  { name: "double", points: 2 },
  { name: "why", points: 3, written: true },
] as const;

const double: ScoredExercise = { name: "double", points: 2, score: 1, state: "answered", checks: [] };
const why: ScoredExercise = { name: "why", points: 3, score: 0, state: "answered", checks: [], text: "So." };

function result(part: Partial<Result> = {}): Result {
  return {
    ...{ student: "ada", folder: "ada", assignment: "tiny", key: "", status: "graded", maxScore: 5 },
    ...{ exercises: [double, why], seconds: 0, peakMemory: 0, kernels: 1 },
    ...part,
  };
}

function file(text: string): string {
  const path = join(newFolder(), "marks.csv");
  writeFileSync(path, text);
  return path;
}

describe("withMarks", () => {
  test("an answer in words has no score until it is marked, even with 0", () => {
    const open = withMarks(result(), [], EXERCISES);
    expect([open.status, open.score]).toEqual(["needs marks", undefined]);
    const marked = withMarks(open, [{ exercise: "why", points: 0, comment: "No reason." }], EXERCISES);
    expect([marked.status, marked.score]).toEqual(["graded", 1]);
    expect(marked.exercises[1]).toMatchObject({ score: 0, comment: "No reason." });
    expect(withMarks(marked, [], EXERCISES)).toEqual(open);
  });

  test.each(["untouched", "missing"] as const)("an answer in words that is %s is worth 0", (state) => {
    const none = withMarks(result({ exercises: [double, { ...why, state, text: "" }] }), [], EXERCISES);
    expect([none.status, none.score]).toEqual(["graded", 1]);
  });

  test("points of a person replace those of the checks, and can be taken back", () => {
    const exercises = [double];
    const given = withMarks(result({ exercises }), [{ exercise: "double", points: 2 }], EXERCISES);
    expect(given).toMatchObject({ score: 2, exercises: [{ score: 2, automatic: 1 }] });
    const again = withMarks(given, [{ exercise: "double", points: 0.5 }, { comment: "Well." }], EXERCISES);
    expect(again).toMatchObject({ score: 0.5, comment: "Well.", exercises: [{ automatic: 1 }] });
    expect(withMarks(again, [], EXERCISES)).toEqual(withMarks(result({ exercises }), [], EXERCISES));
  });

  test("a submission that could not be graded has a score once every exercise is marked", () => {
    const unreadable = result({ status: "unreadable", exercises: [] });
    const some = withMarks(unreadable, [{ exercise: "double", points: 2 }], EXERCISES);
    expect([some.status, some.score, some.exercises.length]).toEqual(["unreadable", undefined, 2]);
    const marks = [
      { exercise: "double", points: 2 },
      { exercise: "why", points: 1.5 },
    ];
    const all = withMarks(some, marks, EXERCISES);
    expect([all.status, all.score]).toEqual(["unreadable", 3.5]);
    expect(withMarks(all, [], EXERCISES)).toEqual(unreadable);
  });
});

describe("readMarks", () => {
  test("reads points with points or commas, comments, and skips rows that say nothing", () => {
    const path = file(
      'student_id;exercise;points;comment;max_points;answer\nAda ;why;2,5;"Good;\nbrief";3;So.\n' +
        "bob;why;;;3;Hm.\nbob;;;Late, but complete.;;\n",
    );
    expect([...(readMarks(path, EXERCISES, [["ada", "bob"]])[0] ?? [])]).toEqual([
      ["ada", [{ exercise: "why", points: 2.5, comment: "Good;\nbrief" }]],
      ["bob", [{ comment: "Late, but complete." }]],
    ]);
  });

  test.each([
    [
      "student,points\nada,1",
      "must have the columns student_id, exercise, points and comment; got student, points",
    ],
    [
      "student_id,exercise,points\neve,why,1",
      'row 2: no student has the id "eve"; see grades.csv for the ids',
    ],
    ["student_id,exercise,points\nada,how,1", 'no exercise is named "how"; the exercises are double, why'],
    ["student_id,exercise,points\nada,why,4", 'the points of why must be from 0 to 3, got "4"'],
    ["student_id,exercise,points\nada,why,-1", 'the points of why must be from 0 to 3, got "-1"'],
    ["student_id,exercise,points\nada,why,two", 'the points of why must be from 0 to 3, got "two"'],
    ["student_id,exercise,points\nada,,2", "row 2: points need an exercise; name one, or leave them empty"],
    [
      "student_id,exercise,points\nada,why,1\nada,why,2",
      "row 3: another row marks why of ada; keep one of them",
    ],
  ])("refuses %j", (text, message) => {
    expect(() => readMarks(file(text), EXERCISES, [["ada"]])).toThrow(message);
  });

  test.each([
    ["student_id,exercise,points\nada,why,1", 'row 2: the attempt must be a number from 1 to 2, got ""'],
    ["student_id,attempt,exercise,points\nada,3,why,1", 'must be a number from 1 to 2, got "3"'],
    ["student_id,attempt,exercise,points\nada,1,why,1", 'row 2: no student has the id "ada"'],
  ])("asks for the attempt if there are several: %j", (text, message) => {
    expect(() => readMarks(file(text), EXERCISES, [["bob"], ["ada"]])).toThrow(message);
  });

  test("reads the list that it is given as it was written", () => {
    const marks = [{ exercise: "double", points: 1.5 }, { comment: '=1+1, "quoted"' }];
    const results = [
      withMarks(result({ student: "-ada", attempt: 2 }), marks, EXERCISES),
      withMarks(result({ student: "bob", attempt: 1 }), [], EXERCISES),
    ];
    const list = toMarksList(results) ?? "";
    expect(list.split("\n")[0]).toBe("student_id,attempt,exercise,points,comment,max_points,answer");
    expect(list).toContain("bob,1,why,,,3,So.\n");
    const read = readMarks(file(list), EXERCISES, [["bob"], ["-ada", "bob"]]);
    expect(read).toEqual([new Map(), new Map([["-ada", marks]])]);
  });

  test("there is no list without anything to mark", () => {
    const none = withMarks(result({ exercises: [double] }), [], EXERCISES);
    expect(toMarksList([none])).toBeUndefined();
  });
});
