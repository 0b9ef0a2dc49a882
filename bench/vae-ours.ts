import { adam, fit, type Key, logMeanExp, type Loss, random, tf, tree } from "latent";
import { binarize } from "latent/data";
import { importanceBound, type LogWeights } from "latent/inference";
import { vae, type Vae } from "latent/models";
import { mean } from "./statistics";
import type { VaeSettings } from "./vae-options";

/** A trained model on the test images: a number for each image, in nats. */
export interface Evaluation {
  readonly elbo: readonly number[];
  /** The negative log-likelihood, estimated from above by −log (1/K) Σ w. */
  readonly nll: readonly number[];
  readonly seconds: number;
}

/** The negative bound of K draws of grey images that are binarized anew each time; for one draw the ELBO. */
const lossOf =
  (samples: number): Loss<Vae> =>
  (model, grey, key) => {
    const [pixels, draw] = random.split(key);
    const x = binarize(grey, pixels);
    const bound =
      samples === 1 ? vae.elbo(model, x, draw) : logMeanExp(vae.logWeights(model, x, draw, samples), 0);
    return [bound.mean().neg(), {}];
  };

/** A stretch of training: how many steps, and how long they took. */
export interface Turn {
  readonly steps: number;
  readonly milliseconds: number;
}

/**
 * Trains this library's VAE.
 *
 * @param pause is called after every `every` steps, and after the last, with the turn that these were; training waits for it.
 */
export async function trainOurs(
  grey: tf.Tensor2D,
  settings: VaeSettings,
  key: Key,
  every: number,
  pause: (turn: Turn) => Promise<void>,
): Promise<Vae> {
  const [modelKey, fitKey] = random.split(key);
  const { hidden, latent, activation, learningRate, batchSize, steps } = settings;
  const params = vae.init(modelKey, { data: grey.shape[1], hidden: [hidden], latent, activation });
  let [start, done] = [0, 0];
  const run = await fit({
    params,
    loss: lossOf(settings.samples),
    optimizer: adam({ learningRate }),
    data: grey,
    batchSize,
    steps,
    key: fitKey,
    every,
    report: async ({ step }) => {
      if (step > 0) await pause({ steps: step - done, milliseconds: performance.now() - start });
      [start, done] = [performance.now(), step];
    },
  });
  tree.dispose([params, run.state.optimizer]);
  return run.state.params;
}

/** The ELBO and the importance-weighted bound of each test image. */
export function evaluateOurs(model: Vae, x: tf.Tensor2D, settings: VaeSettings, key: Key): Evaluation {
  const start = performance.now();
  const [elboKey, boundKey] = random.split(key);
  const draws = random
    .split(elboKey, settings.elboDraws)
    .map((drawKey) => tf.tidy(() => Array.from(vae.elbo(model, x, drawKey).dataSync())));
  const elbo = Array.from({ length: x.shape[0] }, (_, i) => mean(draws.map((values) => values[i] ?? NaN)));
  const weights: LogWeights = (rows, rowKey, k) => vae.logWeights(model, rows, rowKey, k);
  const nll = tf.tidy(() => {
    const bound = importanceBound(weights, x, boundKey, { draws: settings.draws });
    return Array.from(bound.neg().dataSync());
  });
  return { elbo, nll, seconds: (performance.now() - start) / 1e3 };
}
