import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notebook } from "../../../tools/notebook/document";
import { presetParameters, presetsOf } from "../../../tools/notebook/presets";
import { readNotebook } from "../../../tools/notebook/read";
import { notebooks } from "../kernel/support";

const LATENT = join(__dirname, "..", "..", "..", "tools", "bin", "latent.mjs");
const good = readNotebook(join(notebooks, "good.ipynb"));

function withPresets(presets: unknown): Notebook {
  return { ...good, metadata: { ...good.metadata, latent: { smoke: { steps: 10 }, presets } } };
}

describe("presets of a notebook", () => {
  test("are the default, smoke and those of its metadata", () => {
    const notebook = withPresets({ long: { steps: 5000, noisy: true } });
    expect(presetsOf(notebook)).toEqual({
      default: {},
      smoke: { steps: 10 },
      long: { steps: 5000, noisy: true },
    });
    expect(presetParameters(notebook, "long")).toEqual({ steps: 5000, noisy: true });
    expect(presetParameters(notebook, "default")).toEqual({});
    expect(Object.keys(presetsOf(readNotebook(join(notebooks, "failing.ipynb"))))).toEqual(["default"]);
  });

  test.each(["huge", "toString"])("%s is refused with the names that exist", (name) => {
    expect(() => presetParameters(withPresets({ long: {} }), name)).toThrow(
      `has no preset ${name} (latent.presets); it has default, smoke, long`,
    );
  });

  test("must be objects, and cannot replace the two others", () => {
    for (const presets of [[], "long", { long: 3 }])
      expect(() => presetsOf(withPresets(presets))).toThrow(
        "the metadata latent.presets must hold an object of parameters for each name",
      );
    expect(() => presetsOf(withPresets({ smoke: {} }))).toThrow(
      "the metadata latent.presets cannot name smoke; its parameters are in latent.smoke",
    );
    expect(() => presetsOf(withPresets({ default: {} }))).toThrow(
      "the metadata latent.presets cannot name default; its parameters are those of the cell",
    );
  });
});

describe("on the command line", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latent-presets-"));
    for (const [file, name] of [
      ["good", "good"],
      ["reproduced", "reproduced"],
    ] as const) {
      const text = JSON.parse(readFileSync(join(notebooks, `${file}.ipynb`), "utf8")) as Notebook & {
        metadata: { latent?: object };
      };
      const metadata = { ...text.metadata, latent: { ...text.metadata.latent, presets: PRESETS[name] } };
      writeFileSync(join(folder, `${name}.ipynb`), JSON.stringify({ ...text, metadata }));
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const PRESETS = { good: { long: { steps: 123456, rate: 0.25 } }, reproduced: {} };

  function latent(...parameters: string[]) {
    const env = { ...process.env, LATENT_SMOKE: "1" }; // a preset takes precedence
    return spawnSync(process.execPath, [LATENT, ...parameters], { cwd: folder, env, encoding: "utf8" });
  }

  test("run sets its parameters, and -p takes precedence", () => {
    const { status, stderr } = latent(
      "run",
      "good.ipynb",
      "--preset",
      "long",
      "-p",
      "rate=2",
      "--out",
      "out",
    );
    expect(stderr).not.toContain("latent run:");
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "out", "good.ipynb"), "utf8")).toContain("full: 123456 steps at 2");
  });

  test("run --preset default runs the notebook as it is", () => {
    const { status } = latent("run", "good.ipynb", "--preset", "default", "--out", "plain");
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "plain", "good.ipynb"), "utf8")).toContain("full: 1000 steps at 0.5");
  });

  test("figures runs the notebooks with it", () => {
    const { status, stdout } = latent("figures", "good.ipynb", "--preset", "long", "--out", "figures");
    expect(stdout).toContain("good.ipynb: 1 figure");
    expect(status).toBe(0);
  });

  test.each([
    [
      ["run", "good.ipynb", "reproduced.ipynb", "--preset", "long"],
      "latent run: reproduced.ipynb: has no preset long (latent.presets); it has default",
    ],
    [["figures", "good.ipynb", "--preset", "hours", "--out", "none"], "it has default, smoke, long"],
    [["run", "good.ipynb", "--preset", "long", "--in-place"], "--in-place cannot be combined with -p"],
    [["run", "good.ipynb", "--preset", "long", "--smoke"], "--smoke cannot be combined with --preset"],
  ])("%j says what is wrong", (parameters, message) => {
    const { status, stderr } = latent(...parameters);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
