import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openCache } from "../../../tools/check/cache";

let root: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

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

const open = () => openCache(join(root, "cache"), root);
const passed = () => {
  const cache = open();
  const path = join(root, "notebooks", "a.ipynb");
  cache.add(path, cache.key(path));
  return () => open().has(path);
};

it("a pass is remembered as long as nothing changes", () => {
  const holds = passed();
  expect(holds()).toBe(true);
  expect(open().has(join(root, "notebooks", "b.ipynb"))).toBe(false);
});

it.each([
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

it.each(["notebooks/b.ipynb", "lib/dist/core/key.js.map", "lib/dist/.tsbuildinfo", "README.md"])(
  "a change of %s does not",
  (path) => {
    const holds = passed();
    write(path, "22");
    expect(holds()).toBe(true);
  },
);

it("each backend has its own passes", () => {
  const holds = passed();
  vi.stubEnv("LATENT_BACKEND", "wasm");
  expect(holds()).toBe(false);
  const onWasm = passed();
  vi.stubEnv("LATENT_BACKEND", "");
  expect(holds()).toBe(true);
  vi.stubEnv("LATENT_BACKEND", "wasm");
  expect(onWasm()).toBe(true);
});

it("a cache file that was cut off counts as none", () => {
  const holds = passed();
  const cache = open();
  const path = join(root, "notebooks", "b.ipynb");
  cache.add(path, "some other key");
  expect(cache.has(path)).toBe(false);
  expect(holds()).toBe(true);
});
