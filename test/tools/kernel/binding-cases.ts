/** What a cell declares is one variable for all cells, as in Python notebooks and in a JavaScript console. */
import type { Output } from "../../../tools/notebook/document";

/** Cells that run one after the other, and what they evaluate to; the names with `$` are the case's own. */
export type BindingCase = readonly [name: string, cells: readonly string[], expected: readonly string[]];

/** Each case: its name, the cells, and of each cell its result as text, or the name of its error. */
const CASES: readonly BindingCase[] = [
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
    ["let n$ = 1; const get$ = () => n$;", "{ let n$ = 5; n$++; } ((n$: number) => { n$ = 3; })(0); get$()"],
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
    "beside the code that patterns and increments are compiled to",
    ["let l$ = 1; const get$ = () => l$++; [l$] = [2];", "l$ = 5; [get$(), l$]"],
    ["[ 2 ]", "[ 5, 6 ]"],
  ],
  [
    "all forms of imports",
    [
      'import fs$ from "node:fs"; import * as os$ from "node:os"; import { join as j$ } from "node:path";',
      "[typeof fs$.statSync, typeof os$.EOL, j$('a', 'b')]",
    ],
    ["", "[ 'function', 'string', 'a/b' ]"],
  ],
  [
    "methods, accessors, generators and default arguments",
    [
      "let aa$ = 1; class Box$ { x = aa$; static get s() { return aa$; } put() { aa$ = 7; } }",
      "function* gen$() { yield aa$; } const o$ = (x = aa$) => x;",
      "aa$ = 3; const box$ = new Box$(); [box$.x, Box$.s, ...gen$(), o$()]",
      "box$.put(); aa$",
    ],
    ["", "", "[ 3, 3, 3, 3 ]", "7"],
  ],
  [
    "a new variable that is computed from the one it replaces",
    [
      "let bb$ = 1;",
      "const next$ = () => bb$ + 1; const put$ = (x: number) => { bb$ = x; };",
      "let bb$ = next$(); bb$",
      "let bb$ = (put$(9), next$()); [bb$, next$()]",
    ],
    ["", "", "2", "[ 10, 11 ]"],
  ],
  [
    "a declaration that fails leaves the old variable, with its type",
    [
      "let cc$ = 1; const get$ = () => cc$; class Dd$ { static n = 4; }",
      'let cc$: string = (() => { throw new RangeError("no"); })(); class Dd$ { static m = 5; }',
      "cc$ += 1; [cc$, get$(), Dd$.n]",
    ],
    ["", "RangeError", "[ 2, 2, 4 ]"],
  ],
  [
    "timers change it for later cells",
    [
      "let t$ = 0; const done$ = new Promise<void>((end) => setTimeout(() => { t$ = 8; end() }));",
      "await done$; t$",
    ],
    ["", "8"],
  ],
];

/** The cases, each with its number in place of `$`. */
export const BINDING_CASES: readonly BindingCase[] = CASES.map(([name, cells, expected], i) => {
  const own = (text: string): string => text.replaceAll("$", String(i + 1));
  return [name, cells.map(own), expected.map(own)];
});

/** What a cell evaluates to, as text, or the name of its error, by its outputs. */
export function shownBy(outputs: readonly Output[]): string {
  for (const output of outputs) {
    if (output.output_type === "error") return output.ename;
    if (output.output_type !== "execute_result") continue;
    const text = output.data["text/plain"];
    return Array.isArray(text) ? text.join("") : String(text);
  }
  return "";
}

interface Source {
  readonly source: string;
  readonly tags?: readonly string[];
}

function notebookOf(cells: readonly Source[], metadata: object = {}): string {
  const kernelspec = { name: "latent", display_name: "TypeScript", language: "typescript" };
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec, ...metadata },
    cells: cells.map(({ source, tags }, i) => ({
      id: `cell-${i}`,
      cell_type: "code",
      metadata: tags ? { tags } : {},
      source,
      outputs: [],
      execution_count: null,
    })),
  });
}

/** A notebook of all cases; the cells that fail are tagged, so that it runs to its end. */
export function bindingNotebook(): string {
  const cells = BINDING_CASES.flatMap(([, sources, expected]) =>
    sources.map((source, i) =>
      /Error$/.test(expected[i] ?? "") ? { source, tags: ["raises-exception"] } : { source },
    ),
  );
  return notebookOf(cells);
}

/** What the last cell of {@link parametersNotebook} shows, as written and with the smoke parameters. */
export const PARAMETERS_CASE = {
  written: "[ 0.1, 100, 50, 25, 0.1 ]",
  small: "[ 0.2, 10, 5, 2.5, 0.2 ]",
} as const;

/** A notebook whose functions use its parameters, which smoke mode changes. */
export function parametersNotebook(): string {
  const parameters = [
    "let lr = 0.1; const steps = 100; const half = steps / 2;",
    "const rate = () => lr; function quarter() { return half / 2; }",
  ].join("\n");
  const cells = [
    { source: parameters, tags: ["parameters"] },
    { source: "const later = () => lr;" },
    { source: "[rate(), steps, half, quarter(), later()]" },
  ];
  return notebookOf(cells, { latent: { smoke: { lr: 0.2, steps: 10 } } });
}
