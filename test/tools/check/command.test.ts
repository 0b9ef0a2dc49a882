import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VEGA_LITE } from "../../../tools/notebook/named-figures";
import { readExecuted } from "../../../tools/notebook/read-executed";
import type { Notebook, Output } from "../../../tools/notebook/document";
import { serializeNotebook } from "../../../tools/notebook/write";
import { notebooks } from "../kernel/support";

const LATENT = join(__dirname, "..", "..", "..", "tools", "bin", "latent.mjs");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-check-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `latent check` with the cache and report folder of the test. */
function latentCheck(args: readonly string[], backend = ""): Promise<Ended> {
  const folders = ["--cache", join(folder, "cache"), "--out", join(folder, "out")];
  const child = spawn(process.execPath, [LATENT, "check", ...args, ...folders], {
    env: { ...process.env, LATENT_BACKEND: backend, LATENT_SMOKE: "1" },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
}

function copyOf(name: string): string {
  const path = join(folder, `${name}.ipynb`);
  copyFileSync(join(notebooks, `${name}.ipynb`), path);
  return path;
}

/** Writes the notebook with changed outputs. */
function edit(path: string, change: (output: Output) => Output): void {
  const notebook = readExecuted(path);
  const cells = notebook.cells.map((cell) =>
    cell.outputs ? { ...cell, outputs: cell.outputs.map(change) } : cell,
  );
  writeFileSync(path, serializeNotebook({ ...notebook, cells } satisfies Notebook));
}

/** Raises the test curve by 5 %. */
function plant(output: Output): Output {
  if (!("data" in output) || !(VEGA_LITE in output.data)) return output;
  const spec = output.data[VEGA_LITE] as {
    data: { values: { series: string; step: number; loss: number }[] };
  };
  const values = spec.data.values.map((row) =>
    row.series === "test" ? { ...row, loss: 1.05 * row.loss } : row,
  );
  return { ...output, data: { ...output.data, [VEGA_LITE]: { ...spec, data: { values } } } };
}

function report(): string {
  return join(folder, "out", "report.html");
}

describe("a notebook from its first outputs to an injected change", () => {
  let path: string;
  beforeAll(() => {
    path = copyOf("reproduced");
  });

  test("is rejected without outputs", async () => {
    const { code, stderr } = await latentCheck([path]);
    expect(stderr).toBe(`latent check: ${path} has no outputs to compare with; write them with --update\n`);
    expect(code).toBe(2);
  });

  test("--update writes its outputs", async () => {
    const { code, stdout } = await latentCheck([path, "--update"]);
    expect(stdout).toMatch(/its outputs have been updated \([\d.]+ s\)\n$/);
    expect(code).toBe(0);
    expect(readExecuted(path).cells.map(({ outputs }) => outputs?.length)).toEqual([undefined, 0, 1, 1, 2]);
  });

  test("passes although volatile cells change; then it is skipped without --force", async () => {
    const before = readFileSync(path, "utf8");
    expect(await latentCheck([path])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(": the same (") as string,
    });
    const skipped = await latentCheck([path]);
    expect(skipped).toMatchObject({ code: 0, stderr: "" });
    expect(skipped.stdout).toContain(": unchanged since it passed");
    expect((await latentCheck([path, "--force"])).stdout).toContain(": the same (");
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(existsSync(report())).toBe(false);
  });

  test("is rerun on another backend, and passes within the tolerance", async () => {
    expect(await latentCheck([path], "wasm")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(": the same (") as string,
    });
  });

  test("fails after a change of 5 % in one curve, which is shown and fixed by --update", async () => {
    edit(path, plant);
    const planted = readFileSync(path, "utf8");
    const { code, stdout, stderr } = await latentCheck([path]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        `${path}, cell [4], figure two-curves:`,
        '    series "all", "test", field "loss", 4 of 4 values, largest at row 1 (step = 0) ' +
          "(4.8 % apart, allowed: 0.5 % or 3 standard errors)",
        "      expected: 5.25",
        "      got:      5\n",
      ].join("\n"),
    );
    expect(stdout).toContain(`: differs (`);
    expect(stdout).toContain(`old and new outputs side by side: ${report()}\n`);
    const page = readFileSync(report(), "utf8");
    expect(page.match(/<img alt="[^"]+" src="data:image\/png;base64,iVBOR/g)).toHaveLength(2);
    expect(page).toContain("<h3>Cell [4], figure two-curves</h3>");
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(readFileSync(path, "utf8")).toBe(planted);
    expect((await latentCheck([path, "--update"])).code).toBe(0);
    expect(readFileSync(path, "utf8")).not.toBe(planted);
  });
});

test("a notebook whose run fails is reported and never written, even with --update", async () => {
  const path = copyOf("failing");
  const before = readFileSync(path, "utf8");
  const { code, stdout, stderr } = await latentCheck([path, "--update"]);
  expect(code).toBe(1);
  expect(stderr).toContain("failing.ipynb, cell [2], line 3: RangeError");
  expect(stdout).toContain("failing.ipynb: failed (");
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("an invalid rule is reported with its cell before anything runs", async () => {
  const path = copyOf("reproduced");
  writeFileSync(path, readFileSync(path, "utf8").replace("tolerance: 0.005", "tolerance: half"));
  const missing = join(folder, "missing.ipynb");
  const { code, stderr } = await latentCheck([path, missing]);
  expect(code).toBe(2);
  expect(stderr).toContain(`latent check: ${path}, cell [4], line 1: tolerance must be relative and below 1`);
  expect(stderr).toContain(`${missing} cannot be read: ENOENT`);
});

test("the outputs of a few training steps on one backend are reproduced by another", async () => {
  const { code, stdout, stderr } = await latentCheck([join(notebooks, "backends.ipynb")], "wasm");
  expect(stderr).toContain("cell 2/2 passed");
  expect(stdout).toContain(": the same (");
  expect(code).toBe(0);
});
