import { random, show, tf, useBackend } from "latent";
import { normal } from "latent/distributions";
import { vae } from "latent/models";

await useBackend();

const values = [
  tf.tensor([0.12, -1.4, 0.88]),
  random.normal(random.key(1), [60, 40]),
  normal(tf.zeros([3]), 1),
  random.key(7),
  vae.init(random.key(0), { data: 784, hidden: [400], latent: 20 }),
];
for (const value of values) console.log(show(value)?.["text/plain"]);
