/** The part that all variational autoencoders share: everything except the two networks. */
import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import type * as random from "../../core/random";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { hasClosedForm, kl } from "../../distributions/kl";
import type { Distribution, Reparameterized } from "../../distributions/base/distribution";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import type { Dense } from "../../nn/feedforward/dense";

/**
 * The lecture's picture of a variational autoencoder: encoder q_φ(z|x), decoder p_θ(x|z) and prior p(z).
 *
 * X is the type of a batch of data, Q that of the approximate posterior. For a conditional model, all three
 * distributions close over the context.
 */
export interface Autoencoder<
  X extends tf.Tensor = tf.Tensor,
  Q extends Reparameterized = Independent<Normal>,
> {
  /** The namespace of the model's public functions, for error messages. */
  readonly name: string;
  /** Checks the shape of data x; an error names the caller. */
  readonly checkData: (caller: string, x: tf.Tensor) => void;
  /** q_φ(z|x) of data x [B, ...]: a batch [B]. */
  readonly encoder: (x: tf.Tensor) => Q;
  /** p_θ(x|z) of latent vectors z: a batch of the same length. Draw k of data point b is row k·B + b. */
  readonly decoder: (z: tf.Tensor) => Distribution;
  /** E[x|z] of latent vectors z. */
  readonly mean: (z: tf.Tensor) => X;
  /** p(z): one distribution, or a batch [B] if it depends on a context. */
  readonly prior: () => Distribution;
  /** KL(q ‖ p(z)) in nats, [B]: in closed form, or estimated at the draw z of q. */
  readonly kl: (q: Q, z: tf.Tensor) => tf.Tensor;
}

/** The ELBO of each image and its two terms, in nats, each [B]: elbo = reconstruction − kl. */
export interface ElboTerms {
  /** E_q[log p_θ(x|z)] − KL(q_φ(z|x) ‖ p(z)), with one draw for the expectation. */
  readonly elbo: tf.Tensor;
  /** log p_θ(x|z) at one draw z ~ q_φ(z|x). */
  readonly reconstruction: tf.Tensor;
  /** KL(q_φ(z|x) ‖ p(z)): in closed form, or estimated at the same draw for a prior without one. */
  readonly kl: tf.Tensor;
}

/** Returns the prior p(z) = N(0, I) over latent vectors [Z]. */
export function standardNormal(size: number): Independent<Normal> {
  return independent(normal(tf.zeros([size]), tf.ones([size])));
}

/** Another prior than N(0, I). */
export interface PriorOption {
  /** p(z), a distribution over vectors [Z], such as a mixture; its tensors may be parameters. */
  readonly prior?: Distribution;
}

/**
 * Returns a model with another prior: its divergence is in closed form where there is one, and log q(z) − log
 * p(z) at the draw otherwise.
 *
 * @param size Z, the length of the latent vectors.
 * @throws in the name of the model, if the prior is over outcomes of another shape.
 */
export function withPrior<X extends tf.Tensor, Q extends Reparameterized>(
  model: Autoencoder<X, Q>,
  { prior }: PriorOption,
  size: number,
): Autoencoder<X, Q> {
  if (prior === undefined) return model;
  const [expected, got] = [showShape([size]), showShape(prior.eventShape)];
  if (expected !== got)
    throw new Error(`${model.name}: prior must be over vectors ${expected}, got over ${got}`);
  return {
    ...model,
    prior: () => prior,
    kl: (q, z) => (hasClosedForm(q, prior) ? kl(q, prior) : q.logProb(z).sub(prior.logProb(z))),
  };
}

/** Returns Z, the length of the latent vectors of an encoder. */
export function latentSize({ mu }: { readonly mu: Dense }): number {
  return mu.bias.shape[0];
}

/**
 * The ELBO with one reparameterized draw and its two terms, each [B] (Kingma & Welling 2014, equation 10).
 */
export function elboTerms<Q extends Reparameterized>(
  model: Autoencoder<tf.Tensor, Q>,
  x: tf.Tensor,
  key: random.Key,
): ElboTerms {
  model.checkData(`${model.name}.elboTerms`, x);
  return tree.tidy(() => boundTerms(model, x, key));
}

/** The ELBO with one reparameterized draw, [B]. */
export function elbo<Q extends Reparameterized>(
  model: Autoencoder<tf.Tensor, Q>,
  x: tf.Tensor,
  key: random.Key,
): tf.Tensor {
  model.checkData(`${model.name}.elbo`, x);
  return tf.tidy(() => boundTerms(model, x, key).elbo);
}

function boundTerms<Q extends Reparameterized>(
  model: Autoencoder<tf.Tensor, Q>,
  x: tf.Tensor,
  key: random.Key,
): ElboTerms {
  const q = model.encoder(x); //                              q_φ(z|x)                          [B] of [Z]
  const z = q.sample(key); //                                 z = μ + σ ⊙ ε,  ε ~ N(0, I)       [B, Z]
  const reconstruction = model.decoder(z).logProb(x); //      log p_θ(x|z)                      [B]
  const kl = model.kl(q, z); //                               KL(q_φ(z|x) ‖ p(z))               [B]
  return { elbo: reconstruction.sub(kl), reconstruction, kl };
}

/** log p_θ(x|z_k) + log p(z_k) − log q_φ(z_k|x) for K draws z_k ~ q_φ(z|x), [K, B]. */
export function logWeights<Q extends Reparameterized>(
  model: Autoencoder<tf.Tensor, Q>,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
): tf.Tensor {
  const caller = `${model.name}.logWeights`;
  model.checkData(caller, x);
  checkCount(caller, "draws", draws, 1);
  const rows = x.shape[0];
  return tf.tidy(() => {
    const q = model.encoder(x); //                                                              [B] of [Z]
    const z = q.sample(key, [draws]); //                      z_k ~ q_φ(z|x)                    [K, B, Z]
    const p = model.decoder(z.reshape([draws * rows, ...q.eventShape])); //                     [K·B]
    const repeated = tf.tile(x, [draws, ...x.shape.slice(1).map(() => 1)]); //                  [K·B, ...]
    const logLikelihood = p.logProb(repeated).reshape([draws, rows]); // log p_θ(x|z_k)         [K, B]
    return logLikelihood.add(model.prior().logProb(z)).sub(q.logProb(z));
  });
}

/** E[x|z] for n draws from the prior, z ~ p(z). */
export function sample<X extends tf.Tensor, Q extends Reparameterized>(
  model: Autoencoder<X, Q>,
  key: random.Key,
  n: number,
): X {
  checkCount(`${model.name}.sample`, "n", n, 1);
  return tf.tidy(() => {
    const z = model.prior().sample(key, [n]); //              z ~ p(z)                          [n, Z]
    return model.mean(z); //                                  E[x|z]                            [n, ...]
  });
}

/** E[x|z] at the mean of q_φ(z|x). */
export function reconstruct<X extends tf.Tensor, Q extends Reparameterized>(
  model: Autoencoder<X, Q>,
  x: tf.Tensor,
): X {
  model.checkData(`${model.name}.reconstruct`, x);
  return tf.tidy(() => {
    const z = model.encoder(x).mean(); //                     E_q[z]                            [B, Z]
    return model.mean(z); //                                  E[x|z]                            [B, ...]
  });
}
