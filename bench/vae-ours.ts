import { adam, fit, type Key, logMeanExp, type Loss, random, tf, tree } from "latent";
import { binarize } from "latent/data";
import { importanceBound, type LogWeights } from "latent/inference";
import { vae, type Vae } from "latent/models";
import { mean } from "./statistics";
import type { VaeSettings } from "./vae-options";

/** The evaluation of a trained model: one value per test image, in nats. */
export interface Evaluation {
  readonly elbo: readonly number[];
  /** The importance-weighted NLL −log (1/K) Σ w, an upper bound in expectation. */
  readonly nll: readonly number[];
  readonly seconds: number;
}

/**
 * The negative importance-weighted bound with K draws (the ELBO for K = 1); images are binarized again at
 * each step.
 */
function lossOf(samples: number): Loss<Vae> {
  return (model, grey, key) => {
    const [pixels, draw] = random.split(key);
    const x = binarize(grey, pixels);
    const bound =
      samples === 1 ? vae.elbo(model, x, draw) : logMeanExp(vae.logWeights(model, x, draw, samples), 0);
    return [bound.mean().neg(), {}];
  };
}

/** Consecutive training steps and the time that they took. */
export interface Turn {
  readonly steps: number;
  readonly milliseconds: number;
}

/**
 * Trains the VAE with this library.
 *
 * @param pause awaited after every `every` steps and after the last one, with the turn that ended.
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

/** Returns the ELBO and the importance-weighted NLL of each test image. */
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
