import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/native/compiler.mjs");
}
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "latent-compiler-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, "");
  chmodSync(path, mode);
  return path;
}

describe("systemCompiler", () => {
  test("returns undefined for an empty PATH", async () => {
    const { systemCompiler } = await load();
    expect(systemCompiler({ PATH: folder })).toBeUndefined();
    expect(systemCompiler({})).toBeUndefined();
  });

  test("prefers g++ to clang++", async () => {
    const { systemCompiler } = await load();
    const clang = program("clang++");
    expect(systemCompiler({ PATH: folder })).toEqual([clang]);
    const gnu = program("g++");
    expect(systemCompiler({ PATH: folder })).toEqual([gnu]);
  });

  test("ignores a file that is not executable", async () => {
    program("g++", 0o644);
    expect((await load()).systemCompiler({ PATH: folder })).toBeUndefined();
  });

  test("returns CXX with its flags", async () => {
    expect((await load()).systemCompiler({ CXX: "ccache g++-13", PATH: "" })).toEqual(["ccache", "g++-13"]);
  });
});

describe("compilerArguments", () => {
  const build = {
    platform: "linux",
    zig: false,
    sources: ["a.cc"],
    output: "a.node",
    includes: ["/with space/include"],
    libraries: ["/tf/libtensorflow_cc.so.2"],
    defines: ['NAME="x"'],
    rpaths: ["../tensorflow"],
  };

  test("links libraries by path and finds them at run time relative to the output", async () => {
    const args = (await load()).compilerArguments(build);
    expect(args).toContain("-std=c++17");
    expect(args).toContain("-I/with space/include");
    expect(args).toContain('-DNAME="x"');
    expect(args).toContain("/tf/libtensorflow_cc.so.2");
    expect(args).toContain("-Wl,-rpath,$ORIGIN/../tensorflow");
    expect(args[args.indexOf("-o") + 1]).toBe("a.node");
  });

  test("allows undefined symbols with Zig, and uses the linker options of macOS there", async () => {
    const { compilerArguments } = await load();
    expect(compilerArguments({ ...build, zig: true })).toContain("-Wl,-z,undefs");
    const mac = compilerArguments({ ...build, platform: "darwin", zig: true });
    expect(mac).toContain("-Wl,-rpath,@loader_path/../tensorflow");
    expect(mac).toContain("dynamic_lookup");
    expect(mac).not.toContain("-Wl,-z,undefs");
  });
});
