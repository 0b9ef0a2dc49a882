import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { notebooks } from "../kernel/support";

const LATENT = join(__dirname, "..", "..", "..", "tools", "bin", "latent.mjs");

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "latent-figures-"));
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

const figures = (...args: string[]) =>
  spawnSync(process.execPath, [LATENT, "figures", ...args], { cwd: notebooks, encoding: "utf8" });

it("takes the figures that lie in a notebook, and with --run those that it makes", () => {
  const lying = figures("reproduced.ipynb", "--out", join(out, "lying"));
  expect(lying.stdout).toContain("reproduced.ipynb: no named figures among its outputs (--run makes them)");
  expect(lying.status).toBe(0);
  const { status, stdout } = figures("reproduced.ipynb", "--run", "--out", join(out, "run"));
  expect(stdout).toBe(
    `reproduced.ipynb: 1 figure\nall of them on one page: ${join(out, "run", "index.html")}\n`,
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

it("writes nothing when a notebook fails or cannot be read", () => {
  const failing = figures("failing.ipynb", "--run", "--out", join(out, "failing"));
  expect(failing.stderr).toContain("failing.ipynb, cell [2], line 3: RangeError");
  expect(failing.status).toBe(1);
  const twice = figures("good.ipynb", join(notebooks, "good.ipynb"), "--out", join(out, "failing"));
  expect(twice.stderr).toContain(
    "latent figures: two notebooks are called good; take their figures one by one",
  );
  expect(twice.status).toBe(2);
  expect(figures("missing.ipynb", "--out", join(out, "failing")).stderr).toContain("cannot be read: ENOENT");
  expect(existsSync(join(out, "failing"))).toBe(false);
});
