/**
 * The same training run on other backends, and eagerly instead of compiled.
 *
 * The hidden units are tanh. With relu, a unit whose input is within rounding of 0 is on in one run and off
 * in the other, and Adam turns the smallest gradient into a full step, so that the runs would diverge after
 * dozens of steps.
 */
import {
  adam,
  fit,
  type JitOptions,
  type Loss,
  random,
  type Schedule,
  schedules,
  tf,
  tree,
  useBackend,
} from "latent";
import { binarize, loadMnist } from "latent/data";
import { vae, type Vae } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { vaeLoss } from "./small-fits";

/** The loss with dynamic binarization, and a KL whose weight depends on the step. */
function binarizedLoss(beta?: Schedule): Loss<Vae> {
  return (model, grey, key, step) => {
    const [pixels, draw] = random.split(key);
    const images = binarize(grey, pixels);
    if (beta === undefined) return vaeLoss(model, images, draw);
    const { reconstruction, kl } = vae.elboTerms(model, images, draw);
    return [kl.mean().mul(beta(step)).sub(reconstruction.mean()), { kl: kl.mean(), beta: beta(step) }];
  };
}

interface Setting {
  readonly hidden: number;
  readonly latent: number;
  /** Whether to halve the height and width of the digits. */
  readonly half?: boolean;
  readonly jit?: JitOptions;
  /** The weight of the KL as a function of the step, 1 by default. */
  readonly beta?: Schedule;
}

/** The loss of the first 100 steps on the course's digits, in nats. */
async function firstLosses({ hidden, latent, half = false, jit = {}, beta }: Setting): Promise<number[]> {
  const { train, test } = await loadMnist();
  const data = tf.tidy(() =>
    half
      ? tf.avgPool(train.images.reshape<tf.Tensor4D>([-1, 28, 28, 1]), 2, 2, "valid").reshape([-1, 196])
      : train.images.clone(),
  );
  const options = { data: data.shape[1] ?? 0, hidden: [hidden], latent, activation: "tanh" } as const;
  const params = vae.init(random.key(1), options);
  const losses: number[] = [];
  const run = await fit({
    params,
    loss: binarizedLoss(beta),
    optimizer: adam(),
    data,
    batchSize: 32,
    steps: 100,
    key: random.key(2),
    jit,
    every: 1,
    report: ({ metrics }) => {
      if (metrics["loss"] !== undefined) losses.push(metrics["loss"]);
    },
  });
  tree.dispose([params, data, run.state, train.images, test.images]);
  return losses;
}

describe("the first 100 steps of a VAE on digits", () => {
  afterEach(async () => {
    await useBackend();
  });

  const course = { hidden: 400, latent: 20 };
  const small = { hidden: 50, latent: 5, half: true };
  test.each([
    { setting: course, other: "wasm" },
    { setting: small, other: "wasm" },
    { setting: small, other: "cpu" },
  ])("are within 10⁻³ nat on $other: $setting", { timeout: 600_000 }, async ({ setting, other }) => {
    const best = await firstLosses(setting);
    await useBackend(other);
    const losses = await firstLosses(setting);
    expect(losses).toHaveLength(100);
    expect(losses).toBeNear(best, { abs: 1e-3 });
    expect(best.at(-1)).toBeLessThan((best[0] ?? NaN) - (setting === course ? 300 : 40));
  });

  test("are within 10⁻³ nat with a warm-up of the KL on all of them", { timeout: 600_000 }, async () => {
    const warm = { ...small, beta: schedules.warmup({ steps: 60, then: 1 }) };
    const compiled = await firstLosses(warm);
    expect(await firstLosses({ ...warm, jit: { compiler: "off" } })).toBeNear(compiled, { abs: 1e-3 });
    await useBackend("wasm");
    expect(await firstLosses(warm)).toBeNear(compiled, { abs: 1e-3 });
    await useBackend();
    const full = await firstLosses(small);
    // at first without the KL, at the end with all of it
    expect(compiled[0]).toBeLessThan((full[0] ?? NaN) - 0.5);
    expect(compiled).toHaveLength(100);
  });

  test("are within 10⁻³ nat in eager mode", { timeout: 600_000 }, async () => {
    const compiled = await firstLosses(course);
    const uncompiled = await firstLosses({ ...course, jit: { compiler: "off" } });
    expect(uncompiled).toBeNear(compiled, { abs: 1e-3 });
  });
});
