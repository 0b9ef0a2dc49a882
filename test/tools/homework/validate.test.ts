import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { release } from "../../../tools/homework/release";
import { formatValidation, isWell, validate } from "../../../tools/homework/validate";
import type { Notebook } from "../../../tools/notebook/document";
import { CHECK, EXERCISE, MASTER, writeMaster } from "./support";

// Where the kernel finds the package `latent`.
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
  test("goes on behind a wrong answer, and shows each check with its message", async () => {
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
    expect(isWell(found)).toBe(false);
  });

  test("tells what is untouched, and does not take an answer that does not compile for a pass", async () => {
    const found = await validate(answered({ 2: "const double = ;" }), place, { limits });
    expect(found.checks).toMatchObject([
      { status: "failed" },
      { exercise: "twice", status: "not attempted" },
    ]);
    expect(found.untouched).toEqual(["twice"]);
    expect(found.failures[0]).toMatch(/cell \[2\], line 1: .*Expression expected/);
  });

  test("does not wait for a kernel that a cell ended", async () => {
    const found = await validate(answered({ 2: "process.kill(process.pid, 'SIGKILL');" }), place, { limits });
    expect(found.checks).toMatchObject([
      { status: "failed", message: "it was not reached" },
      { status: "failed", message: "it was not reached" },
    ]);
    expect(found.failures[0]).toContain("the kernel ended by SIGKILL");
  });

  test("is well when all passed and nothing was changed", async () => {
    const found = await validate(answered({ 2: right, 4: right.replace("double", "twice") }), place, {
      limits,
    });
    expect(formatValidation(found)).toBe(
      "✓ double: passed\n✓ twice: passed\nAll is well: it can be handed in.",
    );
    expect(isWell(found)).toBe(true);
  });
});
