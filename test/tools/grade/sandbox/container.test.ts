import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { containerArguments, DEFAULT_IMAGE, container } from "../../../../tools/grade/sandbox/container";
import { workingFolder, courseRoot } from "../../../../tools/grade/sandbox/course-files";
import { DEFAULT_LIMITS } from "../../../../tools/grade/sandbox/limits";
import { chooseIsolation } from "../../../../tools/grade/sandbox/choose-isolation";
import { startProcess } from "../../../../tools/grade/sandbox/sandbox-process";
import { newFolder } from "../support";

const limits = { ...DEFAULT_LIMITS, cpu: 60, file: 2 ** 20, memory: 2 ** 30, processes: 100 };
const args = containerArguments("image:1", [process.execPath, "main.js"], limits, "latent-1");
function after(option: string): string[] {
  return args.filter((_, i) => args[i - 1] === option);
}

describe("containerArguments", () => {
  test("denies network and capabilities, and runs as nobody", () => {
    expect(after("--network")).toEqual(["none"]);
    expect(after("--cap-drop")).toEqual(["ALL"]);
    expect(after("--security-opt")).toEqual(["no-new-privileges"]);
    expect(after("--user")).toEqual(["65534:65534"]);
    expect(args).toContain("--read-only");
    expect(args).not.toContain("--privileged");
  });

  test("limits memory without swap, processes, CPU time and files", () => {
    expect([after("--memory"), after("--memory-swap")]).toEqual([[String(2 ** 30)], [String(2 ** 30)]]);
    expect(after("--pids-limit")).toEqual(["132"]);
    expect(after("--ulimit")).toEqual(["cpu=60", `fsize=${2 ** 20}`, "core=0"]);
    expect(after("--tmpfs")).toEqual([
      `/tmp:rw,mode=1777,size=${2 ** 20}`,
      `${workingFolder}:rw,mode=1777,size=${2 ** 20}`,
    ]);
  });

  test("mounts the course read-only, without notebooks, tests and git history", () => {
    const mounts = after("--mount");
    expect(mounts).toContain(`type=bind,source=${courseRoot}/lib,target=${courseRoot}/lib,readonly`);
    expect(mounts.every((mount) => mount.endsWith(",readonly"))).toBe(true);
    for (const name of ["notebooks", "test", ".git"])
      expect(mounts.join()).not.toContain(`source=${courseRoot}/${name}`);
    expect(args).not.toContain("--volume");
  });

  test("runs the image's Node.js in a shell that redirects the signed channel to stdout", () => {
    expect(after("--entrypoint")).toEqual(["/bin/sh"]);
    expect(args.slice(-5)).toEqual(["image:1", "-c", 'exec "$0" "$@" 3>&1 1>&2', "node", "main.js"]);
  });
});

/** A fake docker: runs the arguments after the image, and records the names of removed containers. */
const STANDIN = `#!/bin/sh
if [ "$1" = rm ]; then echo "$3" >> REMOVED; exit 0; fi
while [ "$1" != --entrypoint ]; do shift; done
shift 2
shift
exec /bin/sh "$@"
`;

describe("a container", { timeout: 300_000 }, () => {
  test("communicates over stdin and stdout, and is removed by name at the end", async () => {
    const folder = newFolder();
    const removed = join(folder, "removed");
    const runtime = join(folder, "docker");
    writeFileSync(runtime, STANDIN.replace("REMOVED", removed));
    chmodSync(runtime, 0o755);
    const docker = container("docker", DEFAULT_IMAGE);
    let name = "";
    const standIn = {
      ...docker,
      command: (...given: Parameters<typeof docker.command>) => {
        name = given[2];
        return [runtime, docker.command(...given)[1]] as const;
      },
      remove: (which: string) => [runtime, docker.remove?.(which)[1] ?? []] as const,
    };
    const running = startProcess({
      isolation: standIn,
      limits: { ...DEFAULT_LIMITS, cell: 20 },
      deadline: performance.now() + 60_000,
    });
    expect(await running.ready).toBeUndefined();
    const source = 'process.stdout.write("printed"); 6 * 7;';
    const shown: unknown[] = [];
    const reply = await running.request(
      { type: "cell", id: "0", role: "given", source, label: "cell [1]" },
      (message) => shown.push(message),
    );
    expect(reply).toMatchObject({ type: "done", end: { status: "ok" } });
    expect(shown).toEqual([
      { type: "stream", name: "stdout", text: "printed" },
      { type: "result", text: "42" },
    ]);
    await running.close();
    expect(name).toMatch(/^latent-[0-9a-f-]{36}$/);
    expect(readFileSync(removed, "utf8")).toBe(`${name}\n`);
  });

  test("throws if the runtime is not installed", () => {
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = "/nowhere";
      expect(() => chooseIsolation("podman", DEFAULT_IMAGE)).toThrow(
        /--sandbox podman is not available: podman cannot be started \(.*ENOENT\); choose another --sandbox/,
      );
    } finally {
      process.env["PATH"] = path;
    }
  });
});
