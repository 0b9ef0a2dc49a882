import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { whyNoBubblewrap } from "../../../../tools/grade/sandbox/bubblewrap";
import { DEFAULT_IMAGE } from "../../../../tools/grade/sandbox/container";
import { courseRoot, environment } from "../../../../tools/grade/sandbox/course-files";
import { DEFAULT_LIMITS, type SandboxLimits } from "../../../../tools/grade/sandbox/limits";
import { chooseIsolation } from "../../../../tools/grade/sandbox/choose-isolation";
import { startProcess, type Reply } from "../../../../tools/grade/sandbox/sandbox-process";
import { usageOf } from "../../../../tools/grade/sandbox/usage";

const why = whyNoBubblewrap();
const built = existsSync(join(courseRoot, "tools/dist/grade/inside/main.js"));
const reason = why ?? (built ? undefined : "the tools are not built");
const title = reason === undefined ? "holds" : `skipped: ${reason}`;

/** For root the system limits no processes; where the sandbox cannot be nobody either, a bomb would harm the machine. */
function isLimited(): boolean {
  return (
    process.getuid?.() !== 0 ||
    chooseIsolation("bwrap", DEFAULT_IMAGE).command([], DEFAULT_LIMITS, "x")[0] === "setpriv"
  );
}

/**
 * Runs one cell with all the powers that the assignment's own cells have: only the sandbox stands between it and the machine.
 */
async function runGiven(source: string, limits: Partial<SandboxLimits> = {}): Promise<Reply> {
  const all = { ...DEFAULT_LIMITS, cell: 20, ...limits };
  const process = startProcess(chooseIsolation("bwrap", DEFAULT_IMAGE), all, performance.now() + 60_000);
  try {
    expect(await process.ready).toBeUndefined();
    return await process.run({ id: "0", role: "given", source, label: "cell [1]" }, () => undefined);
  } finally {
    await process.close();
  }
}

function endOf(reply: Reply): string {
  return "ended" in reply ? reply.ended.kind : reply.end.status === "ok" ? "ok" : (reply.end.evalue ?? "");
}

/** Fails with the name of the first statement that did not throw. */
function allFail(statements: readonly string[]): string {
  return statements
    .map(
      (code) =>
        `{ let failed = false; try { ${code} } catch { failed = true; } if (!failed) throw new Error(${JSON.stringify(code)}); }`,
    )
    .join("\n");
}

describe.skipIf(reason !== undefined)(`the sandbox ${title}`, { timeout: 60_000 }, () => {
  test("a fork bomb, and nothing of it is left", async ({ skip }) => {
    if (!isLimited()) skip("root's processes are not limited here");
    const reply = await runGiven(
      'import { spawn } from "node:child_process";\n' +
        'spawn("sh", ["-c", "bomb() { bomb | bomb & }; bomb"]);\nawait new Promise(() => undefined);',
      { processes: 100, cell: 5 }, // a kernel alone has about 30
    );
    // The system stops it at the limit; who sees that first depends on the machine.
    expect(["processes", "cell time"]).toContain(endOf(reply));
    expect(usageOf(process.pid).tasks).toBeLessThan(100);
  });

  test("memory in a process that the notebook starts", async () => {
    const hoard = "const a = []; for (;;) a.push(Buffer.alloc(2 ** 24, 1));";
    const reply = await runGiven(
      `import { spawn } from "node:child_process";\nspawn(process.execPath, ["-e", ${JSON.stringify(hoard)}]);\n` +
        "await new Promise(() => undefined);",
      { memory: 800 * 2 ** 20 },
    );
    expect(endOf(reply)).toBe("memory");
  });

  test("the course's files, the network, and all that lies outside of the course", async () => {
    const write = (path: string): string => `fs.writeFileSync(${JSON.stringify(path)}, "x");`;
    const read = (path: string): string => `fs.readdirSync(${JSON.stringify(path)});`;
    const source = [
      'import * as fs from "node:fs"; import * as net from "node:net"; import { spawnSync } from "node:child_process";',
      allFail([
        write(join(courseRoot, "lib/dist/index.js")),
        write(join(courseRoot, "package.json")),
        write("/etc/passwd"),
        write("/usr/bin/x"),
        read("/root"),
        read("/home"),
        read(join(courseRoot, ".git")),
        read(join(courseRoot, "test")),
        'fs.readFileSync("/proc/self/environ");',
        'fs.writeFileSync("big", Buffer.alloc(2 ** 26));', // more than one file may hold
      ]),
      "if (fs.readdirSync('.').filter((name) => name !== 'big').length > 0) throw new Error('the folder is not empty');",
      "if (Object.keys(process.env).sort().join() !== WANTED) throw new Error(Object.keys(process.env).join());",
      'const socket = net.connect(53, "1.1.1.1");',
      'const said = await new Promise((done) => socket.once("connect", () => done("connected")).once("error", (error: any) => done(error.code)));',
      'if (said !== "ENETUNREACH") throw new Error(String(said));',
    ].join("\n");
    const names = [...Object.keys(environment()), "PWD"].sort().join();
    const text = source.replace("WANTED", JSON.stringify(names));
    expect(endOf(await runGiven(text, { file: 2 ** 24 }))).toBe("ok");
  });

  test("its time, whatever the cell does with it", async () => {
    expect(endOf(await runGiven("for (;;);", { cell: 2 }))).toBe("cell time");
  });
});

describe("the isolation", () => {
  test("hands on nothing of the grader's environment", () => {
    expect(Object.keys(environment()).sort()).toEqual([
      "HOME",
      "LANG",
      "PATH",
      "TF_CPP_MIN_LOG_LEVEL",
      "TMPDIR",
    ]);
  });

  test("is refused where there is none, unless that is said", () => {
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = "/nowhere";
      expect(() => chooseIsolation("bwrap", DEFAULT_IMAGE)).toThrow(
        /^latent grade: submissions are other people's programs, and there is nothing to isolate them with: bwrap cannot be started .*apt-get install bubblewrap; with --no-sandbox they run with all your rights$/,
      );
      expect(chooseIsolation("none", DEFAULT_IMAGE).kind).toBe("none");
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("limits by the system's own means also without a sandbox", () => {
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
