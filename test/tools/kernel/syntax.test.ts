/** TypeScript that a module may contain, at the top level of a cell: it works, or fails with its line. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel } from "./support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
}, START);
afterAll(() => kernel.shutdown());

test.each([
  ["let n = 0;\nfor await (const x of [1, 2]) n += x;\nn", "3"],
  ["let m = 0;\n{ for await (const x of [3]) m += x; }\nm", "3"],
  [
    "outer: for await (const x of [1, 2]) { for await (const y of [x]) { if (y === 1) continue outer; } }\n4",
    "4",
  ],
  ["export const a = 5;\nexport let [b, c] = [6, 7];\na + b + c", "18"],
  ["a + c", "12"], // of the cell before
  ["export function f() { return 1; }\nexport async function g() { return 2; }\nf() + await g()", "3"],
  ["export class C { n = 8; }\nexport abstract class D {}\nexport enum E { A = 9 }\nnew C().n + E.A", "17"],
  ["export type T = number;\nexport interface I { t: T }\nconst i: I = { t: 2 };\ni.t", "2"],
  ["namespace N { export const inside = 3; }\nN.inside", "3"],
  ["const d = 4;\nexport { d };\nd", "4"],
  ['import { refuse } from "./helper.ts";\nrefuse(1);\n7', "7"],
  ['const helper = await import("./helper.ts");\ntypeof helper.refuse', "function"],
])("%j works", async (code, expected) => {
  const { reply, outputs } = await runCell(kernel, code);
  expect(reply.evalue).toBeUndefined();
  expect(outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": expected } }]);
});

test.each([
  ["const p = 1;\nconst at = import.meta.url;", "2:12 - 'import.meta' is not available in a cell"],
  ["const q = 1;\nusing r = { q };", "2:1 - Unexpected keyword"],
  ["const s = 1;\nawait using t = { s };", "2:7 - Cannot find name 'using'"],
  ["export const u: string = 1;", "1:14 - Type 'number' is not assignable to type 'string'"],
  ["export { v as w };", "1:10 - "],
])("%j fails with its line", async (code, message) => {
  const { reply } = await runCell(kernel, code);
  expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
  expect(reply.evalue).toContain(`cell [${reply.execution_count}]:${message}`);
});

describe("a cell that reads from standard input fails at that line", () => {
  test.each([
    ['import { createInterface } from "node:readline";\ncreateInterface({ input: process.stdin });'],
    ['import { createInterface } from "node:readline/promises";\ncreateInterface(process.stdin);'],
    ["let all = '';\nfor await (const text of process.stdin) all += text;"],
    ["const seen: string[] = [];\nprocess.stdin.on('data', (text) => seen.push(String(text)));"],
    ["let got: unknown;\ngot = process.stdin.read();"],
    ['import { readFileSync } from "node:fs";\nreadFileSync(0, "utf8");'],
    ['import { readFileSync } from "node:fs";\nreadFileSync("/dev/stdin");'],
  ])("%j", async (code) => {
    const ran = await runCell(kernel, code);
    expect(ran.reply).toMatchObject({
      status: "error",
      evalue:
        "process.stdin: a cell cannot wait for input; assign the value in the cell, or read it from a file",
    });
    expect(ran.traceback).toContain(`at cell [${ran.reply.execution_count}]:2:`);
  });

  test("and one that only looks at it does not", async () => {
    const { reply } = await runCell(kernel, "process.stdin.isTTY; process.stdin.on('error', () => {}); 1");
    expect(reply.status).toBe("ok");
  });
});
