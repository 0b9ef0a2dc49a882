import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cell } from "../../../tools/notebook/document";
import { runNotebook } from "../../../tools/execution/run-notebook";
import { isAlive, notebooks, until } from "../kernel/support";

const LATENT = join(__dirname, "..", "..", "..", "tools", "bin", "latent.mjs");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-run-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `latent run` in the folder of the test notebooks. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [LATENT, "run", ...args], {
    cwd: notebooks,
    env: { ...process.env, LATENT_SMOKE: "" },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  return { pid: child.pid ?? 0, kill: (signal: NodeJS.Signals) => child.kill(signal), ended };
}

function latentRun(...args: string[]): Promise<Ended> {
  return start(...args).ended;
}

function readCells(...path: string[]): Cell[] {
  return (JSON.parse(readFileSync(join(...path), "utf8")) as { cells: Cell[] }).cells;
}

function outputsOf(cells: readonly Cell[]) {
  return cells.filter(({ cell_type: type }) => type === "code").map(({ outputs = [] }) => outputs);
}

/**
 * The path of the partial results; throws if the message has none, because tests delete the folder of the
 * result.
 */
function keptNotebook(stderr: string): string {
  const kept = /partial results in (\S+)/.exec(stderr)?.[1];
  if (kept?.startsWith(join(tmpdir(), "latent-failed-")) !== true)
    throw new Error(`no path of partial results in: ${stderr}`);
  return kept;
}

describe("a notebook that passes", () => {
  test("is written to --out with its outputs and figures, and the original is unchanged", async () => {
    const before = readFileSync(join(notebooks, "good.ipynb"));
    const out = join(folder, "good");
    const { code, stdout, stderr } = await latentRun("good.ipynb", "--out", out);
    expect(stderr).toContain("good.ipynb: cell 5/5 passed in ");
    expect(stdout).toMatch(
      /^notebook +result +time +cells +memory\ngood.ipynb +passed +[\d.]+ s +5\/5 +\d+ MiB\n$/,
    );
    expect(code).toBe(0);
    const cells = readCells(out, "good.ipynb");
    expect(cells.map(({ id, execution_count: count }) => [id, count])).toEqual([
      ["cell-1", undefined],
      ["cell-2", 1],
      ["cell-3", 2],
      ["cell-4", 3],
      ["cell-5", 4],
      ["cell-6", 5],
    ]);
    const figure = { mark: "line" };
    expect(outputsOf(cells)).toMatchObject([
      [],
      [
        { name: "stdout", text: ["full: 1000 steps at 0.5\n", "second line\n"] },
        { name: "stderr", text: ["a warning\n"] },
      ],
      [{ data: { "text/html": ["<b>bold</b>"] } }, { output_type: "execute_result", execution_count: 3 }],
      [
        {
          data: { "application/vnd.vegalite.v5+json": figure },
          metadata: { latent: { name: "two-points" } },
        },
      ],
      [{ data: { "text/plain": ["1000 steps"] } }],
    ]);
    expect(readdirSync(join(out, "good"))).toEqual([
      "two-points.png",
      "two-points.svg",
      "two-points.vl.json",
    ]);
    expect(readFileSync(join(out, "good", "two-points.svg"), "utf8")).toMatch(/^<svg/);
    expect(
      readFileSync(join(out, "good", "two-points.png"))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(JSON.parse(readFileSync(join(out, "good", "two-points.vl.json"), "utf8"))).toMatchObject(figure);
    expect(readFileSync(join(notebooks, "good.ipynb"))).toEqual(before);
  });

  test("takes the smoke parameters with --smoke, and -p takes precedence", async () => {
    const out = join(folder, "small");
    const { code } = await latentRun(
      "good.ipynb",
      "--smoke",
      "-p",
      "steps=20",
      "-p",
      "noisy=true",
      "--out",
      out,
    );
    expect(code).toBe(0);
    const cells = readCells(out, "good.ipynb");
    expect(cells[2]).toMatchObject({
      id: "injected-parameters",
      metadata: { tags: ["injected-parameters"] },
      source: [
        "// Parameters of this run\n",
        "const steps: number = 20;\n",
        'const label: "full" | "small" = "small";\n',
        "let noisy: boolean = true;",
      ],
    });
    expect(outputsOf(cells)[2]).toMatchObject([
      { text: ["small: 20 steps at 0.5\n", "second line\n"] },
      { name: "stderr" },
      { text: ["noise\n"] },
    ]);
  });

  test("is written in place with --in-place; one that fails is not", async () => {
    for (const name of ["expected-error.ipynb", "failing.ipynb"])
      copyFileSync(join(notebooks, name), join(folder, name));
    const before = readFileSync(join(folder, "failing.ipynb"));
    const paths = ["expected-error.ipynb", "failing.ipynb"].map((name) => join(folder, name));
    const { code, stderr, stdout } = await latentRun(...paths, "--in-place", "--jobs", "2");
    expect(code).toBe(1);
    const cells = readCells(folder, "expected-error.ipynb");
    expect(cells.map(({ execution_count: count }) => count)).toEqual([1, null, 2]);
    expect(outputsOf(cells)).toMatchObject([
      [{ ename: "Error" }],
      [],
      [{ data: { "text/plain": ["reached"] } }],
    ]);
    expect(readFileSync(join(folder, "failing.ipynb"))).toEqual(before);
    expect(stdout).toMatch(/expected-error.ipynb +passed[^]*failing.ipynb +failed \(error\) +[\d.]+ s +1\/3/);
    const kept = keptNotebook(stderr);
    expect(outputsOf(readCells(kept))[1]).toHaveLength(2);
    rmSync(dirname(kept), { recursive: true });
  });
});

describe("a notebook that fails", () => {
  test.each([
    [
      "failing.ipynb",
      [],
      "failing.ipynb, cell [2], line 3: " +
        "RangeError: toFixed() digits argument must be between 0 and 100\n    scale(2);",
      ["stream", "error"],
    ],
    [
      "type-error.ipynb",
      [],
      "type-error.ipynb, cell [1], line 2: TypeScriptError: cell [1]:2:7 - " +
        "Type 'number' is not assignable to type 'string'.\n    const name: string = count;",
      ["error"],
    ],
    [
      "slow.ipynb",
      ["--cell-timeout", "3"],
      'slow.ipynb, cell [1]: the cell ran longer than 3 s (--cell-timeout)\n    console.log("started");',
      ["stream", "error", "error"],
    ],
    [
      "endless.ipynb",
      ["--cell-timeout", "3"],
      "endless.ipynb, cell [1], line 2: the cell ran longer than 3 s (--cell-timeout)\n" +
        "    while (true) turns += 1;",
      ["error", "error"],
    ],
    [
      "dying.ipynb",
      [],
      'dying.ipynb, cell [2]: the kernel ended by SIGKILL\n    console.log("last words");',
      ["stream", "error"],
    ],
  ])(
    "%s is reported with cell, line and reason, and its partial results are kept",
    async (name, options, message, types) => {
      const out = join(folder, "failed");
      const { code, stderr, stdout } = await latentRun(name, "--out", out, ...options);
      expect(stderr).toContain(message);
      expect(stdout).toContain("failed (");
      expect(code).toBe(1);
      const outputs = outputsOf(readCells(out, name));
      const last = outputs.reverse().find((list) => list.length > 0) ?? [];
      expect(last.map(({ output_type: type }) => type)).toEqual(types);
      expect(existsSync(join(out, name.replace(".ipynb", "")))).toBe(false);
    },
  );

  test("is stopped when it exceeds --timeout", async () => {
    const { code, stderr } = await latentRun("slow.ipynb", "--timeout", "4");
    expect(stderr).toContain("the notebook ran longer than 4 s (--timeout)");
    expect(code).toBe(1);
    rmSync(dirname(keptNotebook(stderr)), { recursive: true });
  });

  test("reports a kernel that cannot start", async () => {
    const { failure } = await runNotebook({ metadata: {}, cells: [] }, join(folder, "nowhere", "x.ipynb"), {
      limits: { cell: 0, notebook: 0 },
    });
    expect(failure?.kind).toBe("start");
    expect(failure?.message).toMatch(/^the kernel did not start: the kernel ended with code unknown; /);
  });
});

/** Matches a text of these lines, each a regular expression. */
function lines(...expected: readonly string[]): RegExp {
  return new RegExp(`^${expected.join("\\n")}\\n$`);
}

describe("invalid input", () => {
  test.each([
    [
      ["good.ipynb", "python.ipynb", "not-json.ipynb", "old.ipynb", "missing.ipynb"],
      lines(
        'latent run: python.ipynb is not a TypeScript notebook: its metadata names the language "python"',
        "not-json.ipynb is not a notebook: invalid JSON \\(.*\\)",
        "old.ipynb has nbformat 3, but only 4 is supported; open and save it in JupyterLab",
        "missing.ipynb cannot be read: ENOENT.*",
      ),
    ],
    [
      ["good.ipynb", "-p", "stesp=5"],
      lines(
        "latent run: good.ipynb: unknown parameter stesp; " +
          "the parameters cell declares: steps, rate, label, noisy",
      ),
    ],
    [
      ["good.ipynb", "-p", "steps=abc"],
      lines(
        "latent run: good.ipynb: parameter steps must be a number \\(1000 in the notebook\\), " +
          'got "abc" \\(a string\\)',
      ),
    ],
    [
      ["failing.ipynb", "-p", "a=1"],
      /^latent run: failing.ipynb: has no code cell tagged "parameters" to set a\n$/,
    ],
    [["good.ipynb", "--in-place", "--smoke"], /--in-place cannot be combined with -p, --smoke or --preset/],
    [["good.ipynb", "../notebooks/good.ipynb"], /^latent run: --out: two notebooks are named good; /],
    [["good.ipynb", "-p", "steps"], /-p expects name=value, got steps/],
    [["good.ipynb", "--jobs", "0"], /expected a positive integer/],
    [["good.ipynb", "--timeout", "soon"], /expected a number of seconds, or 0 for no limit/],
  ])("%j is rejected before anything runs or is written", async (args, message) => {
    const out = join(folder, "refused");
    const { code, stderr, stdout } = await latentRun(...args, "--out", out);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBeGreaterThan(0);
    expect(existsSync(out)).toBe(false);
  });
});

/** The kernel that a process has started. */
function kernelOf(pid: number): number | undefined {
  try {
    return (
      Number(execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).trim()) ||
      undefined
    );
  } catch {
    return undefined; // not started yet
  }
}

describe.skipIf(process.platform !== "linux")("a run that is ended by a signal", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGKILL", null],
  ] as const)("by %s leaves no kernel behind", async (signal, exit) => {
    const run = start("slow.ipynb", "--out", join(folder, signal));
    let kernel: number | undefined;
    await until(() => (kernel = kernelOf(run.pid)) !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // between its start and its first cell
    run.kill(signal);
    const { code } = await run.ended;
    expect(code).toBe(exit);
    await until(() => !isAlive(kernel ?? 0));
  });
});
