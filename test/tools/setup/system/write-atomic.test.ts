import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomic as writeCompiled } from "../../../../tools/common/write-atomic";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-write-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const writers = {
  "(set-up)": async () => (await import("../../../../tools/setup/system/write-atomic.mjs")).writeAtomic,
  "(compiled tools)": () => Promise.resolve(writeCompiled),
};

describe.each(Object.entries(writers))("writeAtomic %s", (_name, load) => {
  test("replaces a file and creates its folder", async () => {
    const writeAtomic = await load();
    const file = join(folder, "deep", "file");
    writeAtomic(file, "one");
    writeAtomic(file, "two");
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(readdirSync(join(folder, "deep"))).toEqual(["file"]);
  });

  test("leaves no partial file after a failure", async () => {
    const writeAtomic = await load();
    mkdirSync(join(folder, "taken", "by"), { recursive: true });
    expect(() => writeAtomic(join(folder, "taken"), "text")).toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});
