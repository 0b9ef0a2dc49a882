import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../tools/grade/sandbox/limits";
import { release } from "../../../tools/homework/release";
import type { Cell, Notebook } from "../../../tools/notebook/document";
import { handedOutAssignment } from "../../../tools/validate/handed-out-assignment";
import { formatValidation, isReadyToSubmit, validate } from "../../../tools/validate/validate";
import { CHECK, EXERCISE, MASTER, writeMaster } from "../homework/support";

function second(text: string) {
  return text.replaceAll("double", "twice").replace('"Double"', '"Twice"');
}
const { notebook } = release(
  writeMaster([...MASTER, { source: second(EXERCISE) }, { source: second(CHECK) }]),
);
const [TEXT, GIVEN, DOUBLE, CHECK_DOUBLE, TWICE, CHECK_TWICE] = notebook.cells as [
  Cell,
  Cell,
  Cell,
  Cell,
  Cell,
  Cell,
];
const right = "const double = (x: number) => 2 * x;";
const twice = right.replace("double", "twice");

function code(source: string, like: Partial<Cell> = {}): Cell {
  return { id: `added-${(count += 1)}`, cell_type: "code", metadata: {}, ...like, source };
}
let count = 0;
function withCells(...cells: readonly Cell[]): Notebook {
  return { ...notebook, cells };
}
/** The notebook with these answers. */
function answered(double: string, other: string): Notebook {
  return withCells(TEXT, GIVEN, code(double, DOUBLE), CHECK_DOUBLE, code(other, TWICE), CHECK_TWICE);
}
function run(student: Notebook) {
  const { cells } = student;
  return validate({ ...student, cells }, handedOutAssignment(student, "a.ipynb", false), {
    limits: { ...DEFAULT_LIMITS, memory: 2 ** 30 },
  });
}

describe.skipIf(process.platform === "win32")("validate", () => {
  test("continues after a wrong answer, and shows each failed check with its expected value", async () => {
    const found = await run(answered("const double = (x: number) => x ** 3;", twice));
    expect(formatValidation(found)).toBe(
      "✗ double: failed\n    two: got 8, expected 4\n✓ twice: passed\n" +
        "The notebook is not ready to submit yet.",
    );
    expect(isReadyToSubmit(found)).toBe(false);
  });

  test("lists untouched exercises, and fails the check of an answer that does not compile", async () => {
    const found = await run(answered("const double = ;", TWICE.source));
    expect(found.exercises).toMatchObject([
      { exercise: "double", status: "failed" },
      { exercise: "twice", status: "not attempted" },
    ]);
    expect(found.exercises[0]?.reasons.join("\n")).toMatch(/code cell \[2\]:1:\d+ - Expression expected/);
  });

  test("checks the other exercises if an answer ends the kernel", async () => {
    const found = await run(
      answered("const all: unknown[] = []; for (;;) all.push(new Float64Array(1e7).fill(1));", twice),
    );
    expect(found.exercises.map(({ status }) => status)).toEqual(["failed", "passed"]);
  });

  test("reports a notebook as ready if all checks pass, without its metadata of the language", async () => {
    const { latent } = notebook.metadata;
    const found = await run({ ...answered(right, twice), metadata: { latent } });
    expect(formatValidation(found)).toBe(
      "✓ double: passed\n✓ twice: passed\nThe notebook is ready to submit.",
    );
  });

  test("runs helpers in added cells, and refuses what the grader refuses", async () => {
    const helper = code("const two = () => 2;");
    const double = code("const double = (x: number) => two() * x;", DOUBLE);
    const reads = code('import { readFileSync } from "node:fs";\nconst twice = (x: number) => 2 * x;', TWICE);
    const found = await run(withCells(GIVEN, helper, double, CHECK_DOUBLE, reads, CHECK_TWICE));
    expect(found.exercises).toMatchObject([{ status: "passed" }, { status: "failed" }]);
    expect(found.exercises[1]?.reasons.join("\n")).toContain('an answer cannot import "node:fs"');
  });

  test("gives the advice that fits what an editor did to the cells", async () => {
    const helper = code("const two = () => 2;");
    const [head = "", ...rest] = EXERCISE.split("\n");
    const split = [
      code(`${head}\nconst four = 4;`, DOUBLE),
      code(rest.join("\n"), { ...DOUBLE, id: "part" }),
    ];
    const typo = code('import { check, tf } from "latent";', GIVEN);
    const needs = code("const twice = (x: number) => two() * x;", TWICE);
    const found = await run(withCells(typo, ...split, CHECK_DOUBLE, needs, CHECK_TWICE, helper));
    expect(formatValidation(found)).toBe(
      [
        "✓ double: passed",
        "✗ twice: failed",
        "    TypeScriptError: code cell [5]:1:30 - Cannot find name 'two'.",
        "double: code cells 2, 3 have this exercise's id or name; 2 was graded as its answer",
        "code cell 1: changed, but the original is graded; put your own code into a cell that you add",
        "code cell 7: below the last check, and not run; move what an exercise needs above that exercise",
        "The notebook is not ready to submit yet.",
      ].join("\n"),
    );
  });

  test("says which exercises are missing, and what an added cell threw", async () => {
    const found = await run(
      withCells(
        GIVEN,
        CHECK_DOUBLE,
        { ...TWICE, cell_type: "markdown" },
        code("throw new Error('oh')"),
        CHECK_TWICE,
      ),
    );
    expect(formatValidation(found)).toBe(
      [
        "○ double: not attempted",
        "    its cell is not in the notebook; copy it back from the original",
        "○ twice: not attempted",
        "    its cell is not in the notebook; copy it back from the original",
        "added cell [3], which you added, stopped with Error: oh",
        "twice: its cell has the type markdown; change it back to Code",
        "The notebook is not ready to submit yet.",
      ].join("\n"),
    );
  });

  test("removes its folder, and those of runs that were killed", async () => {
    mkdirSync(".scratch-999999999-1", { recursive: true });
    await run(answered(right, twice));
    expect(existsSync(".scratch-999999999-1")).toBe(false);
    expect(readdirSync(".").filter((name) => name.startsWith(`.scratch-${process.pid}-`))).toEqual([]);
  });

  test("throws for a notebook that does not say which assignment it is", () => {
    expect(() => handedOutAssignment({ ...notebook, metadata: {} }, "a.ipynb", false)).toThrow(
      "a.ipynb does not say which assignment it is: its metadata has no complete latent.assignment; " +
        "use the notebook that you were given, or pass that as --original",
    );
  });

  test("says which answers in words are there, and which are not", async () => {
    const question = "<!-- exercise: why, 1 point -->";
    const words = `${question}\n// BEGIN SOLUTION\nBecause.\n// END SOLUTION`;
    const { notebook: released } = release(writeMaster([...MASTER, { type: "markdown", source: words }]));
    const [text, given, double, check, why] = released.cells as [Cell, Cell, Cell, Cell, Cell];
    const withWhy = (source: string): Notebook => ({
      ...released,
      cells: [text, given, code(right, double), check, { ...why, source }],
    });
    expect(formatValidation(await run(withWhy("It is twice.")))).toBe(
      "✓ double: passed\n✓ why: answered; a person will mark it\nThe notebook is ready to submit.",
    );
    expect(formatValidation(await run(withWhy(why.source)))).toBe(
      "✓ double: passed\n○ why: not attempted\nThe notebook is not ready to submit yet.",
    );
  });
});
