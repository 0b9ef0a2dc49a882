import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { adam, gradientStep, jit, type Metrics, random, tf, tree, useBackend } from "latent";
import { vae, type Vae } from "latent/models";

const STEPS = 20_000;
const ROUNDS = 50;
/** MiB by which memory may grow over the steps, after the first thousand. */
const ALLOWED = 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The memory that the process holds, in MiB. */
function resident(): number {
  collectGarbage();
  return process.memoryUsage().rss / 2 ** 20;
}

const optimizer = adam();
const step = gradientStep<Vae>((model, x, key) => {
  const { elbo, kl } = vae.elboTerms(model, x, key);
  return [elbo.mean().neg(), { kl: kl.mean() }];
}, optimizer);

/**
 * Takes 20,000 compiled steps of a small VAE, and compiles and frees the step 50 times, and prints how the memory of the process
 * grows.
 *
 * @returns whether it grew by at most 20 MiB over the steps after the first 1,000.
 */
export async function soak(): Promise<boolean> {
  console.log((await useBackend()).summary);
  const params = vae.init(random.key(0), { data: 11, hidden: [8], latent: 2 });
  const initial = { params, optimizer: optimizer.init(params) };
  const x = tf.tidy(() => random.uniform(random.key(1), [16, 11]).round());
  const start = () => jit.stateful(step, initial, { name: "the step" });

  const trainer = start();
  let settled = 0;
  for (let t = 1; t <= STEPS; t++) {
    const metrics: Metrics = trainer(x, random.fold(random.key(2), t));
    tree.dispose(metrics);
    if (t === 1000) settled = resident();
  }
  const growth = resident() - settled;
  trainer.dispose();
  console.log(`${STEPS} steps: ${growth.toFixed(1)} MiB after the first 1,000 (at most ${ALLOWED})`);

  const before = resident();
  for (let round = 0; round < ROUNDS; round++) {
    const again = start();
    tree.dispose(again(x, random.fold(random.key(3), round)));
    again.dispose();
  }
  const perRound = (resident() - before) / ROUNDS;
  console.log(`${ROUNDS} times compiled and freed: ${perRound.toFixed(2)} MiB a time, which XLA keeps`);
  return growth <= ALLOWED;
}
