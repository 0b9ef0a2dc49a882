import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { notebooks } from "../kernel/support";

const LATENT = join(__dirname, "..", "..", "..", "tools", "bin", "latent.mjs");

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "latent-figures-"));
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

function figures(...args: string[]) {
  return spawnSync(process.execPath, [LATENT, "figures", ...args], { cwd: notebooks, encoding: "utf8" });
}

test("writes the stored figures of a notebook, and with --run those of a new run", () => {
  const stored = figures("reproduced.ipynb", "--out", join(out, "stored"));
  expect(stored.stdout).toContain("reproduced.ipynb: no named figures in its outputs (run it with --run)");
  expect(stored.status).toBe(0);
  const { status, stdout } = figures("reproduced.ipynb", "--run", "--out", join(out, "run"));
  expect(stdout).toBe(
    `reproduced.ipynb: 1 figure\nall figures on one page: ${join(out, "run", "index.html")}\n`,
  );
  expect(status).toBe(0);
  expect(readdirSync(join(out, "run", "reproduced"))).toEqual([
    "two-curves.png",
    "two-curves.svg",
    "two-curves.vl.json",
  ]);
  const page = readFileSync(join(out, "run", "index.html"), "utf8");
  for (const part of ["Every rule of a check", "Lecture, part 2", "two curves", "for the slide “A curve”"])
    expect(page).toContain(part);
});

test("writes nothing if a notebook fails or cannot be read", () => {
  const failing = figures("failing.ipynb", "--run", "--out", join(out, "failing"));
  expect(failing.stderr).toContain("failing.ipynb, cell [2], line 3: RangeError");
  expect(failing.status).toBe(1);
  const twice = figures("good.ipynb", join(notebooks, "good.ipynb"), "--out", join(out, "failing"));
  expect(twice.stderr).toContain(
    "latent figures: two notebooks are named good; write their figures separately",
  );
  expect(twice.status).toBe(2);
  expect(figures("missing.ipynb", "--out", join(out, "failing")).stderr).toContain("cannot be read: ENOENT");
  expect(existsSync(join(out, "failing"))).toBe(false);
});
