import { describe, expect, test } from "vitest";
import { platformCsv, toCsv, type Row } from "../../../../tools/grade/report/csv";
import type { Result } from "../../../../tools/grade/marking/result";
import type { Student } from "../../../../tools/grade/submissions/submissions";
import { parseCsv } from "../../../../tools/common/csv";

function row(student: Student, result: Partial<Result>): Row {
  return {
    student,
    result: {
      student: student.id,
      assignment: "tiny",
      folder: "x",
      key: "",
      status: "graded",
      exercises: [],
      seconds: 0,
      peakMemory: 0,
      kernels: 0,
      maxScore: 5,
      ...result,
    },
  };
}
const late = {
  daysLate: 2,
  percent: 20,
  due: "2026-11-30 23:59:59+01:00",
  submitted: "2026-12-02 08:00:00+01:00",
};
const rows = [
  row(
    { id: "ada", firstName: "Ada", lastName: "King, Countess", email: "a@x.org", platformId: "17" },
    { score: 6 },
  ),
  row({ id: "bob", platformId: "18" }, { score: 4, lateness: { ...late, note: "2 days late" } }),
  row({ id: "cem" }, { status: "unreadable", problem: "is not\na notebook" }),
  row({ id: "dee", platformId: "20" }, { status: "not submitted", problem: "nothing was handed in" }),
];

describe("toCsv", () => {
  test("fills nbgrader's columns, and leaves unknown scores empty with the reason", () => {
    expect(parseCsv(toCsv(rows)).slice(1)).toEqual([
      ["tiny", "", "", "ada", "King, Countess", "Ada", "a@x.org", "6", "0", "6", "5", "graded", ""],
      ["tiny", late.due, late.submitted, "bob", "", "", "", "4", "1", "3", "5", "graded", "2 days late"],
      ["tiny", "", "", "cem", "", "", "", "", "", "", "5", "unreadable", "is not a notebook"],
      ["tiny", "", "", "dee", "", "", "", "", "", "", "5", "not submitted", "nothing was handed in"],
    ]);
  });

  test("never deducts more than the points, quotes fields, and escapes formulas", () => {
    const csv = toCsv([
      row({ id: "=1+1" }, { score: 0.5, lateness: { daysLate: 9, percent: 100 } }),
      row({ id: 'a,"b"' }, { status: "grading failed", problem: "x".repeat(1e6) }),
    ]);
    expect(csv.split("\n").slice(1)).toEqual([
      "tiny,,,'=1+1,,,,0.5,0.5,0,5,graded,",
      `tiny,,,"a,""b""",,,,,,,5,grading failed,${"x".repeat(500)}`,
      "",
    ]);
  });
});

describe("platformCsv", () => {
  test("writes Canvas's columns, and no row that would delete a grade", () => {
    const { file, text, warnings } = platformCsv(rows, "tiny", "canvas", "HW 1 (1234)");
    expect(file).toBe("grades-canvas.csv");
    expect(parseCsv(text)).toEqual([
      ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "HW 1 (1234)"],
      ["Points Possible", "", "", "", "", "5"],
      ["Ada King, Countess", "17", "", "", "", "6"],
      ["bob", "18", "", "", "", "3"],
    ]);
    expect(warnings).toEqual(["2 students without a score: cem, dee"]);
    const login = platformCsv([row({ id: "eve@x.org" }, { score: 1 })], "tiny", "canvas");
    expect(parseCsv(login.text)[2]).toEqual(["eve@x.org", "", "", "eve@x.org", "", "1"]);
  });

  test("writes Moodle's columns, and says what Moodle cannot import", () => {
    const { file, text, warnings } = platformCsv(rows, "tiny", "moodle");
    expect(file).toBe("grades-moodle.csv");
    expect(parseCsv(text)).toEqual([
      ["Identifier", "Full name", "Email address", "Grade", "Maximum grade", "Last modified (grade)"],
      ["Participant 17", "Ada King, Countess", "a@x.org", "6", "5", ""],
      ["Participant 18", "bob", "", "3", "5", ""],
      ["Participant 20", "dee", "", "", "5", ""],
    ]);
    expect(warnings).toEqual([
      "2 students without a score: cem, dee",
      "1 student left out without Moodle's number; add it to --names in the column platform_id: cem",
      "1 student above the maximum, which Moodle does not import; raise the maximum grade there: ada",
    ]);
  });
});
