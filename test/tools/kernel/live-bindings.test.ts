/** What a cell declares is one variable for all cells, as in Python notebooks and in a JavaScript console. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel } from "./support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
}, START);
afterAll(() => kernel.shutdown());

/** Runs cells one after the other; returns what each evaluates to, or the name of its error. */
async function valuesOf(cells: readonly string[]): Promise<string[]> {
  const values: string[] = [];
  for (const cell of cells) {
    const { reply, outputs } = await runCell(kernel, cell);
    const result = outputs.find((output) => output.output_type === "execute_result");
    const text = result?.data["text/plain"];
    values.push(reply.status === "error" ? (reply.ename ?? "") : typeof text === "string" ? text : "");
  }
  return values;
}

/** The names of each case are its own: `$` becomes a number. */
let count = 0;
beforeEach(() => {
  count += 1;
});

describe("one variable is one variable", () => {
  test.each<[name: string, cells: readonly string[], expected: readonly string[]]>([
    [
      "a function of an earlier cell sees an assignment of a later one, and the other way round",
      ["let a$ = 0; const up$ = () => { a$ += 1; return a$; }; up$(); up$()", "a$ = 0; up$()", "a$"],
      ["2", "1", "1"],
    ],
    ["number", ["let r$ = 0.1; const rate$ = () => r$;", "r$ = 0.2; rate$()"], ["", "0.2"]],
    ["var", ["var v$ = 1; function get$() { return v$; }", "v$ = 5; get$()"], ["", "5"]],
    ["increments", ["let i$ = 1; const get$ = () => i$;", "i$++; ++i$; i$ **= 2; get$()"], ["", "9"]],
    [
      "logical assignment",
      ["let o$: number | null = null; const get$ = () => o$;", "o$ ??= 4; get$()"],
      ["", "4"],
    ],
    [
      "array patterns",
      ["let [x$, y$] = [1, 2]; const get$ = () => [x$, y$];", "[x$, y$] = [y$, x$]; get$()"],
      ["", "[ 2, 1 ]"],
    ],
    [
      "object patterns",
      [
        "let { p$, q: { s$ }, ...all$ } = { p$: 1, q: { s$: 2 }, t: 3 };",
        "const get$ = () => [p$, s$, all$.t];",
        "({ p$, q: { s$ } } = { p$: 7, q: { s$: 8 } }); all$.t = 9; get$()",
      ],
      ["", "", "[ 7, 8, 9 ]"],
    ],
    [
      "heads of loops",
      [
        "let k$ = 0; let w$ = ''; const get$ = () => [k$, w$];",
        "for (k$ of [3, 4]) {} for (w$ in { u: 1 }) {} get$()",
        "for (k$ = 0; k$ < 3; k$++) {} get$()",
      ],
      ["", "[ 4, 'u' ]", "[ 3, 'u' ]"],
    ],
    [
      "an inner variable of the same name is another one",
      [
        "let n$ = 1; const get$ = () => n$;",
        "{ let n$ = 5; n$++; } ((n$: number) => { n$ = 3; })(0); get$()",
      ],
      ["", "1"],
    ],
    [
      "functions and classes",
      [
        "function f$() { return 1; } class K$ { static n = 1; } const call$ = () => [f$(), K$.n];",
        "K$.n = 2; call$()",
        "const both$ = () => [f$(), call$()]; both$()",
        "function f$() { return 10; }",
        "both$()[0]", // of another cell: the new one
      ],
      ["", "[ 1, 2 ]", "[ 1, [ 1, 2 ] ]", "", "10"],
    ],
    [
      "enumerations and imports",
      [
        'import { sep as s$ } from "node:path"; enum E$ { A = 3 } const get$ = () => [s$, E$.A];',
        "[s$, E$.A, get$()]",
        'import { sep as s$ } from "node:path"; s$',
      ],
      ["", "[ '/', 3, [ '/', 3 ] ]", "/"],
    ],
    [
      "closures made before and after",
      [
        "let c$ = 1; const before$ = () => c$;",
        "const after$ = () => c$; const set$ = (x: number) => { c$ = x; };",
        "set$(6); [before$(), after$(), c$]",
      ],
      ["", "", "[ 6, 6, 6 ]"],
    ],
    [
      "a declaration with another type makes a new variable, which old functions do not touch",
      [
        "let d$ = 1; const old$ = () => { d$ += 1; return d$; };",
        'let d$ = "x"; d$ += "y"; d$',
        "[old$(), d$]",
        "d$ = d$.toUpperCase(); [old$(), d$]",
      ],
      ["", "xy", "[ 2, 'xy' ]", "[ 3, 'XY' ]"],
    ],
    [
      "a cell that runs again starts anew",
      [
        "let e$ = 0; const up$ = () => ++e$; up$()",
        "e$ = 5; up$()",
        "let e$ = 0; const up$ = () => ++e$; up$()",
        "e$",
      ],
      ["1", "6", "1", "1"],
    ],
    [
      "an error half way keeps what was assigned before it, live",
      [
        'let g$ = 1; const get$ = () => g$; g$ = 2; if (g$) throw new RangeError("half way"); let h$ = 3;',
        "g$ = 4; get$()",
        "h$",
      ],
      ["RangeError", "4", "TypeScriptError"],
    ],
    [
      "a new variable that functions of earlier cells assign and read",
      [
        "let q$ = 1; const unused$ = 0;",
        "const set$ = (x: number) => { q$ = x; }; const see$ = () => q$;",
        "const add$ = () => { [q$] = [q$ + 1]; };",
        "let q$ = 2; const seen$ = [see$(), q$]; set$(7); seen$.push(q$); add$(); [...seen$, q$, see$()]",
      ],
      ["", "", "", "[ 2, 2, 7, 8, 8 ]"],
    ],
    ["a constant stays one", ["const z$ = 1;", "z$ = 2;", "z$"], ["", "TypeScriptError", "1"]],
    [
      "a variable without a value",
      ["let u$: number | undefined; const get$ = () => u$;", "u$ = 3; get$()"],
      ["", "3"],
    ],
    [
      "across an await",
      [
        "let m$ = 1; const later$ = async () => { await null; return ++m$; }; await later$()",
        "m$ = 10; await later$()",
        "m$",
      ],
      ["2", "11", "11"],
    ],
    [
      "timers change it for later cells",
      [
        "let t$ = 0; const done$ = new Promise<void>((end) => setTimeout(() => { t$ = 8; end() }));",
        "await done$; t$",
      ],
      ["", "8"],
    ],
  ])(
    "%s",
    async (_, cells, expected) => {
      const own = cells.map((cell) => cell.replaceAll("$", String(count)));
      expect(await valuesOf(own)).toEqual(expected.map((text) => text.replaceAll("$", String(count))));
    },
    60_000,
  );
});
