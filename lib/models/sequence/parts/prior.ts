import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../../core/numeric/check-number";
import * as random from "../../../core/random";
import { broadcastTo } from "../../../core/tensor/broadcast";
import * as tree from "../../../core/tensor/tree";
import { independent } from "../../../distributions/composite/independent";
import { multivariateNormal } from "../../../distributions/continuous/multivariate-normal";
import { normal } from "../../../distributions/continuous/normal";
import { dense, type Dense } from "../../../nn/feedforward/dense";
import { gru, type Gru } from "../../../nn/recurrent/gru";
import type { LinearGaussian } from "../../linear-gaussian";
import { applyHead, initHead, type Gaussian, type GaussianHead, type HeadOptions } from "./gaussian";

/** The latent state at one time or at several, with leading axes [B] or [T, B]. */
export interface State {
  /** z_t, [..., Z]. */
  readonly z: tf.Tensor;
  /** h_t, [..., H], the deterministic part; only of recurrent priors. */
  readonly h?: tf.Tensor;
}

/** p(z_1) = N(0, I) and p(z_t|z_{t−1}, a_{t−1}) by a network. */
export interface ChainPrior {
  /** Which of the priors this is. */
  readonly kind: "chain";
  /** From [z_{t−1}, a_{t−1}]. */
  readonly head: GaussianHead;
}

/**
 * h_t = f(h_{t−1}, z_{t−1}, a_{t−1}) by a gated recurrent unit, p(z_1) = N(0, I), and p(z_t|h_t) by a
 * network: the recurrent state-space model (Hafner et al. 2019, "PlaNet").
 */
export interface RecurrentPrior {
  /** Which of the priors this is. */
  readonly kind: "recurrent";
  /** From [z_{t−1}, a_{t−1}] to the input of the unit, followed by an ELU. */
  readonly input: Dense;
  /** f. */
  readonly cell: Gru;
  /** From h_t. */
  readonly head: GaussianHead;
}

/** p(z_1) = N(m, P) and p(z_t|z_{t−1}, a_{t−1}) = N(A z + B a + b, Q). */
export interface LinearGaussianPrior {
  /** Which of the priors this is. */
  readonly kind: "linear-gaussian";
  /** m and the Cholesky factor of P. */
  readonly initial: LinearGaussian["initial"];
  /** A, B, b and the Cholesky factor of Q, the same at all times. */
  readonly transition: LinearGaussian["transition"];
}

/** p(z_1) Π p(z_t|z_{t−1}, a_{t−1}): the dynamics, learned as a part of the prior. */
export type Prior = ChainPrior | RecurrentPrior | LinearGaussianPrior;

/** Options of a prior with networks. */
export interface PriorOptions extends Omit<HeadOptions, "covariance"> {
  /** "chain" by default. */
  readonly kind?: "chain" | "recurrent";
  /** H, the length of h_t; 64 by default. */
  readonly recurrent?: number;
}

/**
 * Returns a prior with random weights.
 *
 * @param sizes `latent`: Z; `actions`: A, 0 for a system without actions.
 * @throws if a size is not a positive integer (0 is allowed for `actions`).
 */
export function initPrior(
  key: random.Key,
  { latent, actions = 0 }: { readonly latent: number; readonly actions?: number },
  options: PriorOptions = {},
): Prior {
  const caller = "sequenceVae.initPrior";
  const { kind = "chain", recurrent = 64, ...head } = options;
  checkCount(caller, "latent", latent, 1);
  checkCount(caller, "actions", actions);
  if (kind === "chain") return { kind, head: initHead(caller, key, [latent + actions, latent], head) };
  checkCount(caller, "recurrent", recurrent, 1);
  const [inputKey, cellKey, headKey] = random.split(key, 3);
  return {
    kind,
    input: dense.init(inputKey, latent + actions, recurrent),
    cell: gru.init(cellKey, recurrent, recurrent),
    head: initHead(caller, headKey, [recurrent, latent], head),
  };
}

/** The sizes that the other parts must fit. */
export interface PriorSizes {
  /** Z. */
  readonly latent: number;
  /** A, 0 without actions. */
  readonly actions: number;
  /** C, the length of what p(z_t|·) is conditioned on. */
  readonly context: number;
  /** The length of [h_t, z_t], which the decoder sees. */
  readonly state: number;
}

/** Returns the sizes of a prior. */
export function sizes(prior: Prior): PriorSizes {
  if (prior.kind === "linear-gaussian") {
    const latent = prior.initial.mean.size;
    const actions = prior.transition.input?.shape[1] ?? 0;
    return { latent, actions, context: latent + actions, state: latent };
  }
  const { latent } = prior.head;
  const context = prior.head.network.layers[0]?.weights.shape[0] ?? 0;
  if (prior.kind === "chain") return { latent, actions: context - latent, context, state: latent };
  return {
    latent,
    actions: prior.input.weights.shape[0] - latent,
    context,
    state: context + latent,
  };
}

/** Returns [h_t, z_t], what the decoder sees, [..., H + Z]. */
export function features({ h, z }: State): tf.Tensor {
  return h === undefined ? z.clone() : tf.concat([h, z], -1);
}

/** Returns the state before the first step: zeros. */
export function before(prior: Prior, batch: number): State {
  const { latent, context } = sizes(prior);
  const z = tf.zeros([batch, latent]);
  return prior.kind === "recurrent" ? { z, h: tf.zeros([batch, context]) } : { z };
}

/** Returns what p(z_t|·) is conditioned on, [B, C]: h_t, or [z_{t−1}, a_{t−1}]. */
export function advance(prior: Prior, { z, h }: State, action: tf.Tensor | undefined): tf.Tensor {
  const from = action === undefined ? z : tf.concat([z, action], 1);
  if (prior.kind !== "recurrent" || h === undefined) return from.clone();
  return gru.step(prior.cell, h, dense.apply(prior.input, from).elu()); // h_t = f(h_{t−1}, z_{t−1}, a_{t−1})
}

/** Returns the state of a latent vector in its context. */
export function stateOf(prior: Prior, context: tf.Tensor, z: tf.Tensor): State {
  return prior.kind === "recurrent" ? { z, h: context } : { z };
}

/** Returns p(z_1) for T = 1 time and B sequences, [1, B] of [Z]. */
export function first(prior: Prior, batch: number): Gaussian {
  const { latent } = sizes(prior);
  const like = tf.zeros([1, batch, latent]);
  if (prior.kind === "linear-gaussian") {
    const { mean, scaleTril } = prior.initial;
    return multivariateNormal(like.add(mean), scaleTril.reshape([1, 1, latent, latent]));
  }
  return independent(normal(like, like.add(1))); //                      N(0, I)
}

/** Returns p(z_t|·) for contexts [..., C], a batch [...]. */
export function next(prior: Prior, context: tf.Tensor): Gaussian {
  if (prior.kind !== "linear-gaussian") return applyHead(prior.head, context);
  const { matrix, input, bias, scaleTril } = prior.transition;
  const weights = tf.concat(input === undefined ? [matrix] : [matrix, input], 1).transpose<tf.Tensor2D>();
  const mean = dense.apply({ weights, bias: bias as tf.Tensor1D }, context); //   A z + B a + b
  const [lead = 0, ...others] = context.shape.slice(0, -1);
  // One factor for each entry of the first axis: what is stacked over time needs that axis
  return multivariateNormal(mean, broadcastTo(scaleTril, [lead, ...others.map(() => 1), ...scaleTril.shape]));
}

/** Returns p(z_1) and the p(z_t|·) of the later times, from the contexts [T, B, C] of all of them. */
export function all(prior: Prior, contexts: tf.Tensor): Gaussian {
  const [steps = 0, batch = 0] = contexts.shape;
  const start = first(prior, batch);
  if (steps === 1) return start;
  const later = next(prior, tf.slice(contexts, 1, steps - 1));
  return tree.map((a, b) => tf.concat([a, b]), start, later);
}
