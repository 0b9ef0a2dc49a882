import { describe, expect, test } from "vitest";
import { normalizeDisplay, normalizeText } from "../../../../tools/check/compare/normalize";
import { splitAtNumbers } from "../../../../tools/check/compare/numbers-in-text";
import { compareText } from "../../../../tools/check/compare/compare-text";
import { exact, parseTolerance } from "../../../../tools/check/compare/tolerance";

function differs(expected: string, got: string, tolerance: string): boolean {
  return compareText(expected, got, parseTolerance(tolerance)).length > 0;
}

describe("splitAtNumbers", () => {
  test.each([
    ["ELBO -104.4, −78.2 and +3", [-104.4, -78.2, 3]],
    ["1,200 of 5,000 steps, 12,34", [1200, 5000, 12, 34]],
    ["1e-3 then 2.5E+10.", [0.001, 2.5e10]],
    ["0.1-0.2 and (3)%", [0.1, 0.2, 3]],
    ["z14, 28x28, v1.2.3, a_1, 12px, 0x1f", []],
  ])("%j", (text, values) => {
    expect(splitAtNumbers(text).numbers.map(({ value }) => value)).toEqual(values);
  });

  test("finds the unit of the last decimal and the standard error of a number", () => {
    expect(splitAtNumbers("K = 10: -102.83 nats (± 1.87, over 200 images)").numbers).toEqual([
      { text: "10", value: 10, unit: 0, isError: false },
      { text: "-102.83", value: -102.83, unit: 0.01, isError: false, error: 1.87 },
      { text: "1.87", value: 1.87, unit: 0.01, isError: true },
      { text: "200", value: 200, unit: 0, isError: false },
    ]);
  });
});

describe("without a tolerance", () => {
  test("texts must be equal", () => {
    expect(compareText("a 1.0\nb\n", "a 1.0\nb", exact)).toEqual([]);
    expect(compareText("a 1.0\nb 2", "a 1.00\nb 2", exact)).toEqual([
      { where: "line 1", expected: "a 1.0", got: "a 1.00" },
    ]);
  });

  test("added and removed lines are reported between the common ones", () => {
    expect(compareText("a\nb\nc", "a\nc", exact)).toEqual([
      { where: "line 2", expected: "b", got: "nothing" },
    ]);
    expect(compareText("", "new\nlines", exact)).toEqual([
      { where: "line 1", expected: "nothing", got: "new\nlines" },
    ]);
  });
});

describe("with a tolerance", () => {
  test.each([
    ["loss 100.0", "loss 101.9", "0.02", false],
    ["loss 100.0", "loss 102.2", "0.02", true],
    ["loss 0.7", "loss 0.8", "0.02", false], // one unit of the last decimal: rounding
    ["loss 0.7", "loss 0.9", "0.02", true],
    ["3 of 4 passed", "4 of 4 passed", "0.1", true], // integers are not rounded
    ["13 of 20 active", "12 of 20 active", "1 absolute", false],
    ["13 of 20 active", "11 of 20 active", "1 absolute", true],
    ["loss 9.5", "loss 10.5", "0.2", false],
    ["loss   9.5", "loss 10.5", "0.2", false], // the padding depends on the width of the number
    ["loss 9.5 nats", "loss 9.5 bits", "0.2", true],
    ["a 1.0", "a 1.0 2.0", "0.2", true],
    ["a 0.0", "a 0.4", "0.02, 0.3 absolute", false],
    ["a 0.0", "a 0.5", "0.02, 0.3 absolute", true],
    ["a 1.0", "a NaN", "0.2", true],
  ])("%j → %j under %j", (expected, got, tolerance, found) => {
    expect(differs(expected, got, tolerance)).toBe(found);
  });

  test("uses the standard error printed next to a number, which may itself differ by a fifth", () => {
    const se = "3 standard errors";
    expect(differs("-107.8 ± 2.6 nats", "-100.1 ± 2.4 nats", se)).toBe(false);
    expect(differs("-107.8 ± 2.6 nats", "-99.8 ± 2.6 nats", se)).toBe(true);
    expect(differs("-107.8 ± 2.6 nats", "-107.8 ± 3.4 nats", se)).toBe(true);
    expect(differs("-107.8 nats (± 2.6, se)", "-101.1 nats (± 2.6, se)", se)).toBe(false);
    expect(differs("-107.8 nats, no error", "-107.9 nats, no error", se)).toBe(false);
    expect(differs("-107.8 nats, no error", "-108.1 nats, no error", se)).toBe(true);
  });

  test("a difference is reported with its size and the tolerance", () => {
    expect(compareText("a\nloss 2.00", "a\nloss 2.10", parseTolerance("0.02"))).toEqual([
      {
        where: "line 2",
        expected: "loss 2.00",
        got: "loss 2.10",
        relative: expect.closeTo(0.05, 6) as number,
        allowed: "2 %",
      },
    ]);
  });
});

describe("normalization", () => {
  test("removes colours, trailing spaces and carriage returns", () => {
    expect(normalizeText("\u001b[32m✓ passed\u001b[0m  \r\nnext")).toBe("✓ passed\nnext");
  });

  test("removes only the time and speed of a progress line", () => {
    const line = "β = 4: 3,000 steps in 8.5 s · 352 steps/s · ELBO −101.2";
    const later = "β = 4: 3,000 steps in 1 min 5 s · 46.2 steps/s · ELBO −101.2";
    expect(normalizeDisplay(line)).toBe("β = 4: 3,000 steps in … s · … steps/s · ELBO −101.2");
    expect(normalizeDisplay(later)).toBe(normalizeDisplay(line));
    expect(normalizeDisplay("it took 8.5 s")).toBe("it took 8.5 s");
  });
});
