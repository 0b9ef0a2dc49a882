import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

function latent(args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [resolve("tools/bin/latent.mjs"), ...args], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
}

describe("latent doctor as built by set-up", () => {
  test("prints only JSON on stdout, about the requested backend", () => {
    const { stdout, status } = latent(["doctor", "--json"], { LATENT_BACKEND: "wasm" });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ backend: "wasm", tensorflow: null, node: process.versions.node });
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining(["python", "jupyterlab", "kernel", "device", "gflops", "problems"]),
    );
    expect(status).toBe(report["ok"] === true ? 0 : 1);
  });

  test("fails for an unknown backend", () => {
    const { stdout, status } = latent(["doctor"], { LATENT_BACKEND: "jax" });
    expect(stdout).toContain('the backend must be one of tensorflow, webgpu, wasm, cpu, got "jax"');
    expect(status).toBe(1);
  });
});
