import { vae, type Vae } from "latent/models";
import type { BenchModel, Examples } from "../model";
import { coins } from "./coins";

const [PIXELS, LATENT] = [784, 20];

/** The VAE of the course: one hidden layer in encoder and decoder. */
export const mlpVae: BenchModel<Vae, Examples> = {
  sizes: { batch: 128, width: 400 },
  warmUp: 30,
  tolerance: 0.02,
  targets: { "jax-jit": 1.05, "pytorch-eager": 0.75 },
  describe: ({ batch, width }) => `MLP VAE ${PIXELS}-${width}-${LATENT}, batch ${batch}`,
  init: (key, { width }) => vae.init(key, { data: PIXELS, hidden: [width], latent: LATENT }),
  batch: (key, { batch }) => ({ x: coins(key, [batch, PIXELS]) }),
  loss: (model, { x }, key) => vae.elbo(model, x, key).mean().neg(),
};
