import * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";
import type { ElboTerms } from "./evidence-bound";

/**
 * The objective of the β-VAE for each image: E_q[log p(x|z)] − β KL(q(z|x) ‖ p(z)), [B].
 *
 * At β = 1 it is the ELBO, above 1 a lower bound of it that pays for codes which stay close to the prior, at 0 an autoencoder with
 * noise (Higgins et al. 2017, "β-VAE", equation 4).
 *
 * @param terms what `elboTerms` of any of the VAEs gives.
 * @param beta β, a plain number ≥ 0.
 * @throws when β is negative or not finite, or the terms have different shapes.
 */
export function objective(
  { reconstruction, kl }: Pick<ElboTerms, "reconstruction" | "kl">,
  beta: number,
): tf.Tensor {
  if (!(Number.isFinite(beta) && beta >= 0))
    throw new Error(`betaVae.objective: beta must be a finite number >= 0, got ${beta}; 1 is the ELBO`);
  if (!tf.util.arraysEqual(reconstruction.shape, kl.shape))
    throw new Error(
      "betaVae.objective: reconstruction and kl must have one shape, [B], " +
        `got ${showShape(reconstruction.shape)} and ${showShape(kl.shape)}; sum or reshape to one number an image`,
    );
  return tf.tidy(() => reconstruction.sub(kl.mul(beta)));
}
