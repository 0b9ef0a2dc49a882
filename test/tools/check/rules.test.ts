import { expect, test } from "vitest";
import { rulesOf } from "../../../tools/check/rules";
import { describeTolerance, exact, parseTolerance } from "../../../tools/check/compare/tolerance";

test("a cell without rules must reproduce its outputs exactly", () => {
  expect(rulesOf("const a = 1; // not volatile\n/* tolerance: 0.1 */")).toEqual({
    volatile: false,
    tolerance: exact,
    figures: new Map(),
  });
});

test("reads volatile and tolerances of the cell and of figures from comments on separate lines", () => {
  const source = [
    "// volatile: the time",
    "// tolerance: 0.02, 3 standard errors",
    "f();",
    "  // tolerance of elbo-curve: 0.5 absolute",
  ].join("\n");
  expect(rulesOf(source)).toEqual({
    volatile: true,
    tolerance: { relative: 0.02, absolute: 0, standardErrors: 3 },
    figures: new Map([["elbo-curve", { relative: 0, absolute: 0.5, standardErrors: 0 }]]),
  });
});

test.each([
  ["0.02", "2 %"],
  ["1e-6", "0.0001 %"],
  ["1 standard error", "1 standard errors"],
  ["3 standard errors, 0.05, 2 absolute", "5 % or 2 absolute or 3 standard errors"],
  ["0", "exact"],
])("%j is a tolerance", (text, words) => {
  expect(describeTolerance(parseTolerance(text))).toBe(words);
});

test.each(["", "small", "2", "0.02 0.03", "-0.1", "3 standard deviations", "0.1,"])(
  "%j is invalid, and the line is named",
  (text) => {
    expect(() => rulesOf(`f();\n// tolerance: ${text}`)).toThrow(
      "line 2: tolerance must be relative and below 1 (0.02), absolute (0.5 absolute) " +
        `or in standard errors (3 standard errors), got "${text}"`,
    );
  },
);
