import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { tf } from "latent";
import { atari, gymnasium, type GymnasiumEnvironment } from "latent/envs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { missing, python } from "../../support/gymnasium";

const modules = join(__dirname, "..", "..", "support", "python");
const [MOVE, RAISE, DIE, HANG, NOISE] = [0, 1, 2, 3, 4].map((action) => tf.tensor1d([action], "int32"));

let opened: GymnasiumEnvironment | undefined;
async function open(options: object = {}): Promise<GymnasiumEnvironment> {
  opened = await gymnasium("trouble:Trouble-v0", { python, ...options });
  return opened;
}
beforeEach(() => void vi.stubEnv("PYTHONPATH", modules));
afterEach(async () => {
  vi.unstubAllEnvs();
  await opened?.close();
});

test("without Python, the error says how to get one", async () => {
  await expect(gymnasium("CartPole-v1", { python: "/nowhere/python" })).rejects.toThrow(
    'gymnasium("CartPole-v1"): cannot start /nowhere/python (spawn /nowhere/python ENOENT); ' +
      "give another one by the option python",
  );
});

describe.skipIf(missing !== "")("gymnasium", () => {
  test("a missing package is named with its remedy", async () => {
    const bare = join(mkdtempSync(join(tmpdir(), "latent-bare-")), "python");
    writeFileSync(bare, `#!/bin/sh\nexec "${python}" -I -S "$@"\n`);
    chmodSync(bare, 0o755);
    const reason =
      `${bare} lacks a package (gymnasium); ` + "run `npx latent setup --with atari`, or install it there";
    await expect(gymnasium("CartPole-v1", { python: bare })).rejects.toThrow(
      `gymnasium("CartPole-v1"): ${reason}`,
    );
    await expect(atari("pong", { python: bare })).rejects.toThrow(`atari("pong"): ${reason}`);
  });

  test("an unknown name brings names like it", async () => {
    await expect(atari("montezumas_revenge", { python })).rejects.toThrow(
      'atari("montezumas_revenge"): no environment has this name; did you mean "montezuma_revenge"',
    );
    await expect(gymnasium("CartPola-v1", { python })).rejects.toThrow(
      'gymnasium("CartPola-v1"): no environment has this name; did you mean "CartPole-v1"',
    );
    await expect(gymnasium("trouble:Pair-v0", { python })).rejects.toThrow(
      'gymnasium("trouble:Pair-v0"): spaces must be a box of numbers or discrete, ' +
        "got the observation space Dict",
    );
  });

  test("wrong actions are refused before they are sent", async () => {
    const env = await open();
    await expect(env.step(MOVE as tf.Tensor)).rejects.toThrow(
      'gymnasium("trouble:Trouble-v0").step: call reset first',
    );
    await expect(env.reset(-1)).rejects.toThrow(
      "reset: seed must be an integer from 0 to 2147483647, got -1",
    );
    await env.reset(0);
    await expect(env.step(tf.tensor1d([5], "int32"))).rejects.toThrow(
      "step: action must be from 0 to 4, got 5 in row 0",
    );
    await expect(env.step(tf.tensor1d([1]))).rejects.toThrow("step: action must be int32, got float32");
    await expect(env.step(tf.tensor1d([1, 2], "int32"))).rejects.toThrow("one action per row of the state");
    const first = env.step(MOVE as tf.Tensor);
    await expect(env.step(MOVE as tf.Tensor)).rejects.toThrow(
      "the previous call has not ended yet; await it before the next one",
    );
    expect((await first).reward.dataSync()[0]).toBe(0.5);
  });

  test("an exception goes to the caller, and the environment goes on", async () => {
    const env = await open();
    const { raw } = await env.reset(3);
    await expect(env.step(RAISE as tf.Tensor)).rejects.toThrow(
      'gymnasium("trouble:Trouble-v0"): Python raised ValueError: the wheel is loose',
    );
    const moved = await env.step(NOISE as tf.Tensor); // what it prints does not get between the messages
    expect(Array.from(moved.raw)).toEqual([(raw[0] ?? NaN) + 1, (raw[1] ?? NaN) - 1]);
    await expect(env.ram()).rejects.toThrow('ram: only gymnasium("ALE/…") can read it');
    await expect(env.render()).rejects.toThrow("render: it was made without render_mode");
  });

  test("render paints each row, from 0 to 1", async () => {
    const env = await open({ n: 2, options: { render_mode: "rgb_array" } });
    await env.reset(0);
    const picture = await env.render();
    expect(picture.shape).toEqual([2, 3, 2, 3]);
    expect(picture.mean([0, 1, 2])).toBeNear(tf.tensor1d([0.2, 0.4, 1]), { abs: 1e-6 });
  });

  test("after the process was killed, calls say so and reset starts it again", async () => {
    const env = await open();
    const { raw } = await env.reset(3);
    const died =
      'gymnasium("trouble:Trouble-v0"): the Python process has ended (SIGKILL); reset starts it again';
    await expect(env.step(DIE as tf.Tensor)).rejects.toThrow(died);
    await expect(env.step(MOVE as tf.Tensor)).rejects.toThrow(died);
    expect((await env.reset(3)).raw).toEqual(raw);
    await env.close();
    await expect(env.reset(3)).rejects.toThrow("reset: it is closed; open it again");
  });

  test("a step that never returns is ended", async () => {
    const env = await open({ timeout: 2 });
    await env.reset(0);
    await expect(env.step(HANG as tf.Tensor)).rejects.toThrow(
      "no answer after 2 s, so it was ended; the option timeout gives it longer",
    );
    expect((await env.reset(0)).observation.shape).toEqual([1, 2]);
    await expect(open({ timeout: 0 })).rejects.toThrow("timeout must be seconds above 0, got 0");
  });

  const loader = join(modules, "..", "typescript-loader.cjs");
  const parent = ["--require", loader, join(modules, "orphan.ts")];
  const environment = { ...process.env, PYTHONPATH: modules, LATENT_ENVS_PYTHON: python };

  test.skipIf(process.platform !== "linux")("no process is left when the parent is killed", async () => {
    const node = spawn(process.execPath, parent, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: node.stdout }), "line")) as [string];
    expect(existsSync(`/proc/${line}`)).toBe(true);
    node.kill("SIGKILL");
    for (let i = 0; i < 200 && existsSync(`/proc/${line}`); i++) await sleep(50);
    expect(existsSync(`/proc/${line}`)).toBe(false);
  });

  test.skipIf(process.platform !== "linux")("a program that forgets close still ends", () => {
    const { status, stdout } = spawnSync(process.execPath, [...parent, "return"], {
      env: environment,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\n$/);
  });
});
