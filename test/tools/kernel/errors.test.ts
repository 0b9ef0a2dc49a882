import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel, until, type Ran } from "./support";

let kernel: Kernel;

function run(code: string): Promise<Ran> {
  return runCell(kernel, code);
}

beforeAll(async () => {
  kernel = await startTestKernel();
}, START);
afterAll(() => kernel.shutdown());

/** The number of the cell in its stack. */
function label({ reply }: Ran): string {
  return `cell [${reply.execution_count}]`;
}

test("sends an error with the line, column and text of the cell, in the reply and on iopub", async () => {
  const ran = await run("const n: number = 2;\n// a comment\nconsole.log(n.toFixed(1000));");
  expect(ran.reply).toMatchObject({
    status: "error",
    ename: "RangeError",
    evalue: "toFixed() digits argument must be between 0 and 100",
  });
  const sent = ran.messages.find(({ header }) => header.msg_type === "error");
  expect(sent?.content).toEqual({
    ename: ran.reply.ename,
    evalue: ran.reply.evalue,
    traceback: ran.reply.traceback,
  });
  expect(ran.traceback).toBe(
    [
      "RangeError: toFixed() digits argument must be between 0 and 100",
      `  at ${label(ran)}:3:15`,
      "    1 | const n: number = 2;",
      "    2 | // a comment",
      "--> 3 | console.log(n.toFixed(1000));",
      "      |               ^",
    ].join("\n"),
  );
});

test("shows the lines of a function of an earlier cell and its caller, and no frames of tslab", async () => {
  const first = await run("const scale = (x: number): string => {\n\n  return x.toFixed(1000);\n};");
  const second = await run("\nscale(1);");
  expect(second.traceback).toContain(`at scale (${label(first)}:3:12)`);
  expect(second.traceback).toContain("--> 3 |   return x.toFixed(1000);");
  expect(second.traceback).toContain(`at ${label(second)}:2:1`);
  expect(second.traceback).not.toMatch(/tslab|node:|tools\/|internal/);
});

test("keeps line numbers for TypeScript that is longer than its JavaScript", async () => {
  const ran = await run(
    [
      "interface Shape {",
      "  kind: 'a' | 'b';",
      "}",
      "type Pair = [Shape, Shape];",
      "enum Colour { Red, Green }",
      "class Box<T> { constructor(readonly value: T) {} }",
      "const box = new Box<Pair | Colour>(Colour.Red);",
      "if (box.value === Colour.Red)",
      "  throw new TypeError('here');",
    ].join("\n"),
  );
  expect(ran.traceback).toContain(`at ${label(ran)}:9:9`);
});

test("keeps line numbers after an await and inside an async function", async () => {
  const ran = await run(`await Promise.resolve();
const fails = async () => {
  await null;
  throw new Error('late');
};
await fails();`);
  expect(ran.traceback).toContain(`at fails (${label(ran)}:4:9)`);
  expect(ran.traceback).toContain(`at ${label(ran)}:6:1`);
});

test("does not count loop guards in columns", async () => {
  const ran = await run("for (let i = 0; i < 2; i++) { await null; if (i === 1) throw new Error('turn'); }");
  expect(ran.traceback).toContain(`at ${label(ran)}:1:62`);
});

test("gives the lines of the cell in a stack that the cell reads", async () => {
  const ran = await run("\n\nconst stack = new Error('mine').stack!;\nconsole.log(stack);");
  expect(ran.printed).toBe(`Error: mine\n    at ${label(ran)}:3:15\n`);
});

test("shows the line of an imported file", async () => {
  const ran = await run('import { refuse } from "./helper";\nrefuse(3);');
  expect(ran.traceback).toContain("at refuse (helper.ts:5:24)");
  expect(ran.traceback).toContain('--> 5 |   if (count > 2) throw new RangeError("too many");');
  expect(ran.traceback).toContain(`at ${label(ran)}:2:`);
});

test("shows consecutive frames inside packages as one line", async () => {
  const ran = await run('import * as tf from "@tensorflow/tfjs-core";\ntf.tensor([1, 2], [3]);');
  expect(ran.traceback).toMatch(/^ {2}at \d+ frames in @tensorflow\/tfjs-core\n {2}at cell \[\d+\]:2:4$/m);
});

test("shows the causes of an error", async () => {
  const ran = await run(
    "try {\n  throw new Error('inner');\n} catch (cause) {\n  throw new Error('outer', { cause });\n}",
  );
  expect(ran.traceback).toMatch(/^Error: outer\n[^]*\n\ncaused by\nError: inner\n {2}at cell \[\d+\]:2:9/);
});

test("shows the errors of an AggregateError", async () => {
  const ran = await run("throw new AggregateError([new TypeError('one'), 2], 'both');");
  expect(ran.traceback).toMatch(/^AggregateError: both\n[^]*caused by\nTypeError: one[^]*caused by\n2$/);
});

test.each([
  ["'a text'", "a text"],
  ["{ code: 7 }", "{ code: 7 }"],
  ["undefined", "undefined"],
])("shows that %s was thrown, and why there is no line", async (thrown, shown) => {
  const ran = await run(`throw ${thrown};`);
  expect(ran.reply).toMatchObject({ status: "error", ename: "Thrown", evalue: shown });
  expect(ran.traceback).toContain("only an Error has a line number");
});

test("shows a type error with its name, position, line and message", async () => {
  const ran = await run('const one = 1;\n  const two: number = "2";');
  expect(ran.reply).toMatchObject({
    status: "error",
    ename: "TypeScriptError",
    evalue: `${label(ran)}:2:9 - Type 'string' is not assignable to type 'number'.`,
  });
  expect(ran.traceback).toBe(
    [
      "TypeScriptError: Type 'string' is not assignable to type 'number'. (TS2322)",
      `  at ${label(ran)}:2:9`,
      "    1 | const one = 1;",
      '--> 2 |   const two: number = "2";',
      "      |         ^^^",
    ].join("\n"),
  );
});

test("shows five type errors and counts the others", async () => {
  const ran = await run(Array.from({ length: 7 }, (_, i) => `const v${i}: number = "";`).join("\n"));
  expect(ran.reply.evalue).toMatch(/ \(and 6 more\)$/);
  expect(ran.traceback.match(/^TypeScriptError/gm)).toHaveLength(5);
  expect(ran.traceback).toMatch(/\n\n… and 2 more errors$/);
});

test("shows the explanation of a type error after it", async () => {
  const ran = await run("const f: (x: number) => string = (x: number) => [x];");
  expect(ran.traceback.match(/^TypeScriptError/gm)).toHaveLength(1);
});

test("checks cells with strict", async () => {
  const implicit = await run("const same = (x) => x;");
  expect(implicit.reply.evalue).toContain("implicitly has an 'any' type");
  const absent = await run("const first = [1].find((x) => x > 1);\nfirst.toFixed();");
  expect(absent.reply.evalue).toContain("'first' is possibly 'undefined'");
});

test("keeps the variables that a failed cell has assigned, with their types, and no others", async () => {
  await run("const done = 5;\nclass Before {}\nthrow new Error('stop');\nconst todo = 6;\nclass After {}");
  expect((await run("done.toFixed(1)")).reply.status).toBe("ok");
  expect((await run("new Before()")).reply.status).toBe("ok");
  expect((await run("todo")).reply.evalue).toContain("Cannot find name 'todo'");
  expect((await run("new After()")).reply.evalue).toContain("Cannot find name 'After'");
});

test("can rerun a cell with imports, types and a shorthand property of an earlier variable", async () => {
  await run("const steps = 3;");
  const code = 'import { refuse } from "./helper";\nconst options = { steps };\nrefuse(1);\noptions.steps';
  expect((await run(code)).reply.status).toBe("ok");
  const again = await run(code);
  expect(again.outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "3" } }]);
});

test.each([
  ["a throw in a timer", "setTimeout(() => { throw new Error('stray'); }, 1);", "Uncaught error", 26],
  ["a rejection that nobody handles", "void Promise.reject(new Error('stray'));", "Unhandled rejection", 21],
])("reports %s as one outside any cell, and lives on", async (_, code, what, column) => {
  let printed = "";
  const reply = await kernel.execute(code, {
    onMessage: ({ header, content }) => {
      if (header.msg_type === "stream" && content["name"] === "stderr") printed += String(content["text"]);
    },
  });
  expect(reply.status).toBe("ok");
  await until(() => printed.includes("stray"));
  const caller = what === "Uncaught error" ? "Timeout._onTimeout (" : "";
  expect(stripVTControlCharacters(printed)).toContain(
    `${what}, outside any cell: Error: stray\n  at ${caller}cell [${reply.execution_count}]:1:${column}`,
  );
  expect((await run("1 + 1")).reply.status).toBe("ok");
});

test("rejects cells for the browser", async () => {
  const ran = await run("/** @browser */\nconst x = 1;");
  expect(ran.reply.evalue).toContain("cells for the browser (/** @browser */) are not supported");
});

test("imports from a cell that is a module", async () => {
  expect((await run("/** @module areas */\nexport const square = (a: number) => a * a;")).reply.status).toBe(
    "ok",
  );
  const ran = await run('import { square } from "./areas";\nsquare(3)');
  expect(ran.outputs).toMatchObject([{ data: { "text/plain": "9" } }]);
});
