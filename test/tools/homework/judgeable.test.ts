import { describe, expect, test } from "vitest";
import { requireJudgeable } from "../../../tools/homework/judgeable";

const answer = "const f = (x: number) => x;";

describe("requireJudgeable", () => {
  test("accepts checks that call what the exercise declares", () => {
    expect(() =>
      requireJudgeable("e", answer, 'check("e", () => [{ got: () => f(1), expected: 1 }]);'),
    ).not.toThrow();
    const many = 'check("e", () => [{ got: () => [1, 2].map((x) => Number(f(x) > 1)), expected: [0, 1] }]);';
    expect(() => requireJudgeable("e", answer, many)).not.toThrow();
  });

  test("refuses a check that does not call the answer", () => {
    expect(() =>
      requireJudgeable("e", answer, 'check("e", () => [{ got: curve[3], expected: 1 }]);'),
    ).toThrow(
      "the check of e does not name anything that the exercise declares (f); " +
        "call the answer inside this cell, so that a wrong answer fails",
    );
  });

  test("refuses a class", () => {
    const check = 'check("e", () => [{ got: () => new F().x, expected: 1 }]);';
    expect(() => requireJudgeable("e", "class F { x = 1; }", check)).toThrow(
      "the check of e uses the class F of the answer, which cannot be called from another process",
    );
  });

  test.each(["f(1)", "!f(1)", "() => f(1)", "() => (f(1))"])("refuses %s compared with true", (got) => {
    const check = `check("e", () => [\n{ name: "one", got: ${got}, expected: true }]);`;
    expect(() => requireJudgeable("e", answer, check)).toThrow(
      "this check of e compares a verdict of the answer with true or false, so that a constant passes; " +
        "compare a list of verdicts on several arguments, such as [1, 2, 3].map((x) => Number(f(x)))",
    );
  });
});
