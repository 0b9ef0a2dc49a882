import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readExecuted } from "../../../tools/notebook/read-executed";
import { planRuns } from "../../../tools/run/plan";
import { runAll } from "../../../tools/run/run-all";
import {
  BINDING_CASES,
  bindingNotebook,
  PARAMETERS_CASE,
  parametersNotebook,
  shownBy,
} from "../kernel/binding-cases";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-bindings-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What each cell of a notebook shows with `latent run`. */
async function shown(notebook: string, choice: Partial<Parameters<typeof planRuns>[0]> = {}) {
  const path = join(folder, "bindings.ipynb");
  const out = join(folder, "out");
  writeFileSync(path, notebook);
  const plan = planRuns({ paths: [path], parameters: {}, smoke: false, inPlace: false, out, ...choice });
  await runAll(plan, {
    limits: { cell: 0, notebook: 0 },
    jobs: 1,
    out,
    inPlace: false,
    signal: new AbortController().signal,
    say: () => undefined,
  });
  return readExecuted(join(out, "bindings.ipynb")).cells.map(({ outputs = [] }) => shownBy(outputs));
}

test("with latent run, one variable is one variable", async () => {
  expect(await shown(bindingNotebook())).toEqual(BINDING_CASES.flatMap(([, , expected]) => expected));
});

test.each([
  ["neither", {}, PARAMETERS_CASE.written],
  ["--smoke", { smoke: true }, PARAMETERS_CASE.small],
  ["-p", { parameters: { lr: 0.2, steps: 10 } }, PARAMETERS_CASE.small],
])("functions of the parameters cell see what %s changes", async (_, choice, expected) => {
  expect((await shown(parametersNotebook(), choice)).at(-1)).toBe(expected);
});
