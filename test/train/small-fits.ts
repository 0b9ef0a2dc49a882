/** Small training problems for the tests of fit. */
import { adam, type FitOptions, type Loss, random, tf } from "latent";
import { vae, type Vae } from "latent/models";

/** The line y = a x + b. */
export interface Line {
  readonly a: tf.Scalar;
  readonly b: tf.Scalar;
}

/** The mean squared error of the line, with the largest error as a metric. */
export function lineLoss({ a, b }: Line, batch: tf.Tensor): ReturnType<Loss<Line>> {
  const [x, y] = tf.split(batch, 2, 1) as [tf.Tensor, tf.Tensor];
  const error = x.mul(a).add(b).sub(y);
  return [error.square().mean(), { largest: error.abs().max() }];
}

export function startLine(): Line {
  return { a: tf.scalar(0), b: tf.scalar(0) };
}

/** Points of the line y = 2 x − 1 at x = −1 … 1, [n, 2]. */
export function linePoints(n: number): tf.Tensor2D {
  return tf.tidy(() => {
    const x = tf.linspace(-1, 1, n);
    return tf.stack([x, x.mul(2).sub(1)], 1) as tf.Tensor2D;
  });
}

/** The negative ELBO of binary images, reported with its two terms. */
export function vaeLoss(model: Vae, batch: tf.Tensor, key: random.Key): ReturnType<Loss<Vae>> {
  const { elbo, reconstruction, kl } = vae.elboTerms(model, batch, key);
  return [elbo.mean().neg(), { reconstruction: reconstruction.mean(), kl: kl.mean() }];
}

/** A VAE of 11 binary pixels with 60 images in batches of 7: an epoch is 8 steps, and leaves out 4 images. */
export function smallRun(): Omit<FitOptions<Vae>, "steps"> {
  const [model, data] = [random.key(1), random.key(2)];
  return {
    params: vae.init(model, { data: 11, hidden: [6], latent: 2 }),
    loss: vaeLoss,
    optimizer: adam({ learningRate: 0.01 }),
    data: tf.tidy(() => random.uniform(data, [60, 11]).less(0.3).cast("float32")),
    batchSize: 7,
    key: random.key(3),
  };
}
