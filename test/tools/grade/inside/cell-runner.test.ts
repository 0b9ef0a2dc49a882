import { describe, expect, test } from "vitest";
import { createCellRunner } from "../../../../tools/grade/inside/cell-runner";
import { valueIn } from "../../../../tools/grade/inside/variables";
import { createSources } from "../../../../tools/kernel/source/sources";

type Role = "given" | "answer";

function newRunner() {
  return createCellRunner(process.cwd(), createSources(), () => undefined);
}

/** Runs cells and returns how the last one ended: its result, or its error. */
async function endOf(cells: readonly (readonly [role: Role, source: string])[]): Promise<unknown> {
  const runner = newRunner();
  let last: unknown;
  for (const [at, [role, source]] of cells.entries()) {
    const { end, result } = await runner.run({ role, source, label: `Cell ${at + 1}` });
    last = end.status === "ok" ? result : `${end.ename}: ${end.evalue}`;
  }
  return last;
}

const COUNTER = "let steps = 0; const train = () => { steps += 1; return steps; }; train(); train();";

describe("createCellRunner", { timeout: 120_000 }, () => {
  test.each<[name: string, cells: readonly (readonly [Role, string])[], expected: unknown]>([
    [
      "an assignment reaches the functions of an earlier cell",
      [
        ["answer", COUNTER],
        ["answer", "steps = 0; train()"],
      ],
      "1",
    ],
    [
      "a function's assignment reaches later cells",
      [
        ["given", COUNTER],
        ["answer", "train(); steps"],
      ],
      "3",
    ],
    [
      "destructuring assigns",
      [
        ["answer", COUNTER],
        ["answer", "[steps] = [7]; train()"],
      ],
      "8",
    ],
    [
      "increments assign",
      [
        ["answer", COUNTER],
        ["answer", "steps++; train()"],
      ],
      "4",
    ],
    [
      "a name that is declared again is another variable",
      [
        ["answer", COUNTER],
        ["answer", "let steps = 'many'; steps"],
        ["answer", "train()"],
      ],
      "3",
    ],
    [
      "a cell that fails keeps the variables of earlier cells",
      [
        ["answer", COUNTER],
        ["answer", "if (Date.now() > 0) throw new Error('stop'); let steps = 9;"],
        ["answer", "steps"],
      ],
      "2",
    ],
    [
      "an answer cannot assign a variable of the assignment",
      [
        ["given", COUNTER],
        ["answer", "steps = 0; train()"],
      ],
      "TypeError: steps is a variable of the assignment and cannot be changed by an answer; use another name",
    ],
    [
      "an answer cannot declare it again",
      [
        ["given", COUNTER],
        ["answer", "let steps = 0; steps"],
      ],
      "TypeError: steps is a variable of the assignment and cannot be changed by an answer; use another name",
    ],
    [
      "constants stay",
      [
        ["given", "const rate = 0.5; rate"],
        ["given", "rate"],
      ],
      "0.5",
    ],
  ])("%s", async (_name, cells, expected) => {
    expect(await endOf(cells)).toBe(expected);
  });

  test("restores the variables of a moment, those inside functions too", async () => {
    const runner = newRunner();
    const { variables } = runner;
    await runner.run({ role: "answer", source: COUNTER, label: "Cell 1" });
    const moment = variables.snapshot();
    const train = variables.value("train") as () => number;
    expect([train(), train()]).toEqual([3, 4]);
    await runner.run({ role: "answer", source: "let steps = -1;", label: "Cell 2" });
    expect(variables.value("steps")).toBe(-1);
    variables.restore(moment);
    expect(valueIn(moment, "steps")).toBe(2);
    expect(variables.value("steps")).toBe(2);
    expect(train()).toBe(3);
  });

  test("a check runs on a copy of the variables, which also its second run begins with", async () => {
    const runner = newRunner();
    await runner.run({ role: "given", source: COUNTER, label: "Cell 1" });
    const source = [
      'import { check } from "latent";',
      "steps = 10; train();",
      'check("steps", () => [{ name: "after two", got: train(), expected: 12 }]);',
    ].join("\n");
    const before = runner.variables.snapshot();
    const { result, prepared } = await runner.runCheck({ source, label: "Cell 2" }, {});
    expect(result.end).toEqual({ status: "ok" });
    expect(result.checks).toMatchObject([{ status: "passed" }]);
    const again = await prepared?.full.run(before, {});
    expect(again?.checks).toEqual(result.checks);
    // later cells have what the cell itself did, without what its checks called
    expect(runner.variables.value("steps")).toBe(11);
  });
});
