import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openCache } from "../../../tools/check/cache";

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "latent-fingerprint-"));
  for (const path of [
    "notebooks/a.ipynb",
    "notebooks/b.ipynb",
    "notebooks/helper.ts",
    "lib/dist/core/key.js",
    "tools/dist/kernel/main.js",
    "data/digits.bin",
    "package-lock.json",
    ".native/addon/addon.node",
  ])
    write(path, "1");
  vi.stubEnv("LATENT_BACKEND", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function open() {
  return openCache(join(root, "cache"), root);
}

function passed() {
  const cache = open();
  const path = join(root, "notebooks", "a.ipynb");
  cache.add(path, cache.key(path));
  return () => open().has(path);
}

test("a pass is valid while nothing changes", () => {
  const holds = passed();
  expect(holds()).toBe(true);
  expect(open().has(join(root, "notebooks", "b.ipynb"))).toBe(false);
});

test.each([
  "notebooks/a.ipynb",
  "notebooks/helper.ts",
  "notebooks/new.json",
  "lib/dist/core/key.js",
  "lib/dist/new.js",
  "tools/dist/kernel/main.js",
  "data/digits.bin",
  "package-lock.json",
  ".native/addon/addon.node",
])("a change of %s ends it", (path) => {
  const holds = passed();
  write(path, "22");
  expect(holds()).toBe(false);
});

test.each(["notebooks/b.ipynb", "lib/dist/core/key.js.map", "lib/dist/.tsbuildinfo", "README.md"])(
  "a change of %s does not invalidate it",
  (path) => {
    const holds = passed();
    write(path, "22");
    expect(holds()).toBe(true);
  },
);

test("passes are separate for each backend", () => {
  const holds = passed();
  vi.stubEnv("LATENT_BACKEND", "wasm");
  expect(holds()).toBe(false);
  const onWasm = passed();
  vi.stubEnv("LATENT_BACKEND", "");
  expect(holds()).toBe(true);
  vi.stubEnv("LATENT_BACKEND", "wasm");
  expect(onWasm()).toBe(true);
});

test("an incomplete cache file is ignored", () => {
  const holds = passed();
  const cache = open();
  const path = join(root, "notebooks", "b.ipynb");
  cache.add(path, "some other key");
  expect(cache.has(path)).toBe(false);
  expect(holds()).toBe(true);
});
