import { expect, test } from "vitest";
import { formatFailure, placeOf } from "../../../tools/execution/run-failure";
import { formatTable } from "../../../tools/run/result-table";

test("formats the table of notebooks", () => {
  expect(
    formatTable([
      { path: "notebooks/05-vae.ipynb", passed: 21, cells: 21, seconds: 102.34, peakMemory: 812 * 2 ** 20 },
      { path: "a.ipynb", failure: { kind: "timeout", message: "" }, passed: 0, cells: 3, seconds: 5 },
    ]),
  ).toBe(
    [
      "notebook                result               time  cells   memory",
      "notebooks/05-vae.ipynb  passed            102.3 s  21/21  812 MiB",
      "a.ipynb                 failed (timeout)    5.0 s    0/3        -",
    ].join("\n"),
  );
});

const SOURCE = "// what follows fails\nconst a = 1;\n  throw new Error('x');";

test("finds the line of a cell in a traceback", () => {
  const traceback = [
    "Error: x",
    "  at \u001b[1mf (cell [2]:9:9)\u001b[0m",
    "  at \u001b[1mcell [3]:3:9\u001b[0m",
  ];
  expect(placeOf(SOURCE, 3, traceback)).toEqual({ cell: 3, line: 3, source: "throw new Error('x');" });
  expect(placeOf(SOURCE, 4, traceback)).toEqual({ cell: 4, source: "const a = 1;" });
});

test("formats a failure with notebook, cell, line, message and source", () => {
  const failure = { kind: "error" as const, ...placeOf(SOURCE, 3, ["cell [3]:3:9"]), message: "Error: x" };
  expect(formatFailure("a.ipynb", failure)).toBe(
    "a.ipynb, cell [3], line 3: Error: x\n    throw new Error('x');",
  );
  expect(formatFailure("a.ipynb", { kind: "start", message: "no kernel" })).toBe("a.ipynb: no kernel");
});
