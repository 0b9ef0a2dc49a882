import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prune, setUpCompileCache } from "../../../lib/core/backend/compile-cache";

const loader = join(__dirname, "..", "..", "support", "typescript-loader.cjs");
const library = join(__dirname, "../../../lib/index.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Compiles functions in a separate process, among them a loop with its gradient, if their names are given.
 *
 * @returns their values, and what was printed on stderr.
 */
async function compileInChild(names: string, cache = folder): Promise<{ values: number[]; stderr: string }> {
  const script = `
    const { jit, scan, tf, useBackend, valueAndGrad } = require(${JSON.stringify(library)});
    const functions = {
      small: (x) => x.mul(3).exp().sum(),
      loop: (x) => {
        const f = (y) => scan((c, v) => [c.mul(v).sin(), c], y, y.add(tf.ones([8, 4])))[0].sum();
        return valueAndGrad(f)(x).grads.sum();
      },
    };
    useBackend().then(() => {
      const x = tf.tensor1d([0.1, 0.2, 0.3, 0.4]);
      const values = ${JSON.stringify(names.split(" "))}.map(
        (name) => jit(functions[name], { name, compiler: "xla" })(x).dataSync()[0],
      );
      console.log(JSON.stringify(values));
    });
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-r", loader, "-e", script], {
    cwd: join(__dirname, "../../.."),
    env: { ...process.env, LATENT_BACKEND: "tensorflow", LATENT_XLA_CACHE: cache, TF_XLA_FLAGS: "" },
  });
  return { values: JSON.parse(stdout) as number[], stderr };
}

function entries(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pb"))
    .sort();
}

describe("XLA's cache", () => {
  test("serves a later process, whatever that compiled before", async () => {
    const first = await compileInChild("loop");
    const stored = entries();
    expect(stored.length).toBeGreaterThan(0);
    const second = await compileInChild("small loop");
    expect(second.values[1]).toBe(first.values[0]);
    // sum of exp(0.3), exp(0.6), exp(0.9), exp(1.2)
    const expected = [0.3, 0.6, 0.9, 1.2].reduce((sum, x) => sum + Math.exp(x), 0);
    expect(Math.abs((second.values[0] ?? NaN) - expected)).toBeLessThan(1e-5 * expected);
    const after = entries();
    expect(after).toEqual(expect.arrayContaining(stored));
    expect(after).toHaveLength(stored.length + 1); // only `small` is new
    expect(second.stderr).toBe("");
  }, 120_000);

  test("is compiled anew if an entry is damaged, without a warning", async () => {
    const { values } = await compileInChild("small");
    const [entry = ""] = entries();
    truncateSync(join(folder, entry), 100);
    expect(await compileInChild("small")).toEqual({ values, stderr: "" });
    expect(entries()).not.toContain(entry);
    expect(await compileInChild("small")).toEqual({ values, stderr: "" });
  }, 120_000);

  test("is off with LATENT_XLA_CACHE=0", async () => {
    await compileInChild("small", "0");
    expect(readdirSync(folder)).toEqual([]);
  }, 120_000);
});

describe("setUpCompileCache", () => {
  const before = { flags: process.env["TF_XLA_FLAGS"], place: process.env["LATENT_XLA_CACHE"] };
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  afterEach(() => {
    set("TF_XLA_FLAGS", before.flags);
    set("LATENT_XLA_CACHE", before.place);
  });

  test("adds to the user's flags, unless they name a cache", () => {
    set("LATENT_XLA_CACHE", folder);
    set("TF_XLA_FLAGS", "--tf_xla_clustering_debug");
    setUpCompileCache(__filename);
    const [key = ""] = readdirSync(folder);
    expect(process.env["TF_XLA_FLAGS"]).toBe(
      `--tf_xla_clustering_debug --tf_xla_persistent_cache_directory=${join(folder, key)} ` +
        "--tf_xla_persistent_cache_device_types=CPU",
    );
    const own = "--tf_xla_persistent_cache_directory=/mine";
    set("TF_XLA_FLAGS", own);
    setUpCompileCache(__filename);
    expect(process.env["TF_XLA_FLAGS"]).toBe(own);
  });

  test("has a folder for each version of the library", () => {
    set("LATENT_XLA_CACHE", folder);
    for (const file of [__filename, library]) {
      set("TF_XLA_FLAGS", "");
      setUpCompileCache(file);
    }
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test("sets nothing if the folder cannot be made", () => {
    writeFileSync(join(folder, "file"), "");
    set("LATENT_XLA_CACHE", join(folder, "file"));
    set("TF_XLA_FLAGS", "");
    setUpCompileCache(__filename);
    expect(process.env["TF_XLA_FLAGS"]).toBe("");
  });
});

describe("prune", () => {
  test("deletes the oldest files, down to half of the largest size", () => {
    mkdirSync(join(folder, "a"));
    const names = ["a/3", "a/1", "2", "4"];
    for (const name of names) {
      const path = join(folder, name);
      writeFileSync(path, Buffer.alloc(100));
      const time = Number(name.slice(-1));
      utimesSync(path, time, time);
    }
    prune(folder, 400);
    expect(readdirSync(folder).sort()).toEqual(["2", "4", "a"]);
    prune(folder, 399); // 400 bytes are more than that: down to 199 or less
    expect(readdirSync(folder)).toEqual(["4", "a"].sort());
    expect(readdirSync(join(folder, "a"))).toEqual([]);
  });
});
