import { afterAll, beforeAll, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { BINDING_CASES, shownBy } from "./binding-cases";
import { runCell, START, startTestKernel } from "./support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
}, START);
afterAll(() => kernel.shutdown());

test.each(BINDING_CASES)("%s", async (_, cells, expected) => {
  const shown: string[] = [];
  for (const cell of cells) shown.push(shownBy((await runCell(kernel, cell)).outputs));
  expect(shown).toEqual(expected);
});
