import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../core/numeric/check-number";
import type * as random from "../../core/random";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { independent } from "../../distributions/composite/independent";
import { normal } from "../../distributions/continuous/normal";
import { apply, checkInputs, type ApplyOptions } from "./apply";
import { kl, type BayesianNetwork, type WeightPrior } from "./network";

/** Inputs and outputs, one data point per row. */
export interface Pairs {
  /** [B, In]. */
  readonly x: tf.Tensor;
  /** [B, Out]. */
  readonly y: tf.Tensor;
}

/** Options of `elbo` and `loss`. */
export interface BoundOptions extends ApplyOptions {
  /** σ of p(y|x, w) = N(f_w(x), σ² I), in units of y. */
  readonly stdDev: number;
  /** p(w): the standard deviation of N(0, τ² I), 1 by default; or the posterior before these data. */
  readonly prior?: WeightPrior;
  /** N, the number of data points, of which a batch is a part; B by default. */
  readonly rows?: number;
}

/** The evidence lower bound and its terms in nats, each []: elbo = logLikelihood − kl. */
export interface BoundTerms {
  /** The bound on log p(y_1 … y_N|x_1 … x_N). */
  readonly elbo: tf.Tensor;
  /** N/B Σ_i log p(y_i|x_i, w) under weights drawn from q. */
  readonly logLikelihood: tf.Tensor;
  /** KL(q(w) ‖ p(w)), in closed form. */
  readonly kl: tf.Tensor;
}

/**
 * Returns the evidence lower bound of all data from a batch, with one draw of the weights, log p(Y|X) ≥
 * E_q[log p(Y|X, w)] − KL(q(w) ‖ p(w)).
 *
 * @throws if x or y has a different shape, or an option is not positive.
 */
export function elbo(
  model: BayesianNetwork,
  { x, y }: Pairs,
  key: random.Key,
  options: BoundOptions,
): BoundTerms {
  return boundTerms("bayesianNetwork.elbo", model, { x, y }, key, options);
}

function boundTerms(
  caller: string,
  model: BayesianNetwork,
  { x, y }: Pairs,
  key: random.Key,
  { stdDev, prior = 1, rows, noise = "local" }: BoundOptions,
): BoundTerms {
  checkInputs(caller, model, x);
  const outputs = model.layers.at(-1)?.weights.mu.shape[1] ?? 0;
  checkShape(caller, "y", y, [`B=${x.shape[0]}`, `Out=${outputs}`], "one row per row of x");
  checkAbove(caller, "stdDev", stdDev);
  if (rows !== undefined) checkAbove(caller, "rows", rows);
  const batch = x.shape[0];
  return tree.tidy(() => {
    const p = independent(normal(apply(model, x, key, { noise }), stdDev)); //    p(y|x, w)   [B]
    const fit = p.logProb(y).mean(); //                                           1/B Σ_i log p(y_i|x_i, w)
    const logLikelihood: tf.Tensor = fit.mul(rows ?? batch);
    const divergence = kl(model, prior); //                                       KL(q(w) ‖ p(w))
    return { elbo: logLikelihood.sub(divergence), logLikelihood, kl: divergence };
  });
}

/** A batch for `loss`, which may bring the prior with it. */
export interface LossBatch extends Pairs {
  /** The posterior before these data, where it changes from call to call of a compiled step. */
  readonly prior?: BayesianNetwork;
}

/**
 * Returns the loss for `fit`: −ELBO / N in nats per data point, with `logLikelihood` and `kl` as metrics.
 *
 * @throws from the loss, if x or y has a different shape, or an option is not positive.
 */
export function loss(
  options: BoundOptions,
): (
  model: BayesianNetwork,
  batch: LossBatch,
  key: random.Key,
) => readonly [loss: tf.Tensor, metrics: Record<"logLikelihood" | "kl", tf.Tensor>] {
  return (model, { x, y, prior = options.prior }, key) => {
    const given = { ...options, ...(prior !== undefined && { prior }) };
    return tree.tidy(() => {
      const { elbo, ...terms } = boundTerms("bayesianNetwork.loss", model, { x, y }, key, given);
      return [elbo.neg().div(options.rows ?? x.shape[0]), terms] as const; // −ELBO / N
    });
  };
}
