import { afterAll, beforeAll, expect, test } from "vitest";
import { applyInsertions } from "../../../../tools/kernel/source/loop-guards";
import { expandPropertyNames } from "../../../../tools/kernel/source/property-names";
import type { Kernel } from "../../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel } from "../support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
}, START);
afterAll(() => kernel.shutdown());

function writtenOut(source: string): string {
  return applyInsertions(source, expandPropertyNames(source));
}

test.each([
  ["const options = { steps };", "const options = { steps: steps };"],
  ["const { theta: mean } = model;", 'const { ["theta"]: mean } = model;'],
  ["const { a: { b: c = 1 } = d, ...rest } = e;", 'const { ["a"]: { ["b"]: c = 1 } = d, ...rest } = e;'],
  ["const f = ({ x: [y] }: P) => y;", 'const f = ({ ["x"]: [y] }: P) => y;'],
  ["({ a, b: [{ c }] } = d);", '({ ["a"]: a, ["b"]: [{ ["c"]: c }] } = d);'],
  ["for ({ a } of b);", 'for ({ ["a"]: a } of b);'],
  ["const { theta } = model;", "const { theta } = model;"],
  ["const a = { b: c, 'd': e };", "const a = { b: c, 'd': e };"],
])("expands the property names of %s", (source, expected) => {
  expect(writtenOut(source)).toBe(expected);
});

test("destructures an earlier variable, and keeps the positions of errors", async () => {
  await runCell(kernel, "const fitted = { mean: { theta: 3 }, steps: 5 };\nlet theta = 0, steps = 0;");
  const declared = await runCell(kernel, "const { mean: { theta: found } } = fitted;\nfound");
  expect(declared.outputs).toMatchObject([{ data: { "text/plain": "3" } }]);
  const assigned = await runCell(kernel, "({ steps, mean: { theta } } = fitted);\n[steps, theta].join()");
  expect(assigned.outputs).toMatchObject([{ data: { "text/plain": "5,3" } }]);
  const failed = await runCell(kernel, "const { steps: n } = fitted; n.toFixed(1000);");
  expect(failed.traceback).toContain(":1:32");
});
