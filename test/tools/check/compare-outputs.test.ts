import { describe, expect, test } from "vitest";
import { describeFinding } from "../../../tools/check/describe-finding";
import { compareNotebooks, isExecuted } from "../../../tools/check/compare-notebooks";
import { compareOutputs } from "../../../tools/check/compare-outputs";
import type { Bundle, Cell, Output } from "../../../tools/notebook/document";
import type { Json } from "../../../tools/notebook/json";

const VEGA_LITE = "application/vnd.vegalite.v5+json";

function cell(source: string, ...outputs: Output[]): Cell {
  return {
    id: "a",
    cell_type: "code",
    metadata: {},
    source,
    outputs,
    execution_count: 1,
  };
}

function printed(text: string, name = "stdout"): Output {
  return { output_type: "stream", name, text };
}

function shown(data: Bundle, latent?: Json): Output {
  return {
    output_type: "display_data",
    data,
    metadata: latent ? { latent } : {},
  };
}

function result(text: string): Output {
  return {
    output_type: "execute_result",
    data: { "text/plain": text },
    metadata: {},
    execution_count: 1,
  };
}

function figure(value: number): Output {
  return shown(
    { [VEGA_LITE]: { data: { values: [{ value }] } }, "text/plain": `${value}`, "image/png": `${value}` },
    { name: "points" },
  );
}

function passed(count: number): Output {
  return shown(
    { "text/plain": `✓ 1. Task: ${count} of 4` },
    { check: { exercise: "1. Task", passed: count } },
  );
}

function progress(seconds: number): Output {
  return shown({ "text/plain": `training: 10 steps in ${seconds} s · ${10 / seconds} steps/s` });
}

/** Which outputs differ. */
function differing(source: string, old: readonly Output[], now: readonly Output[]): string[] {
  return compareOutputs(cell(source, ...old), now, 7).map(({ output }) => output);
}

describe("the outputs of a cell", () => {
  test("are matched by name, in any order", () => {
    const old = [printed("a\n"), figure(1), printed("b\n"), printed("!", "stderr"), progress(2), result("3")];
    const now = [progress(5), figure(1), printed("a\nb\n"), printed("!", "stderr"), result("3")];
    expect(differing("", old, now)).toEqual([]);
    expect(differing("", old, [printed("a\nB\n"), figure(2), progress(2), result("4")])).toEqual([
      "stdout",
      "figure points",
      "stderr",
      "result",
    ]);
  });

  test("that are new or missing are reported", () => {
    expect(compareOutputs(cell("", figure(1)), [printed("a")], 7)).toMatchObject([
      { cell: 7, output: "figure points", changes: [{ expected: "present", got: "nothing" }] },
      { cell: 7, output: "stdout", changes: [{ expected: "nothing", got: "present" }] },
    ]);
  });

  test("are compared in every MIME type, and errors by name and message", () => {
    const html = (text: string) => shown({ "text/html": text, "application/json": { a: 1 } });
    expect(differing("", [html("<b>1</b>")], [html("<b>1</b>")])).toEqual([]);
    expect(differing("", [html("<b>1</b>")], [html("<b>2</b>")])).toEqual(["display 1"]);
    expect(differing("", [html("")], [shown({ "text/html": "" })])).toEqual(["display 1"]);
    const error = (evalue: string, line: string): Output => ({
      output_type: "error",
      ename: "Error",
      evalue,
      traceback: [line],
    });
    expect(differing("", [error("why", "at 1")], [error("why", "at 2")])).toEqual([]);
    expect(differing("", [error("why", "")], [error("other", "")])).toEqual(["error"]);
  });
});

describe("the rules of a cell", () => {
  test("volatile ignores text and figure values, but not a missing figure", () => {
    const source = "// volatile: random on purpose";
    expect(differing(source, [printed("1"), figure(1), result("1")], [figure(2), printed("2")])).toEqual([]);
    expect(differing(source, [figure(1)], [printed("2")])).toEqual(["figure points"]);
  });

  test("the result of an exercise check is always compared exactly", () => {
    const source = "// volatile\n// tolerance: 0.5";
    expect(differing(source, [passed(4)], [passed(4)])).toEqual([]);
    expect(differing(source, [passed(4)], [passed(3)])).toEqual(['check "1. Task"']);
  });

  test("a tolerance applies to text and figures, and the tolerance of a figure to that figure", () => {
    const [old, now] = [
      [figure(1), printed("1.00")],
      [figure(1.1), printed("1.10")],
    ];
    expect(differing("// tolerance: 0.2", old, now)).toEqual([]);
    expect(differing("// tolerance of points: 0.2", old, now)).toEqual(["stdout"]);
    expect(differing("// tolerance: 0.2\n// tolerance of points: 0.05", old, now)).toEqual(["figure points"]);
  });
});

test("cells are numbered as in a run", () => {
  const words: Cell = { id: "m", cell_type: "markdown", metadata: {}, source: "# Title" };
  const notebook = (text: string) => ({
    metadata: {},
    cells: [words, cell(""), cell("f();"), words, cell("g();", printed(text))],
  });
  expect(compareNotebooks(notebook("1"), notebook("2"))).toMatchObject([{ cell: 2, output: "stdout" }]);
  expect(isExecuted(notebook("1"))).toBe(true);
  expect(isExecuted({ metadata: {}, cells: [words] })).toBe(false);
});

test("describeFinding shows the position, both values and the first five changes", () => {
  const lines = (sign: string) => [1, 2, 3, 4, 5, 6, 7].map((i) => `${i} ${sign}\n`).join("");
  const [finding] = compareOutputs(cell("", printed(lines("a"))), [printed(lines("b"))], 7);
  const text = finding ? describeFinding("n.ipynb", finding) : "";
  expect(text.split("\n").slice(0, 4)).toEqual([
    "n.ipynb, cell [7], stdout:",
    "    line 1",
    "      expected: 1 a",
    "      got:      1 b",
  ]);
  expect(text).toMatch(/ {4}line 5\n.*\n.*\n {4}and 2 more$/);
});
