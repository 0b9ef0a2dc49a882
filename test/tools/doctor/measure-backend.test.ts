import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { measureBackend } from "../../../tools/doctor/measure-backend";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-probe-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a program to run instead of the probe. */
function probe(script: string): string {
  const file = join(folder, "probe.cjs");
  writeFileSync(file, script);
  return file;
}

test("returns the measurements of the probe, ignoring its output", async () => {
  const prints = 'console.log("text"); console.error("text");';
  const sends = 'process.send({ measured: { backend: "wasm" } });';
  expect(await measureBackend(probe(prints + sends))).toEqual({ backend: "wasm" });
});

test("returns the reason why no backend starts", async () => {
  expect(await measureBackend(probe(`process.send({ error: "no backend starts" });`))).toBe(
    "no backend starts",
  );
});

test("reports a crash with the last message of the library", async () => {
  const script = `
    if (process.env.TF_CPP_MIN_LOG_LEVEL === "0") console.error("this processor lacks AVX");
    process.kill(process.pid, "SIGABRT");`;
  expect(await measureBackend(probe(script))).toBe(
    "the process that starts the backend crashed (SIGABRT), with the message: this processor lacks AVX",
  );
});

test("reports an exit without a message", async () => {
  expect(await measureBackend(probe("process.exit(7);"))).toBe(
    "the process that starts the backend ended with code 7",
  );
});
