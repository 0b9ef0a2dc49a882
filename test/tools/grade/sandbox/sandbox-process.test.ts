import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bubblewrapProblem } from "../../../../tools/grade/sandbox/bubblewrap";
import { DEFAULT_IMAGE } from "../../../../tools/grade/sandbox/container";
import { courseRoot, environment } from "../../../../tools/grade/sandbox/course-files";
import { DEFAULT_LIMITS, type SandboxLimits } from "../../../../tools/grade/sandbox/limits";
import { chooseIsolation } from "../../../../tools/grade/sandbox/choose-isolation";
import { startProcess, type Reply } from "../../../../tools/grade/sandbox/sandbox-process";
import { usageOf } from "../../../../tools/grade/sandbox/usage";

const missing = bubblewrapProblem();
const built = existsSync(join(courseRoot, "tools/dist/grade/inside/main.js"));
const skipReason = missing ?? (built ? undefined : "the tools are not built");
const title = skipReason === undefined ? "the sandbox" : `the sandbox (skipped: ${skipReason})`;

/**
 * Linux does not limit root's processes; if the sandbox cannot run as nobody, a fork bomb would harm the
 * machine.
 */
function isLimited(): boolean {
  return (
    process.getuid?.() !== 0 ||
    chooseIsolation("bwrap", DEFAULT_IMAGE).command([], DEFAULT_LIMITS, "x")[0] === "setpriv"
  );
}

/**
 * Runs one cell with all permissions of the assignment's own cells: only the sandbox protects the machine
 * from it.
 */
async function runGiven(source: string, limits: Partial<SandboxLimits> = {}): Promise<Reply> {
  const all = { ...DEFAULT_LIMITS, cell: 120, ...limits };
  const process = startProcess({
    isolation: chooseIsolation("bwrap", DEFAULT_IMAGE),
    limits: all,
    deadline: performance.now() + 300_000,
  });
  try {
    expect(await process.ready).toBeUndefined();
    return await process.request(
      { type: "cell", id: "0", role: "given", source, label: "cell [1]" },
      () => undefined,
    );
  } finally {
    await process.close();
  }
}

function endOf(reply: Reply): string {
  return "ended" in reply ? reply.ended.kind : reply.end.status === "ok" ? "ok" : (reply.end.evalue ?? "");
}

/** Returns code that throws, with the text of the first statement that does not throw. */
function expectAllToThrow(statements: readonly string[]): string {
  return statements
    .map(
      (code) =>
        `{ let failed = false; try { ${code} } catch { failed = true; } ` +
        `if (!failed) throw new Error(${JSON.stringify(code)}); }`,
    )
    .join("\n");
}

describe.skipIf(skipReason !== undefined)(title, { timeout: 300_000 }, () => {
  test("stops a fork bomb and leaves none of its processes", async ({ skip }) => {
    if (!isLimited()) skip("root's processes are not limited on this machine");
    const reply = await runGiven(
      'import { spawn } from "node:child_process";\n' +
        'spawn("sh", ["-c", "bomb() { bomb | bomb & }; bomb"]);\nawait new Promise(() => undefined);',
      { processes: 100, cell: 5 }, // a kernel uses about 30
    );
    // The system stops it at the limit; which limit is reached first depends on the machine.
    expect(["processes", "cell time"]).toContain(endOf(reply));
    expect(usageOf(process.pid).tasks).toBeLessThan(100);
  });

  test("limits the memory of processes that the notebook starts", async () => {
    const hoard = "const a = []; for (;;) a.push(Buffer.alloc(2 ** 24, 1));";
    const reply = await runGiven(
      'import { spawn } from "node:child_process";\n' +
        `spawn(process.execPath, ["-e", ${JSON.stringify(hoard)}]);\n` +
        "await new Promise(() => undefined);",
      { memory: 800 * 2 ** 20 },
    );
    expect(endOf(reply)).toBe("memory");
  });

  test("denies writing to the course, the network, and all files outside the course", async () => {
    const write = (path: string): string => `fs.writeFileSync(${JSON.stringify(path)}, "x");`;
    const read = (path: string): string => `fs.readdirSync(${JSON.stringify(path)});`;
    const source = [
      'import * as fs from "node:fs"; import * as net from "node:net";',
      'import { spawnSync } from "node:child_process";',
      expectAllToThrow([
        write(join(courseRoot, "lib/dist/index.js")),
        write(join(courseRoot, "package.json")),
        write("/etc/passwd"),
        write("/usr/bin/x"),
        write("/dev/x"),
        // each is small enough, but not all together
        "for (const i of [1, 2, 3]) fs.writeFileSync(`/dev/shm/${i}`, Buffer.alloc(2 ** 23));",
        read("/root"),
        read("/home"),
        read(join(courseRoot, ".git")),
        read(join(courseRoot, "test")),
        'fs.readFileSync("/proc/self/environ");',
        'fs.writeFileSync("big", Buffer.alloc(2 ** 26));', // more than the file size limit
      ]),
      "const files = fs.readdirSync('.').filter((name) => name !== 'big');",
      "if (files.length > 0) throw new Error('the folder is not empty');",
      "const names = Object.keys(process.env).sort().join();",
      "if (names !== EXPECTED) throw new Error(names);",
      'const socket = net.connect(53, "1.1.1.1");',
      "const outcome = await new Promise((done) => {",
      '  socket.once("connect", () => done("connected"));',
      '  socket.once("error", (error: any) => done(error.code));',
      "});",
      'if (outcome !== "ENETUNREACH") throw new Error(String(outcome));',
    ].join("\n");
    const names = [...Object.keys(environment()), "PWD"].sort().join();
    const text = source.replace("EXPECTED", JSON.stringify(names));
    expect(endOf(await runGiven(text, { file: 2 ** 24 }))).toBe("ok");
  });

  test("remarks on what an answer asks for and does not get, and on other processes", async () => {
    const process = startProcess({
      isolation: chooseIsolation("bwrap", DEFAULT_IMAGE),
      limits: { ...DEFAULT_LIMITS, cell: 120 },
      deadline: performance.now() + 300_000,
    });
    const cells = [
      ["given", 'import { spawn } from "node:child_process"; const start = spawn;'],
      ["given", "await new Promise((done) => setTimeout(done, 1000));"],
      ["answer", "const honest = [1, 2].map(String).join();"],
      ["answer", "process.exit(1);"],
      ["answer", 'import * as fs from "node:fs"; fs.readdirSync(".");'],
    ] as const;
    const run = async (id: number, role: "given" | "answer", source: string): Promise<void> => {
      await process.request(
        { type: "cell", id: String(id), role, source, label: `[${id}]` },
        () => undefined,
      );
    };
    try {
      expect(await process.ready).toBeUndefined();
      for (const [id, [role, source]] of cells.slice(0, 3).entries()) await run(id, role, source);
      expect(process.remarks()).toEqual([]);
      for (const [id, [role, source]] of cells.slice(3).entries()) await run(id, role, source);
      await run(9, "given", 'start("sleep", ["5"]); await new Promise((done) => setTimeout(done, 1000));');
    } finally {
      await process.close();
    }
    expect(process.remarks()).toEqual([
      "an answer asked for process.exit, which it cannot use",
      'an answer asked for the import of "node:fs", which it cannot use',
      "an answer started another process",
    ]);
  });

  test("ends a cell that never yields at its time limit", async () => {
    expect(endOf(await runGiven("for (;;);", { cell: 2 }))).toBe("cell time");
  });
});

describe("environment", () => {
  test("has no variables of the grader", () => {
    expect(Object.keys(environment()).sort()).toEqual([
      "HOME",
      "LANG",
      "PATH",
      "TF_CPP_MIN_LOG_LEVEL",
      "TMPDIR",
    ]);
  });

  test("throws if bubblewrap is not available, except with none", () => {
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = "/nowhere";
      expect(() => chooseIsolation("bwrap", DEFAULT_IMAGE)).toThrow(
        /^latent grade: --sandbox bwrap is not available: bwrap cannot be started .*install bubblewrap;/,
      );
      expect(chooseIsolation("none", DEFAULT_IMAGE).kind).toBe("none");
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("applies the system's limits also without a sandbox", () => {
    const [file, args] = chooseIsolation("none", DEFAULT_IMAGE).command(
      ["node", "x.js"],
      DEFAULT_LIMITS,
      "x",
    );
    expect(file).toBe("prlimit");
    expect(args.slice(-2)).toEqual(["node", "x.js"]);
    expect(args).toContain(`--cpu=${DEFAULT_LIMITS.cpu}`);
  });
});
