import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readKernelSpec, readSetupFailures } from "../../../tools/doctor/facts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-facts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, content: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe("readKernelSpec", () => {
  const path = ".venv/share/jupyter/kernels/latent/kernel.json";

  test("lists the missing files of the command line", () => {
    const argv = [process.execPath, "--flag", join(folder, "main.js"), "{connection_file}"];
    write(path, JSON.stringify({ display_name: "TypeScript", argv }));
    expect(readKernelSpec(folder)).toEqual({ name: "TypeScript", missing: [join(folder, "main.js")] });
    write("main.js", "");
    expect(readKernelSpec(folder)).toEqual({ name: "TypeScript", missing: [] });
  });

  test.each(["", "{", "null", '{"display_name": 3}', '{"display_name": "x", "argv": "node"}'])(
    "returns null for %j",
    (text) => {
      expect(readKernelSpec(folder)).toBeNull();
      write(path, text);
      expect(readKernelSpec(folder)).toBeNull();
    },
  );
});

test("reads why set-up failed to provide the native library", () => {
  expect(readSetupFailures(folder)).toEqual([]);
  write(".setup/tensorflow.json", JSON.stringify({ key: "k", failure: "the disk is full" }));
  write(".setup/addon.json", JSON.stringify({ key: "k" }));
  expect(readSetupFailures(folder)).toEqual(["the disk is full"]);
});
