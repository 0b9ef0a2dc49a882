import { describe, expect, test } from "vitest";

function load() {
  return import("../../../tools/setup/test-stages.mjs");
}
const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };

describe("tallyOfVitest", () => {
  test("counts passed, failed and skipped tests", async () => {
    expect((await load()).tallyOfVitest(report, true)).toEqual({ passed: 7, failed: 0, skipped: 2 });
  });

  test("counts a file that could not be loaded as a failure", async () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{}] },
      { status: "passed", assertionResults: [] },
    ];
    const { tallyOfVitest } = await load();
    expect(tallyOfVitest({ ...report, numFailedTests: 1, testResults }, false)).toEqual({
      passed: 7,
      failed: 2,
      skipped: 2,
    });
  });

  test("counts an error outside all tests as a failure", async () => {
    expect((await load()).tallyOfVitest(report, false).failed).toBe(1);
  });
});

describe("testStages", () => {
  test("starts with the static checks and the unit tests", async () => {
    const names = (await load()).testStages().map(({ name }) => name);
    expect(names.slice(0, 5)).toEqual(["types", "lint", "format", "docs", "unit"]);
    expect(names.slice(5).every((name) => name === "notebooks")).toBe(true);
  });
});
