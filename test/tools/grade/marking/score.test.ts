import { beforeAll, describe, expect, test } from "vitest";
import type { CheckOutcome } from "../../../../tools/grade/channel/messages";
import { scoreExercise } from "../../../../tools/grade/marking/score";
import type { Assignment } from "../../../../tools/grade/assignment/assignment";
import { loadClass, tinyAssignment } from "../support";

function outcome(name: string, expected: number): CheckOutcome {
  return {
    exercise: "Double",
    name,
    status: "passed",
    got: expected,
    expected,
    tolerance: 1e-6,
  };
}
const both = [outcome("of two", 4), outcome("of seventeen", 34)];
const reference = [outcome("of two", 4), { ...outcome("of seventeen", 34), hidden: true as const }];
let assignment: Assignment;
beforeAll(async () => {
  assignment = tinyAssignment((await loadClass()).MASTER);
});
const answered = { state: "answered", source: "" } as const;
function score(checks: readonly CheckOutcome[], failure?: string) {
  return scoreExercise(
    assignment,
    "double",
    { checks, shown: [], ...(failure === undefined ? {} : { failure }) },
    { double: reference },
    answered,
  );
}

describe("scoreExercise", () => {
  test("gives points in proportion to the checks that passed", () => {
    expect(score(both).score).toBe(2);
    const failed: CheckOutcome = { ...outcome("of seventeen", 34), status: "failed", problem: "got 4" };
    expect(score([outcome("of two", 4), failed]).score).toBe(1);
  });

  test("marks hidden tests", () => {
    expect(score(both).checks.map(({ hidden }) => hidden)).toEqual([false, true]);
  });

  test("gives 0 points if checks are missing or surplus, or the cell failed", () => {
    expect(score([]).score).toBe(0);
    expect(score(both.slice(0, 1)).score).toBe(0);
    expect(score([...both, ...both]).score).toBe(0);
    expect(score(both, "Error: oh").score).toBe(0);
  });

  test("does not count a check whose expected value or tolerance differs from the reference run", () => {
    const moved = { ...outcome("of seventeen", 0), got: 0 };
    expect(score([outcome("of two", 4), moved]).checks[1]?.problem).toContain(
      "differs from the reference run",
    );
    expect(score([outcome("of two", 4), { ...outcome("of seventeen", 34), tolerance: 1e9 }]).score).toBe(1);
  });

  test("compares tolerances, of which the default is relative", () => {
    const { name, expected, got = 0, exercise, status } = outcome("of seventeen", 34);
    const loose: CheckOutcome = { name, expected: expected ?? 0, got, exercise, status };
    expect(score([outcome("of two", 4), loose]).score).toBe(1);
    const pair = { double: [outcome("of two", 4), loose] };
    const scored = (tolerance: number) =>
      scoreExercise(
        assignment,
        "double",
        { checks: [outcome("of two", 4), { ...loose, tolerance }], shown: [] },
        pair,
        answered,
      );
    expect(scored(34e-6).score).toBe(2);
    expect(scored(35e-6).score).toBe(1);
  });

  test("gives 0 points for an unanswered exercise even if its checks passed", () => {
    const open = { state: "untouched", source: "" } as const;
    expect(
      scoreExercise(assignment, "double", { checks: both, shown: [] }, { double: both }, open).score,
    ).toBe(0);
  });
});
