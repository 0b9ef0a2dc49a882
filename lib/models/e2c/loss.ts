import type * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { klStdNormal } from "../../distributions/kl";
import { checkRows } from "../base/check-rows";
import * as vae from "../vae/vae";
import { sizes, type E2c } from "./model";
import { apply, consistency, linearize, type TransitionOptions } from "./transition";

/** A batch of transitions of the system. */
export interface Transitions {
  /** x_t, images before the step, [B, D]. */
  readonly x: tf.Tensor;
  /** u_t, controls, [B, A]. */
  readonly u: tf.Tensor;
  /** x_{t+1}, images after it, [B, D]. */
  readonly next: tf.Tensor;
}

/** The terms of the loss, each [B], in nats but for the last. */
export interface E2cTerms {
  /** log p(x_t|z_t), z_t ~ q(z|x_t). */
  readonly reconstruction: tf.Tensor;
  /** log p(x_{t+1}|ẑ), ẑ = A z_t + B u_t + o. */
  readonly prediction: tf.Tensor;
  /** KL(q(z|x_t) ‖ p(z)). */
  readonly kl: tf.Tensor;
  /** KL(q̂(z|μ_t, u_t) ‖ q(z|x_{t+1})). */
  readonly consistency: tf.Tensor;
  /** |A μ_t + B u_t + o − μ_{t+1}|², squared units of z. */
  readonly error: tf.Tensor;
}

/**
 * Returns the terms of the loss, with one reparameterized draw of z_t.
 *
 * reconstruction + prediction − kl is a bound on log p(x_t, x_{t+1} | u_t) (Watter et al. 2015).
 *
 * @throws if a tensor of the batch has a different shape.
 */
export function terms(
  model: E2c,
  { x, u, next }: Transitions,
  key: random.Key,
  options: TransitionOptions = {},
): E2cTerms {
  const pixels = model.encoder.hidden.layers[0]?.weights.shape[0] ?? 0;
  checkRows("e2c.terms", "x", x, ["B", "D"], pixels);
  checkRows("e2c.terms", "u", u, ["B", "A"], sizes(model).controlSize);
  checkRows("e2c.terms", "next", next, ["B", "D"], pixels);
  return tree.tidy(() => {
    const q = vae.encode(model.encoder, x); //                    q(z|x_t)                      [B] of [Z]
    const after = vae.encode(model.encoder, next); //             q(z|x_{t+1})                  [B] of [Z]
    const z = q.sample(key); //                                   z_t = μ + σ ⊙ ε               [B, Z]
    const models = linearize(model, z, options); //               A, B, o at z_t
    const predicted = apply(models, z, u); //                     ẑ = A z_t + B u_t + o         [B, Z]
    return {
      reconstruction: vae.decode(model.decoder, z).logProb(x), // log p(x_t|z_t)                [B]
      prediction: vae.decode(model.decoder, predicted).logProb(next), // log p(x_{t+1}|ẑ)       [B]
      kl: klStdNormal(q), //                                      KL(q(z|x_t) ‖ p(z))           [B]
      consistency: consistency(models, q, u, after), //           KL(q̂ ‖ q(z|x_{t+1}))          [B]
      error: apply(models, q.base.mu, u).sub(after.base.mu).square().sum(1), //                 [B]
    };
  });
}

/** The weights of the loss. */
export interface LossOptions extends TransitionOptions {
  /** The weight of `kl`, 1 by default. */
  readonly kl?: number;
  /** λ, the weight of `consistency`, 0.25 by default. */
  readonly consistency?: number;
  /**
   * The weight of `error`, 0 by default as in the paper. Its scale is fixed, while the divergence can be
   * made small by large variances: with 50 a jump in the map costs more than it saves.
   */
  readonly error?: number;
}

/**
 * Returns the loss of Embed to Control, averaged over the batch, and its terms as metrics:
 * −reconstruction − prediction + kl + λ consistency (Watter et al. 2015), with the weights of
 * the options and a term of fixed scale, |A μ_t + B u_t + o − μ_{t+1}|².
 *
 * @throws if a weight is negative or not finite, or a tensor of the batch has a different shape.
 */
export function loss(
  model: E2c,
  batch: Transitions,
  key: random.Key,
  options: LossOptions = {},
): readonly [loss: tf.Tensor, metrics: Record<keyof E2cTerms, tf.Tensor>] {
  const weights = { kl: 1, consistency: 0.25, error: 0, ...options };
  for (const name of ["kl", "consistency", "error"] as const)
    if (!(Number.isFinite(weights[name]) && weights[name] >= 0))
      throw new Error(`e2c.loss: ${name} must be a finite number >= 0, got ${weights[name]}`);
  return tree.tidy(() => {
    const t = tree.map((x) => x.mean(), terms(model, batch, key, options));
    const penalty = (["kl", "consistency", "error"] as const)
      .map((name) => t[name].mul(weights[name]))
      .reduce((a, b) => a.add(b));
    return [penalty.sub(t.reconstruction).sub(t.prediction), { ...t }] as const;
  });
}
