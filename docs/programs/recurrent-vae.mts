import { adam, fit, type Key, random, scan, tf, useBackend } from "latent";
import { independent, klStdNormal, normal } from "latent/distributions";
import { dense, type Dense, gru, type Gru } from "latent/nn";

await useBackend();
const [TIME, HIDDEN, LATENT, SIGMA] = [24, 32, 2, 0.1];
const [dataKey, initKey, fitKey] = random.split(random.key(2), 3);

/** x_{1:T} ~ p(x|z): one latent vector z for each sequence, read by one recurrent network and written by another. */
interface Model {
  readonly encoder: { readonly reader: Gru; readonly head: Dense };
  readonly decoder: { readonly start: Dense; readonly cell: Gru; readonly mean: Dense };
}

function init(key: Key): Model {
  const [reader, head, start, cell, mean] = random.split(key, 5);
  return {
    encoder: { reader: gru.init(reader, 1, HIDDEN), head: dense.init(head, HIDDEN, 2 * LATENT) },
    decoder: {
      start: dense.init(start, LATENT, HIDDEN),
      cell: gru.init(cell, LATENT, HIDDEN),
      mean: dense.init(mean, HIDDEN, 1),
    },
  };
}

/** The terms of the bound for sequences x [B, T, 1]: log p(x|z) at one draw of q(z|x), and KL(q(z|x) ‖ p(z)), [B] each. */
function terms({ encoder, decoder }: Model, x: tf.Tensor, key: Key) {
  const batch = x.shape[0];
  const timeFirst = x.transpose([1, 0, 2]); //                                           [T, B, 1]
  const { last } = gru.run(encoder.reader, tf.zeros([batch, HIDDEN]), timeFirst); //      [B, H]
  const [mu, logSigma] = tf.split(dense.apply(encoder.head, last), 2, 1) as [tf.Tensor, tf.Tensor];
  const q = independent(normal(mu, logSigma.exp())); // q(z|x_{1:T})                      [B] of [Z]
  const z = q.sample(key);
  const step = (h: tf.Tensor, x_t: tf.Tensor): readonly [tf.Tensor, tf.Tensor] => {
    const next = gru.step(decoder.cell, h, z); //                                         [B, H]
    const p = independent(normal(dense.apply(decoder.mean, next), tf.fill([batch, 1], SIGMA)));
    return [next, p.logProb(x_t)]; //                     log p(x_t|z)                    [B]
  };
  const [, logP] = scan<tf.Tensor, tf.Tensor, tf.Tensor>(
    step,
    dense.apply(decoder.start, z).tanh(),
    timeFirst,
  );
  return { reconstruction: logP.sum(0), kl: klStdNormal(q) };
}

// Sine waves of random phase and frequency, with noise: x [N, T, 1].
const [phaseKey, frequencyKey, noiseKey] = random.split(dataKey, 3);
const phase = random.uniform(phaseKey, [1000, 1], { max: 2 * Math.PI });
const frequency = random.uniform(frequencyKey, [1000, 1], { min: 0.2, max: 0.5 });
const waves = tf.range(0, TIME).mul(frequency).add(phase).sin();
const data = waves.add(random.normal(noiseKey, waves.shape).mul(SIGMA)).expandDims(2);

await fit({
  params: init(initKey),
  loss: (model, x, key) => {
    const { reconstruction, kl } = terms(model, x, key);
    return [kl.sub(reconstruction).mean(), { kl: kl.mean() }];
  },
  optimizer: adam({ learningRate: 5e-3 }),
  data,
  batchSize: 50,
  steps: 600,
  key: fitKey,
  every: 300,
  report: ({ step, metrics: { loss = NaN, kl = NaN } }) => {
    if (step < 600) return;
    console.log(
      `step ${step}: ELBO ${(-loss / TIME).toFixed(1)} nats per time step, KL ${kl.toFixed(1)} nats`,
    );
  },
});
