import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/system/stamp.mjs");
}
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "latent-stamp-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("digest", () => {
  test("depends on every part, on the contents of files, and on whether a file exists", async () => {
    const { digest } = await load();
    const file = join(folder, "a");
    const missing = digest(["x"], [file]);
    writeFileSync(file, "");
    const empty = digest(["x"], [file]);
    writeFileSync(file, "one");
    const one = digest(["x"], [file]);
    const all = [missing, empty, one, digest(["y"], [file]), digest(["x"]), digest(["x", ""], [file])];
    expect(new Set(all).size).toBe(all.length);
    expect(digest(["x"], [file])).toBe(one);
  });

  test("depends on the boundaries between parts", async () => {
    const { digest } = await load();
    expect(digest(["ab", "c"])).not.toBe(digest(["a", "bc"]));
  });
});

describe("filesUnder", () => {
  test("lists matching files in a fixed order, without build output", async () => {
    const { filesUnder } = await load();
    for (const name of ["b", "a", "dist", "node_modules"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "x.ts"), "");
      writeFileSync(join(folder, name, "x.md"), "");
    }
    expect(filesUnder(folder, /\.ts$/)).toEqual([join(folder, "a", "x.ts"), join(folder, "b", "x.ts")]);
    expect(filesUnder(join(folder, "nowhere"), /\.ts$/)).toEqual([]);
  });
});
