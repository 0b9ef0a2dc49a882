import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { release } from "../../../tools/homework/release";
import { formatValidation, isReadyToSubmit, validate } from "../../../tools/homework/validate";
import type { Notebook } from "../../../tools/notebook/document";
import { CHECK, EXERCISE, MASTER, writeMaster } from "./support";

// The kernel finds the package `latent` from here.
const place = join(__dirname, "..", "..", "..", "notebooks", "made.ipynb");
const limits = { cell: 60, notebook: 0 };
function second(text: string) {
  return text.replaceAll("double", "twice").replace('"Double"', '"Twice"');
}
const { notebook } = release(
  writeMaster([...MASTER, { source: second(EXERCISE) }, { source: second(CHECK) }]),
);
function answered(answers: Readonly<Record<number, string>>): Notebook {
  return {
    ...notebook,
    cells: notebook.cells.map((cell, at) => ({ ...cell, source: answers[at] ?? cell.source })),
  };
}
const right = "const double = (x: number) => 2 * x;";

describe("validate", () => {
  test("continues after a wrong answer, and shows each check with its message", async () => {
    const student = answered({
      2: "const double = (x: number) => x ** 3;",
      4: "const twice = (x: number) => 2 * x;",
    });
    const found = await validate(student, place, { limits });
    expect(found.checks).toMatchObject([
      { exercise: "double", status: "failed" },
      { exercise: "twice", status: "passed" },
    ]);
    const text = formatValidation(found);
    expect(text).toContain("✗ double: failed\n    ✗ Double: 1 of 1 check failed");
    expect(text).toContain("expected 4");
    expect(text).toContain("✓ twice: passed");
    expect(found.failures).toEqual([]);
    expect(isReadyToSubmit(found)).toBe(false);
  });

  test("lists untouched exercises, and fails the check of an answer that does not compile", async () => {
    const found = await validate(answered({ 2: "const double = ;" }), place, { limits });
    expect(found.checks).toMatchObject([
      { status: "failed" },
      { exercise: "twice", status: "not attempted" },
    ]);
    expect(found.untouched).toEqual(["twice"]);
    expect(found.failures[0]).toMatch(/cell \[2\], line 1: .*Expression expected/);
  });

  test("fails the remaining checks if a cell ends the kernel", async () => {
    const found = await validate(answered({ 2: "process.kill(process.pid, 'SIGKILL');" }), place, { limits });
    expect(found.checks).toMatchObject([
      { status: "failed", message: "the cell was not run" },
      { status: "failed", message: "the cell was not run" },
    ]);
    expect(found.failures[0]).toContain("the kernel ended by SIGKILL");
  });

  test("reports a notebook as ready if all checks passed and no read-only cell changed", async () => {
    const found = await validate(answered({ 2: right, 4: right.replace("double", "twice") }), place, {
      limits,
    });
    expect(formatValidation(found)).toBe(
      "✓ double: passed\n✓ twice: passed\nThe notebook is ready to submit.",
    );
    expect(isReadyToSubmit(found)).toBe(true);
  });
});
