import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { measureBackend } from "../../../tools/doctor/measure-backend";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-probe-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A program in the place of the probe. */
const probe = (script: string): string => {
  const file = join(folder, "probe.cjs");
  writeFileSync(file, script);
  return file;
};

it("passes on what the probe measured, whatever else it printed", async () => {
  const script = `console.log("chatter"); console.error("chatter"); process.send({ measured: { backend: "wasm" } });`;
  expect(await measureBackend(probe(script))).toEqual({ backend: "wasm" });
});

it("passes on why no backend starts", async () => {
  expect(await measureBackend(probe(`process.send({ error: "no backend starts" });`))).toBe(
    "no backend starts",
  );
});

it("survives a crash, and asks the library for its last words", async () => {
  const script = `
    if (process.env.TF_CPP_MIN_LOG_LEVEL === "0") console.error("this processor lacks AVX");
    process.kill(process.pid, "SIGABRT");`;
  expect(await measureBackend(probe(script))).toBe(
    "the process that tries the backend crashed (SIGABRT), saying: this processor lacks AVX",
  );
});

it("survives an end without a word", async () => {
  expect(await measureBackend(probe("process.exit(7);"))).toBe(
    "the process that tries the backend ended with code 7",
  );
});
