import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { adam, gradientStep, jit, type Metrics, random, tf, tree, useBackend } from "latent";
import { vae, type Vae } from "latent/models";

const STEPS = 20_000;
const ROUNDS = 50;
/** The largest accepted growth of memory after the first 1,000 steps, MiB. */
const ALLOWED = 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Returns the resident memory of the process after garbage collection, MiB. */
function residentMiB(): number {
  collectGarbage();
  return process.memoryUsage().rss / 2 ** 20;
}

const optimizer = adam();
const step = gradientStep<Vae>((model, x, key) => {
  const { elbo, kl } = vae.elboTerms(model, x, key);
  return [elbo.mean().neg(), { kl: kl.mean() }];
}, optimizer);

/**
 * Runs 20,000 compiled training steps of a small VAE, then compiles and disposes the step 50 times, and
 * prints how much the memory of the process grows.
 *
 * @returns whether it grows by at most 20 MiB after the first 1,000 steps.
 */
export async function soak(): Promise<boolean> {
  console.log((await useBackend()).summary);
  const params = vae.init(random.key(0), { data: 11, hidden: [8], latent: 2 });
  const initial = { params, optimizer: optimizer.init(params) };
  const x = tf.tidy(() => random.uniform(random.key(1), [16, 11]).round());
  const count = tf.scalar(0);
  const compileStep = () => jit.stateful(step, initial, { name: "the step" });

  const trainer = compileStep();
  let afterWarmUp = 0;
  for (let t = 1; t <= STEPS; t++) {
    const metrics: Metrics = trainer(x, random.fold(random.key(2), t), count);
    tree.dispose(metrics);
    if (t === 1000) afterWarmUp = residentMiB();
  }
  const growth = residentMiB() - afterWarmUp;
  trainer.dispose();
  console.log(`${STEPS} steps: ${growth.toFixed(1)} MiB after the first 1,000 (at most ${ALLOWED})`);

  const before = residentMiB();
  for (let round = 0; round < ROUNDS; round++) {
    const compiled = compileStep();
    tree.dispose(compiled(x, random.fold(random.key(3), round), count));
    compiled.dispose();
  }
  const perRound = (residentMiB() - before) / ROUNDS;
  console.log(`${ROUNDS} compilations: ${perRound.toFixed(2)} MiB each, which XLA does not free`);
  return growth <= ALLOWED;
}
