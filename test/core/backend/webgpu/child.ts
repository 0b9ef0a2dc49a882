/** What the tests of WebGPU run in a separate process, and on another backend for comparison. */
import { adam, fit, type Loss, random, tf, tree } from "latent";
import { binarize, loadMnist } from "latent/data";
import { vae } from "latent/models";
import { operations } from "./operations";

/** A tensor as data that can be sent between processes. */
export interface Plain {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** Returns the results of every operation by name. */
export function plainOperations(): Record<string, Plain> {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(operations()).map(([name, x]) => [
        name,
        { shape: x.shape, dtype: x.dtype, values: Array.from(x.dataSync()) },
      ]),
    ),
  );
}

/** Returns uniform and normal draws. */
export function plainDraws(): readonly number[][] {
  const draws = [random.uniform(random.key(3), [7, 11]), random.normal(random.key(4), [101])];
  return draws.map((x) => [...x.dataSync()]);
}

const loss: Loss<vae.Vae> = (model, grey, key) => {
  const [pixels, draw] = random.split(key);
  return [vae.elbo(model, binarize(grey, pixels), draw).mean().neg(), {}];
};

/**
 * Returns the losses of the course's VAE in its first 20 steps on digits, in nats. Its activation is tanh for
 * the reason given in test/inference/backends.test.ts.
 */
export async function firstLosses(): Promise<number[]> {
  const { train, test } = await loadMnist();
  const params = vae.init(random.key(1), { data: 784, hidden: [400], latent: 20, activation: "tanh" });
  const losses: number[] = [];
  const run = await fit({
    params,
    loss,
    optimizer: adam(),
    data: train.images,
    batchSize: 8,
    steps: 20,
    key: random.key(2),
    every: 1,
    report: ({ metrics }) => {
      if (metrics["loss"] !== undefined) losses.push(metrics["loss"]);
    },
  });
  tree.dispose([params, run.state, train.images, test.images]);
  return losses;
}
