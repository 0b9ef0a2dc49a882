/** A small assignment and submissions to it, honest and hostile. */

const GIVEN = 'import { check, tf } from "latent";\nconst base = 3;';
const DOUBLE = `// exercise: double, 2 points
const double = (x: number): number => {
  // BEGIN SOLUTION
  return 2 * x;
  // END SOLUTION
};`;
const CHECK_DOUBLE = `check("Double", () => [
  { name: "of two", got: () => double(2), expected: 4, hint: "two twos" },
  // BEGIN HIDDEN TESTS
  { name: "of seventeen", got: () => double(17), expected: 34 },
  // END HIDDEN TESTS
]);`;
const TOTAL = `// exercise: total, 3 points
const total = (xs: number[]): number => {
  // BEGIN SOLUTION
  return xs.reduce((a, b) => a + b, 0);
  // END SOLUTION
};`;
const CHECK_TOTAL = `check("Total", () => [
  { name: "of none", got: () => total([]), expected: 0 },
  { name: "of the base", got: () => total([1, 2, base]), expected: Math.abs(-6) },
  {
    name: "as tf adds",
    got: () => tf.scalar(total([1, 2, 4])).dataSync(),
    expected: tf.tensor([1, 2, 4]).sum().reshape([1]).dataSync(),
  },
]);`;

const WRONG_DOUBLE = DOUBLE.replace("2 * x", "0 * x - 1");
const WRONG_TOTAL = TOTAL.replace("a + b, 0", "a - b, -1");

/** @param {string} source */
function stub(source) {
  return source.replace(
    /\/\/ BEGIN SOLUTION[^]*\/\/ END SOLUTION/,
    '// YOUR CODE HERE\n  throw new Error("YOUR CODE HERE");',
  );
}

/** @typedef {{ id: string, source: string, outputs?: unknown[], metadata?: unknown }} Written */

/** @param {Written[]} cells */
export function notebookText(cells) {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "latent", language: "typescript", display_name: "TypeScript (latent)" } },
    cells: cells.map(({ outputs = [], metadata = {}, ...cell }) => ({
      ...cell,
      cell_type: "code",
      metadata,
      outputs,
      execution_count: null,
    })),
  });
}

/** @param {string} double @param {string} total @returns {Written[]} */
function cellsOf(double, total) {
  return [
    { id: "given", source: GIVEN },
    { id: "double", source: double },
    { id: "check-double", source: CHECK_DOUBLE },
    { id: "total", source: total },
    { id: "check-total", source: CHECK_TOTAL },
  ];
}

/** The instructor's notebook. */
export const MASTER = notebookText(cellsOf(DOUBLE, TOTAL));

/** @param {string} double @param {string} total */
function handIn(double, total) {
  return notebookText(cellsOf(double, total));
}

/** A submission with code before a wrong first answer, and a wrong second answer. @param {string} code */
function cheat(code) {
  return { text: handIn(`${code}\n${WRONG_DOUBLE}`, WRONG_TOTAL), deserved: 0 };
}

/** A submission with code before a right first answer, and a right second answer. @param {string} code */
function bomb(code) {
  return { text: handIn(`${code}\n${DOUBLE}`, TOTAL), deserved: 3 };
}

const forged = cellsOf(WRONG_DOUBLE, WRONG_TOTAL).map((cell) => ({
  ...cell,
  source: cell.id.startsWith("check") ? "console.log('all 2 of 2 passed');" : cell.source,
  metadata: {
    nbgrader: { grade: true, points: 1000, score: 1000, checksum: "0".repeat(32), schema_version: 3 },
  },
  outputs: [{ output_type: "stream", name: "stdout", text: "✓ Double: 2 of 2 checks passed" }],
}));

/** Honest submissions, with the points that they deserve. */
export const HONEST = {
  "right": { text: MASTER, deserved: 5 },
  "untouched": { text: handIn(stub(DOUBLE), stub(TOTAL)), deserved: 0 },
  "half": { text: handIn(DOUBLE.replace("2 * x", "4"), TOTAL), deserved: 4 },
  "wrong": { text: handIn(WRONG_DOUBLE, TOTAL), deserved: 3 },
  "throws": {
    text: handIn(DOUBLE.replace("2 * x", '(() => { throw new Error("oh"); })()'), TOTAL),
    deserved: 3,
  },
  "does-not-compile": { text: handIn(DOUBLE.replace("2 * x", '"two"'), TOTAL), deserved: 3 },
  "reordered": { text: notebookText(cellsOf(DOUBLE, TOTAL).reverse()), deserved: 5 },
  "lost": { text: notebookText(cellsOf(DOUBLE, TOTAL).slice(0, 3)), deserved: 2 },
};

/** @param {string} source @returns {Written} a cell that a student added */
function extra(source) {
  return { id: `extra-${source.length}`, source };
}

const [given, , checkDouble, total, checkTotal] =
  /** @type {[Written, Written, Written, Written, Written]} */ (cellsOf(DOUBLE, TOTAL));
const needing = { id: "double", source: DOUBLE.replace("2 * x", "two * x") };
const [declaration = "", ...body] = DOUBLE.split("\n");

/** Honest submissions with cells that the students added, split or copied. */
export const ADDED = {
  "helper": {
    text: notebookText([extra("const two = base - 1;"), given, needing, checkDouble, total, checkTotal]),
    deserved: 5,
  },
  "split": {
    text: notebookText([
      given,
      { id: "double", source: `${declaration}\nconst two = 2;` },
      extra(body.join("\n").replace("2 * x", "two * x")),
      ...[checkDouble, total, checkTotal],
    ]),
    deserved: 5,
  },
  "beside": {
    text: notebookText([
      given,
      { id: "double", source: stub(DOUBLE) },
      extra(body.length > 0 ? body.join("\n") : ""),
      ...[checkDouble, total, checkTotal],
    ]),
    deserved: 5,
  },
  "experiments": {
    text: notebookText([
      extra("throw new Error('an experiment');"),
      ...[given, { id: "double", source: WRONG_DOUBLE }, checkDouble],
      extra("const total = (xs: number[]) => -1; const base = 0; for (;;) console.log('x'.repeat(1e6));"),
      ...[total, checkTotal],
    ]),
    deserved: 3,
  },
  "assigned-later": {
    text: notebookText([
      extra("let two = 1;"),
      ...[given, needing],
      extra("two = 2;"),
      ...[checkDouble, total, checkTotal],
      extra("two = 7;"),
    ]),
    deserved: 5,
  },
  "helper-below": {
    text: notebookText([given, needing, checkDouble, total, checkTotal, extra("const two = 2;")]),
    deserved: 3,
  },
};

/** Cheating submissions that end quickly; `deserved` is the maximum score. */
export const CHEATS = {
  "redefines-check": cheat("const check = (..._: unknown[]) => undefined;"),
  "assigns-check": cheat("(exports as any).check = () => undefined;"),
  "calls-check": cheat(
    'check("Double", () => [{ name: "of two", got: 4, expected: 4 }, ' +
      '{ name: "of seventeen", got: 34, expected: 34 }]);',
  ),
  "calls-check-inside": {
    text: handIn(
      "let inside = 0; const double = (x: number): number => { " +
        'if (!inside++) check("Double", () => [{ name: "of two", got: 4, expected: 4 }]); return 0; };',
      WRONG_TOTAL,
    ),
    deserved: 0,
  },
  "patches-the-library": cheat(
    "{ const l = (exports as any).tf; l.tensor = () => ({ sum: () => ({ dataSync: () => [-10] }) }); }",
  ),
  "patches-tensors": cheat("tf.Tensor.prototype.dataSync = (() => [0]) as any;"),
  "patches-the-backend": cheat("(tf.backend() as any).readSync = () => new Float32Array(1);"),
  "patches-assert": cheat('import assert from "node:assert"; (assert as any).ok = () => undefined;'),
  "patches-console": cheat("console.log = () => undefined; console.error = () => undefined;"),
  "patches-the-grader": cheat(
    'const grader = "../tools/dist/grade/channel/plain-difference.js"; ' +
      "(require as any)(grader).plainDifference = () => undefined; declare const require: any;",
  ),
  "patches-json": cheat('JSON.stringify = () => \'{"type":"done","end":{"status":"ok"},"checks":[]}\';'),
  "patches-math": cheat("Math.abs = () => 0;"),
  "patches-arrays": cheat("Array.prototype.map = (() => []) as any; Array.isArray = (() => false) as any;"),
  "patches-promises": cheat("Promise.prototype.then = (() => undefined) as any;"),
  "patches-objects": cheat(
    "Object.defineProperty(Object.prototype, 'expected', { get: () => 0, set: () => undefined });",
  ),
  "replaces-globals": cheat("(globalThis as any).Math = { abs: () => 0 }; (globalThis as any).Object = {};"),
  "equal-to-everything": {
    text: handIn(
      "const double = (_: number): any => " +
        "({ valueOf: () => 4, toString: () => '4', [Symbol.toPrimitive]: () => 4 });",
      "const total = (_: number[]): any => new Proxy([], { get: () => 0 });",
    ),
    deserved: 0,
  },
  "walks-to-the-caller": {
    text: handIn(
      "const double = new Function('let f = arguments.callee; while (f.caller) f = f.caller; " +
        "f.arguments[0].check = () => 0; return 0;') as (x: number) => number;",
      WRONG_TOTAL,
    ),
    deserved: 0,
  },
  "exits": cheat("process.exit(0);"),
  "exits-inside": {
    text: handIn("const double = (_: number): number => process.exit(0);", TOTAL),
    deserved: 3,
  },
  "kills-itself": cheat("process.kill(process.pid, 'SIGKILL');"),
  "writes-to-the-channel": cheat('import { writeSync } from "node:fs"; writeSync(3, "x\\n");'),
  "starts-a-program": cheat('import { execSync } from "node:child_process"; execSync("id");'),
  "forks": cheat(
    'import { spawn } from "node:child_process"; for (;;) spawn("sh", ["-c", ":(){ :|:& };:"]);',
  ),
  "imports-by-eval": cheat(
    'const fs = await (globalThis as any).eval(\'import("node:fs")\'); fs.writeSync(3, "x");',
  ),
  "asks-the-inspector": cheat(
    'const inspector = (process as any).getBuiltinModule("node:inspector");' +
      "new inspector.Session().connect();",
  ),
  "reads-hidden-tests": cheat(
    "console.log(double2.toString(), new Error().stack); declare const double2: any;",
  ),
  "prints-a-pass": cheat('console.log("\\u001b[32m✓ Double: 2 of 2 checks passed\\u001b[0m");'),
  "swallows": {
    text: handIn(
      "const double = (x: number): number => { try { throw 1; } catch { return 0; } };",
      WRONG_TOTAL,
    ),
    deserved: 0,
  },
  "leaves-timers": cheat(
    "setInterval(() => { (exports as any).double = (x: number) => 2 * x; throw new Error('late'); }, 0);",
  ),
  "detects-grading": cheat("if (process.env['HOME'] === '/tmp') console.log('graded');"),
  "changes-the-base": { text: handIn(`(exports as any).base = 0;\n${DOUBLE}`, TOTAL), deserved: 3 },
  "replaces-display": cheat(
    "(globalThis as any)[Symbol.for('latent.kernel')] = { display: () => undefined, interrupts: 0 };",
  ),
  "forged": { text: notebookText(forged), deserved: 0 },
  "duplicated": {
    text: notebookText([...cellsOf(WRONG_DOUBLE, WRONG_TOTAL), ...cellsOf(DOUBLE, TOTAL)]),
    deserved: 0,
  },
  "not-a-notebook": { text: "{ }", deserved: 0 },
};

/**
 * Cheats by kind of breach (docs/grading.md), at least two of each: modules of the grader, what is expected,
 * the scope of a cell, given values, names, registries, native code, objects with behaviour.
 */
export const BREACHES = {
  "module-by-path": cheat(
    "declare const require: any; " +
      'require("../tools/dist/grade/channel/plain-difference.js").plainDifference = () => undefined;',
  ),
  "module-by-cache": cheat(
    "for (const m of Object.values((process as any).mainModule?.constructor?._cache ?? {}) as any[]) " +
      "for (const k of Object.keys(m.exports ?? {})) try { m.exports[k] = () => undefined; } catch {}",
  ),
  "expected-in-the-pool": {
    text: handIn(
      `const double = (x: number): number => {
  const pool = Buffer.from(Buffer.allocUnsafe(16).buffer).toString("latin1");
  const found = /expected: (\\d+)/.exec(pool.slice(pool.indexOf("seventeen")));
  return found ? Number(found[1]) : 0;
};`,
      WRONG_TOTAL,
    ),
    deserved: 0,
  },
  "expected-in-functions": {
    text: handIn(
      `const double = (x: number): number => {
  const error = new Error();
  Error.prepareStackTrace = (_e, sites) =>
    sites.map((site: any) => String(site.getFunction?.() ?? "")).join();
  const found = /of seventeen[^]*?expected: (\\d+)/.exec(String(error.stack));
  return found ? Number(found[1]) : 0;
};`,
      WRONG_TOTAL,
    ),
    deserved: 0,
  },
  "scope-as-this": {
    text: handIn(
      "function double(this: any, _: number): number " +
        "{ try { this.check = () => 0; this.base = -3; } catch {} return 0; }",
      "function total(this: any, _: number[]): number " +
        "{ try { this.tf = {}; this.double = (x: number) => 2 * x; } catch {} return 0.5; }",
    ),
    deserved: 0,
  },
  "scope-by-defining": cheat(
    "Object.defineProperty(exports as any, 'check', { get: () => () => undefined }); " +
      "declare const exports: any;",
  ),
  "given-functions": cheat("(tf as any).scalar = (tf as any).tensor = () => ({ dataSync: () => [7] });"),
  "given-memory": {
    text: handIn(
      WRONG_DOUBLE,
      "let last: any; const total = (xs: number[]): number => " +
        "{ last ??= xs; last.length = 0; xs.fill(0); return 0.5; };",
    ),
    deserved: 0,
  },
  "names-of-the-language": {
    text: handIn(`const Math = { abs: () => 0.5 };\n${WRONG_DOUBLE}`, WRONG_TOTAL.replace("-1)", "0.5)")),
    deserved: 0,
  },
  "names-of-types": {
    text: handIn(
      `declare global { interface Math { abs(x: number): number } }\n${WRONG_DOUBLE}`,
      `const enum Answer { expected = 0.5 }\nconst total = (_: number[]): any => Answer.expected;`,
    ),
    deserved: 0,
  },
  "registered-kernel": cheat(
    "(tf as any).unregisterKernel?.('Sum', tf.getBackend()); " +
      "(tf as any).registerKernel?.({ kernelName: 'Sum', " +
      "backendName: tf.getBackend(), kernelFunc: () => ({ dataId: {}, shape: [], dtype: 'float32' }) });",
  ),
  "registered-backend": cheat(
    "tf.engine().registerBackend('mine', () => ({}) as any, 100); " + "(tf as any).setBackend('mine');",
  ),
  "native-by-dlopen": cheat("(process as any).dlopen({ exports: {} }, '/tmp/node_modules/x.node');"),
  "native-by-binding": cheat("(process as any).binding('fs').writeString(3, '=[\"ok\",4]\\n');"),
  "behaves-like-a-promise": {
    text: handIn(
      "const double = (_: number): any => ({ then: (f: any) => f(4) });",
      "const total = (_: number[]): any => ({ toJSON: () => 7, valueOf: () => 7 });",
    ),
    deserved: 0,
  },
  "behaves-like-a-list": {
    text: handIn(
      "class Any extends Array { get length() { return 1; } }\nconst double = (_: number): any => new Any();",
      "const total = (_: number[]): any => new Proxy([], { get: (_t, k) => (k === 'length' ? 1 : 7) });",
    ),
    deserved: 0,
  },
};

/** A right answer that prints its arguments, at once and in a later cell; the feedback must not show them. */
export const GOSSIP = {
  text: handIn(
    DOUBLE.replace("const double", "const seen: number[] = [];\nconst double").replace(
      "return 2 * x;",
      "seen.push(x);\nconsole.log(`asked for ${x}`);\nreturn 2 * x;",
    ),
    "console.log(`asked for ${seen}`);\n" +
      "const total = (_: number[]): number => { throw new Error(`asked for ${seen}`); };",
  ),
  deserved: 2,
};

/** Submissions that exhaust a resource. */
export const BOMBS = {
  "endless-loop": {
    text: handIn(DOUBLE, "const total = (_: number[]): number => { for (;;); };"),
    deserved: 2,
  },
  "endless-promise": bomb("await new Promise(() => undefined);"),
  "memory": bomb("const hoard: Float64Array[] = []; for (;;) hoard.push(new Float64Array(1e6).fill(1));"),
  "output": bomb('for (;;) console.log("x".repeat(1e6));'),
};

const PATCHES = Object.values({ ...CHEATS, ...BREACHES })
  .flatMap(({ text }) => /** @type {{ cells: Written[] }} */ (JSON.parse(text)).cells ?? [])
  .filter(({ id, source }) => id === "double" && source.endsWith(`\n${WRONG_DOUBLE}`))
  .map(({ source }) => source.slice(0, -WRONG_DOUBLE.length))
  .filter((source) => !/import .* from|await|setInterval|declare|const check|console\.log =/.test(source))
  .map((source) => `try { ${source} } catch {}`);

/** One submission with all cheats that can be wrapped in a block, followed by wrong answers. */
export const PACKED = { text: handIn(`${PATCHES.join("\n")}\n${WRONG_DOUBLE}`, WRONG_TOTAL), deserved: 0 };

/** The same, with the cheats in cells that were added. */
export const PACKED_BESIDE = {
  text: notebookText(
    [PATCHES.slice(0, 5).join("\n"), "const check = () => undefined;", "const base = 0;"].flatMap(
      (source, at) => {
        const cells = cellsOf(WRONG_DOUBLE, WRONG_TOTAL);
        const cheating = extra(source);
        if (at === 0) return [cheating, ...cells.slice(0, 2)];
        return at === 1 ? [cheating, ...cells.slice(2)] : [cheating];
      },
    ),
  ),
  deserved: 0,
};
