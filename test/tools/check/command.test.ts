import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

/** Runs `latent check` with a cache and a report of the test's own. */
const latentCheck = (args: readonly string[], backend = ""): Promise<Ended> => {
  const folders = ["--cache", join(folder, "cache"), "--out", join(folder, "out")];
  const child = spawn(process.execPath, [LATENT, "check", ...args, ...folders], {
    env: { ...process.env, LATENT_BACKEND: backend, LATENT_SMOKE: "1" },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
};

const copyOf = (name: string): string => {
  const path = join(folder, `${name}.ipynb`);
  copyFileSync(join(notebooks, `${name}.ipynb`), path);
  return path;
};

/** Writes the notebook with its outputs changed. */
const edit = (path: string, change: (output: Output) => Output): void => {
  const notebook = readExecuted(path);
  const cells = notebook.cells.map((cell) =>
    cell.outputs ? { ...cell, outputs: cell.outputs.map(change) } : cell,
  );
  writeFileSync(path, serializeNotebook({ ...notebook, cells } satisfies Notebook));
};

/** Raises the test curve by 5 %. */
const plant = (output: Output): Output => {
  if (!("data" in output) || !(VEGA_LITE in output.data)) return output;
  const spec = output.data[VEGA_LITE] as {
    data: { values: { series: string; step: number; loss: number }[] };
  };
  const values = spec.data.values.map((row) =>
    row.series === "test" ? { ...row, loss: 1.05 * row.loss } : row,
  );
  return { ...output, data: { ...output.data, [VEGA_LITE]: { ...spec, data: { values } } } };
};

const report = (): string => join(folder, "out", "report.html");

describe("a notebook from its first outputs to a planted change", () => {
  let path: string;
  beforeAll(() => {
    path = copyOf("reproduced");
  });

  it("without outputs there is nothing to compare with", async () => {
    const { code, stderr } = await latentCheck([path]);
    expect(stderr).toBe(`latent check: ${path} has no outputs to compare with; --update writes them\n`);
    expect(code).toBe(2);
  });

  it("--update writes them", async () => {
    const { code, stdout } = await latentCheck([path, "--update"]);
    expect(stdout).toMatch(/its outputs are written anew \([\d.]+ s\)\n$/);
    expect(code).toBe(0);
    expect(readExecuted(path).cells.map(({ outputs }) => outputs?.length)).toEqual([undefined, 0, 1, 1, 2]);
  });

  it("a rerun is the same although volatile cells are not; then it is skipped until --force", async () => {
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

  it("another backend is checked for itself, and passes within the tolerance", async () => {
    expect(await latentCheck([path], "wasm")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(": the same (") as string,
    });
  });

  it("a change of 5 % in one curve is found, shown, and mended by --update", async () => {
    edit(path, plant);
    const planted = readFileSync(path, "utf8");
    const { code, stdout, stderr } = await latentCheck([path]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        `${path}, cell [4], figure two-curves:`,
        '    series "all", "test", field "loss", 4 of 4 values, the most at row 1 (step = 0) (4.8 % apart, allowed: 0.5 % or 3 standard errors)',
        "      expected: 5.25",
        "      got:      5\n",
      ].join("\n"),
    );
    expect(stdout).toContain(`: differs (`);
    expect(stdout).toContain(`the old and the new side by side: ${report()}\n`);
    const page = readFileSync(report(), "utf8");
    expect(page.match(/<img alt="[^"]+" src="data:image\/png;base64,iVBOR/g)).toHaveLength(2);
    expect(page).toContain("<h3>Cell [4], figure two-curves</h3>");
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(readFileSync(path, "utf8")).toBe(planted);
    expect((await latentCheck([path, "--update"])).code).toBe(0);
    expect(readFileSync(path, "utf8")).not.toBe(planted);
  });
});

it("a notebook whose run fails is told and never written, with --update neither", async () => {
  const path = copyOf("failing");
  const before = readFileSync(path, "utf8");
  const { code, stdout, stderr } = await latentCheck([path, "--update"]);
  expect(code).toBe(1);
  expect(stderr).toContain("failing.ipynb, cell [2], line 3: RangeError");
  expect(stdout).toContain("failing.ipynb: failed (");
  expect(readFileSync(path, "utf8")).toBe(before);
});

it("a rule that cannot be read is told with its cell before anything runs", async () => {
  const path = copyOf("reproduced");
  writeFileSync(path, readFileSync(path, "utf8").replace("tolerance: 0.005", "tolerance: half"));
  const missing = join(folder, "missing.ipynb");
  const { code, stderr } = await latentCheck([path, missing]);
  expect(code).toBe(2);
  expect(stderr).toContain(`latent check: ${path}, cell [4], line 1: tolerance must be like 0.02`);
  expect(stderr).toContain(`${missing} cannot be read: ENOENT`);
});

it("the outputs that one backend gave, a few steps of training, are reproduced by another", async () => {
  const { code, stdout, stderr } = await latentCheck([join(notebooks, "backends.ipynb")], "wasm");
  expect(stderr).toContain("cell 2/2 passed");
  expect(stdout).toContain(": the same (");
  expect(code).toBe(0);
});
