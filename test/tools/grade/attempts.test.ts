import { describe, expect, test } from "vitest";
import { countingAttempts, type Counting } from "../../../tools/grade/attempts";
import type { Result } from "../../../tools/grade/marking/result";
import type { Row } from "../../../tools/grade/report/csv";

/** Points, or a status without points. */
type Outcome = number | Exclude<Result["status"], "graded">;

function row(id: string, outcome: Outcome, percent = 0): Row {
  return {
    student: { id },
    result: {
      ...{ student: id, folder: id, assignment: "tiny", key: "", maxScore: 5, exercises: [] },
      ...{ seconds: 0, peakMemory: 0, kernels: 0, lateness: { daysLate: percent > 0 ? 1 : 0, percent } },
      ...(typeof outcome === "number" ? { status: "graded", score: outcome } : { status: outcome }),
    },
  };
}

describe("countingAttempts", () => {
  test.each<[name: string, outcomes: readonly Outcome[], last: number, best: number]>([
    ["more points later", [2, 4], 2, 2],
    ["fewer points later", [4, 2], 2, 1],
    ["equal points", [3, 3], 2, 1],
    ["one that was not handed in", [3, "not submitted"], 1, 1],
    ["the first that was handed in", ["not submitted", 0], 2, 2],
    ["one that cannot be read", [0, "unreadable"], 2, 1],
    ["one that needs marks", ["needs marks", 1], 2, 2],
    ["none", ["not submitted", "not submitted"], 1, 1],
  ])("%s", (_name, outcomes, last, best) => {
    const attempts = outcomes.map((outcome) => [row("ada", outcome)]);
    const chosen = (counting: Counting) =>
      countingAttempts(attempts, counting).map(({ result }) => result.attempt);
    expect([chosen("last"), chosen("best")]).toEqual([[last], [best]]);
  });

  test("the best is that with the most points after deductions", () => {
    const attempts = [[row("ada", 3)], [row("ada", 4, 40)]];
    expect(countingAttempts(attempts, "best")).toMatchObject([
      { result: { attempt: 1, note: "attempt 1 counts, the best of 2" } },
    ]);
  });

  test("everyone who is in one of them is counted, and names are compared as in the table of names", () => {
    const attempts = [
      [row("Jos\u00e9", 1), row("bob", 2)],
      [row("jose\u0301", 5), row("cem", 3)],
    ];
    expect(
      countingAttempts(attempts, "last").map(({ student, result }) => [student.id, result.attempt]),
    ).toEqual([
      ["jose\u0301", 2],
      ["bob", 1],
      ["cem", 2],
    ]);
  });
});
