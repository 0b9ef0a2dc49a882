import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

async function find(env: NodeJS.ProcessEnv) {
  return (await import("../../../../tools/setup/python/find-python.mjs")).findPython(env);
}
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "latent-python-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Creates a fake Python that prints `answer`. */
function python(name: string, answer: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "${answer}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test("returns the first Python that is recent and has venv", async () => {
  python("python3", "3.9.18 True");
  python("python", "2.7.18");
  python("python3.12", "3.12.1 False");
  python("python3.11", "3.11.7 True");
  expect(await find({ PATH: folder })).toEqual({ command: "python3.11", version: "3.11.7", venv: true });
});

test("throws if there is no Python", async () => {
  await expect(find({ PATH: folder })).rejects.toThrow(
    "no Python was found; install Python 3.10 or later (https://www.python.org, or your system's package " +
      "python3), or set LATENT_PYTHON to one, and run the same command again",
  );
});

test("names a Python that is too old", async () => {
  python("python3", "3.9.18 True");
  await expect(find({ PATH: folder })).rejects.toThrow(
    "Python 3.9.18 (python3) is older than 3.10; install Python",
  );
});

test("names a Python without the venv module", async () => {
  python("python3", "3.11.2 False");
  await expect(find({ PATH: folder })).rejects.toThrow(
    "Python 3.11.2 (python3) has no venv module; install it (on Debian and Ubuntu: `sudo apt install",
  );
});

test("uses LATENT_PYTHON, or throws if it is not a Python", async () => {
  python("python3", "3.11.7 True");
  const other = python("other", "3.13.0 True");
  expect((await find({ PATH: folder, LATENT_PYTHON: other })).version).toBe("3.13.0");
  await expect(find({ PATH: folder, LATENT_PYTHON: "/nowhere/python" })).rejects.toThrow(
    "LATENT_PYTHON must be a Python, got /nowhere/python; install Python 3.10",
  );
});
