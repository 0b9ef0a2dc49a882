import { adamw, chain, clipByGlobalNorm, fit, partition, random, schedules, tf, useBackend } from "latent";
import { vae } from "latent/models";

await useBackend();
const [dataKey, initKey, fitKey] = random.split(random.key(0), 3);
const STEPS = 600;

// 16 × 16 pictures of a vertical bar at a random place, with values in [0, 1]: [N, 256].
const places = random.uniform(dataKey, [2000, 1], { min: 3, max: 13 });
const images = tf.range(0, 16).sub(places).square().div(-2).exp().tile([1, 16]);

// What changes during training is a function of the step; a JavaScript number would keep its first value.
const beta = schedules.warmup({ steps: 200, then: 1 }); // the weight of the KL
const rate = (peak: number) =>
  schedules.warmup({ steps: 50, then: schedules.cosine({ from: peak, to: 0, steps: STEPS - 50 }) });
const isWeight = (path: string): boolean => path.endsWith("weights"); // no decay for biases
const optimizer = chain(
  clipByGlobalNorm(100),
  partition(
    {
      encoder: adamw({ learningRate: rate(1e-3), weightDecay: 1e-3, mask: isWeight }),
      decoder: adamw({ learningRate: rate(3e-3), weightDecay: 1e-3, mask: isWeight }),
    },
    (path) => (path.startsWith("encoder") ? "encoder" : "decoder"),
  ),
);

await fit({
  params: vae.init(initKey, { data: 256, hidden: [128], latent: 2 }),
  loss: (model, x, key, step) => {
    const { reconstruction, kl } = vae.elboTerms(model, x, key);
    const weighted = kl.mean().mul(beta(step)).sub(reconstruction.mean());
    return [weighted, { kl: kl.mean(), beta: beta(step) }];
  },
  optimizer,
  data: images,
  batchSize: 100,
  steps: STEPS,
  key: fitKey,
  every: 200,
  report: ({ step, metrics: { loss = NaN, beta: weight = NaN } }) => {
    if (step > 0)
      console.log(`step ${step}: mean weight of the KL ${weight.toFixed(2)}, loss ${loss.toFixed(0)}`);
  },
});
