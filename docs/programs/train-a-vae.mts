import { adam, display, fit, random, tf, useBackend } from "latent";
import { vae } from "latent/models";
import { imageGrid } from "latent/plot";

await useBackend();
const [dataKey, initKey, fitKey, drawKey] = random.split(random.key(0), 4);

// Your images: N rows of D pixels in [0, 1]. Here: 16 × 16 pictures of a vertical bar at a random place.
const SIDE = 16;
const places = random.uniform(dataKey, [2000, 1], { min: 3, max: 13 });
const row = tf.range(0, SIDE).sub(places).square().div(-2).exp(); //                     [N, 16]
const images = row.tile([1, SIDE]); //                                                   [N, 256]

const { state } = await fit({
  params: vae.init(initKey, { data: SIDE * SIDE, hidden: [128], latent: 2 }),
  loss: (model, x, key) => {
    const { elbo, reconstruction, kl } = vae.elboTerms(model, x, key); //                each [B], in nats
    return [elbo.mean().neg(), { reconstruction: reconstruction.mean(), kl: kl.mean() }];
  },
  optimizer: adam({ learningRate: 2e-3 }),
  data: images,
  batchSize: 100,
  steps: 600,
  key: fitKey,
  every: 300,
  report: ({ step, metrics: { loss = NaN, kl = NaN } }) => {
    if (step > 0) console.log(`step ${step}: ELBO ${(-loss).toFixed(1)} nats, KL ${kl.toFixed(1)} nats`);
  },
});

const drawn = vae.sample(state.params, drawKey, 16); // E[x|z] for z ~ p(z), [16, 256]
await display(imageGrid(await drawn.data(), { shape: [SIDE, SIDE], title: "Samples from the prior" }));
