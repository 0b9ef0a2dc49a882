import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/system/lock.mjs");
}
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-lock-"));
  file = join(folder, "deep", "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

function noWait(): never {
  return expect.fail("expected the lock to be free");
}

/** Runs a script that can call `lock(file, onWait, pollMs)` in another process. */
function inProcess(script: string): { pid: number | undefined; ended: Promise<string> } {
  const module = JSON.stringify(resolve("tools/setup/system/lock.mjs"));
  const body = `
    import { lock } from ${module};
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", body], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { pid: child.pid, ended: new Promise((done) => child.on("close", () => done(output))) };
}

test("creates a file with the holder's process id, and removes it on release", async () => {
  const release = await (await load()).lock(file, noWait);
  expect(readFileSync(file, "utf8")).toBe(String(process.pid));
  release();
  expect(readdirSync(join(folder, "deep"))).toEqual([]);
});

test("replaces the lock of a dead process", async () => {
  const { pid, ended } = inProcess("");
  await ended;
  const { lock } = await load();
  (await lock(file, noWait))();
  writeFileSync(file, String(pid));
  const release = await lock(file, noWait);
  expect(readFileSync(file, "utf8")).toBe(String(process.pid));
  release();
});

test("replaces a lock file without a process id", async () => {
  const { lock } = await load();
  (await lock(file, noWait))();
  writeFileSync(file, "");
  (await lock(file, noWait))();
  expect(existsSync(file)).toBe(false);
});

test("waits for another process, reports that once, and continues when that process exits", async () => {
  const holder = inProcess(
    `await lock(${JSON.stringify(file)}); console.log("held"); await sleep(700); process.exit(3);`,
  );
  while (!existsSync(file)) await new Promise((done) => setTimeout(done, 20));
  const seen: number[] = [];
  const release = await (await load()).lock(file, (pid) => seen.push(pid), 50);
  expect(seen).toEqual([holder.pid]);
  expect(await holder.ended).toBe("held\n");
  release();
});

test("admits one process at a time, also when several replace the lock of a dead process", async () => {
  const { pid, ended } = inProcess("");
  await ended;
  (await (await load()).lock(file, noWait))();
  writeFileSync(file, String(pid));
  const log = join(folder, "log");
  const script = `
    const release = await lock(${JSON.stringify(file)}, () => {}, 10);
    appendFileSync(${JSON.stringify(log)}, "in ");
    await sleep(30);
    appendFileSync(${JSON.stringify(log)}, "out ");
    release();`;
  await Promise.all(Array.from({ length: 6 }, () => inProcess(script).ended));
  expect(readFileSync(log, "utf8")).toBe("in out ".repeat(6));
});
