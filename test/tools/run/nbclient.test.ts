import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runAll } from "../../../tools/run/run-all";
import { planRuns } from "../../../tools/run/plan";
import type { Output } from "../../../tools/notebook/document";
import {
  BINDING_CASES,
  bindingNotebook,
  PARAMETERS_CASE,
  parametersNotebook,
  shownBy,
} from "../kernel/binding-cases";
import { notebooks } from "../kernel/support";

const CHECKOUT = join(__dirname, "..", "..", "..");
const PYTHON = join(CHECKOUT, ".venv", "bin", "python");
const KERNELSPEC = join(CHECKOUT, ".venv", "share", "jupyter", "kernels", "latent", "kernel.json");

/** Why nbclient cannot be tested here; undefined if it can. */
const missing = [PYTHON, KERNELSPEC].find((file) => !existsSync(file));
const withPython = test.skipIf(missing !== undefined);
if (missing !== undefined) console.warn(`skipped: the test with nbclient, because ${missing} is missing`);

function python(environment: Record<string, string>, ...args: string[]): Record<string, unknown> {
  const stdout = execFileSync(PYTHON, [join(__dirname, "nbclient_run.py"), ...args], {
    encoding: "utf8",
    env: { ...process.env, PYDEVD_DISABLE_FILE_VALIDATION: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

function underNbclient(name: string, environment: Record<string, string> = {}) {
  const path = resolve(notebooks, name);
  return python({ LATENT_SMOKE: "", ...environment }, "run", path, dirname(path));
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-nbclient-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

withPython("nbclient runs a notebook that passes, with the same outputs", () => {
  const { outputs } = underNbclient("good.ipynb");
  expect(outputs).toMatchObject([
    [],
    [
      { output_type: "stream", name: "stdout", text: "full: 1000 steps at 0.5\nsecond line\n" },
      { output_type: "stream", name: "stderr", text: "a warning\n" },
    ],
    [
      { output_type: "display_data", data: { "text/html": "<b>bold</b>" } },
      { output_type: "execute_result", data: { "text/plain": "[ 1, 4, 9 ]" } },
    ],
    [{ metadata: { latent: { name: "two-points" } } }],
    [{ output_type: "execute_result", data: { "text/plain": "1000 steps" } }],
  ]);
});

withPython("nbclient runs it small with LATENT_SMOKE=1", () => {
  const { outputs } = underNbclient("good.ipynb", { LATENT_SMOKE: "1" });
  expect(outputs).toMatchObject([
    [{ text: 'LATENT_SMOKE=1: smoke mode with label = "small", steps = 10\n' }],
    [{ text: "small: 10 steps at 0.5\nsecond line\n" }, {}],
    {},
    {},
    {},
  ]);
});

/** What each cell of a notebook shows under nbclient. */
function shownUnderNbclient(notebook: string, environment: Record<string, string> = {}): string[] {
  const path = join(folder, "bindings.ipynb");
  writeFileSync(path, notebook);
  return (underNbclient(path, environment)["outputs"] as Output[][]).map(shownBy);
}

withPython("under nbclient, one variable is one variable", () => {
  expect(shownUnderNbclient(bindingNotebook())).toEqual(BINDING_CASES.flatMap(([, , expected]) => expected));
});

withPython("under nbclient, functions of the parameters cell see what LATENT_SMOKE=1 changes", () => {
  const shown = shownUnderNbclient(parametersNotebook(), { LATENT_SMOKE: "1" });
  expect(shown.at(-1)).toBe(PARAMETERS_CASE.small);
});

withPython.each([
  ["failing.ipynb", "RangeError", /^toFixed\(\) digits argument/, "cell [2]:3:1"],
  [
    "type-error.ipynb",
    "TypeScriptError",
    /^cell \[1\]:2:7 - Type 'number' is not assignable/,
    "cell [1]:2:7",
  ],
])("nbclient raises what %s fails with", (name, ename, evalue, place) => {
  const raised = underNbclient(name);
  expect(raised["ename"]).toBe(ename);
  expect(raised["evalue"]).toMatch(evalue);
  expect(raised["traceback"]).toContain(place);
});

withPython(
  "nbformat accepts the output of latent run, for a notebook that passes and one that fails",
  async () => {
    const paths = ["good.ipynb", "failing.ipynb", "expected-error.ipynb"].map((name) =>
      join(notebooks, name),
    );
    await runAll(planRuns({ paths, parameters: {}, smoke: false, inPlace: false, out: folder }), {
      limits: { cell: 60, notebook: 0 },
      jobs: 1,
      out: folder,
      inPlace: false,
      signal: new AbortController().signal,
      say: () => undefined,
    });
    for (const name of ["good.ipynb", "failing.ipynb", "expected-error.ipynb"])
      expect(python({}, "validate", join(folder, name))).toEqual({ valid: true });
  },
);
