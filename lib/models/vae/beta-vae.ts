import * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";
import type { ElboTerms } from "./autoencoder";

/**
 * Returns the β-VAE objective of each image, E_q[log p(x|z)] − β KL(q(z|x) ‖ p(z)), [B].
 *
 * β = 1 gives the ELBO. β > 1 gives a looser bound that pulls q(z|x) towards the prior, β = 0 an autoencoder
 * with noisy codes (Higgins et al. 2017, "β-VAE", equation 4).
 *
 * @param terms the result of `vae.elboTerms` or `convVae.elboTerms`.
 * @param beta β ≥ 0.
 * @throws if β is negative or not finite, or the terms differ in shape.
 */
export function objective(
  { reconstruction, kl }: Pick<ElboTerms, "reconstruction" | "kl">,
  beta: number,
): tf.Tensor {
  if (!(Number.isFinite(beta) && beta >= 0))
    throw new Error(
      `betaVae.objective: beta must be a finite number >= 0, got ${beta}; beta = 1 gives the ELBO`,
    );
  if (!tf.util.arraysEqual(reconstruction.shape, kl.shape))
    throw new Error(
      "betaVae.objective: reconstruction and kl must have the same shape [B], " +
        `got ${showShape(reconstruction.shape)} and ${showShape(kl.shape)}; reduce to one value per image`,
    );
  return tf.tidy(() => reconstruction.sub(kl.mul(beta)));
}
