import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readKernelSpec, readSetupFailures } from "../../../tools/doctor/facts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-facts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (path: string, content: string): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

describe("readKernelSpec", () => {
  const path = ".venv/share/jupyter/kernels/latent/kernel.json";

  it("names what the command line lacks", () => {
    const argv = [process.execPath, "--flag", join(folder, "main.js"), "{connection_file}"];
    write(path, JSON.stringify({ display_name: "TypeScript", argv }));
    expect(readKernelSpec(folder)).toEqual({ name: "TypeScript", missing: [join(folder, "main.js")] });
    write("main.js", "");
    expect(readKernelSpec(folder)).toEqual({ name: "TypeScript", missing: [] });
  });

  it.each(["", "{", "null", '{"display_name": 3}', '{"display_name": "x", "argv": "node"}'])(
    "refuses %j",
    (text) => {
      expect(readKernelSpec(folder)).toBeNull();
      write(path, text);
      expect(readKernelSpec(folder)).toBeNull();
    },
  );
});

it("reads why set-up left out the native library", () => {
  expect(readSetupFailures(folder)).toEqual([]);
  write(".setup/tensorflow.json", JSON.stringify({ key: "k", failure: "the disk is full" }));
  write(".setup/addon.json", JSON.stringify({ key: "k" }));
  expect(readSetupFailures(folder)).toEqual(["the disk is full"]);
});
