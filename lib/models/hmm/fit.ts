import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../core/numeric/check-number";
import type { Distribution } from "../../distributions/base/distribution";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { categorical, type Categorical } from "../../distributions/discrete/categorical";
import { em, type EmFit, type EmReport } from "../../inference/em";
import { expectations } from "./forward-backward";
import { checkObservations, emissionLogProbs, states as sizeOf, type Hmm } from "./model";

/** Options of `hmm.fit`. */
export interface HmmFitOptions {
  /** The model to start from, which is not disposed; its emissions are categorical or independent normal. */
  readonly init: Hmm;
  /** The smallest variance of normal emissions, in squared units of the observations; 10⁻⁶ by default. */
  readonly floor?: number;
  /** Stops when the mean log-likelihood of a sequence rises by at most this, in nats; 10⁻⁶ by default. */
  readonly tolerance?: number;
  /** The maximum number of M-steps, 200 by default. */
  readonly maxIterations?: number;
  /** Called before the first M-step and after each one. */
  readonly report?: (report: EmReport<Hmm>) => void | Promise<void>;
}

/** Expected sufficient statistics. */
interface Statistics {
  /** p(z_1|o) summed over the sequences, [K]. */
  readonly first: tf.Tensor;
  /** Expected numbers of transitions, [K, K]. */
  readonly transitions: tf.Tensor;
  /** p(z_t|o), [B · T, K]. */
  readonly weights: tf.Tensor;
}

/**
 * Fits a hidden Markov model by EM (the Baum-Welch algorithm; Rabiner 1989): expected states and transitions
 * by forward-backward, then their frequencies. It finds a local maximum near `init`.
 *
 * @param observations [T, ...E], or [B, T, ...E].
 * @returns the fit, whose log-likelihoods are means over the sequences; dispose its `params`.
 * @throws if the emissions are of another kind, the observations have a different shape, or an option is out
 *   of range.
 */
export async function fit(
  observations: tf.Tensor,
  { init, floor = 1e-6, ...options }: HmmFitOptions,
): Promise<EmFit<Hmm>> {
  const caller = "hmm.fit";
  const batched = checkObservations(caller, init, observations);
  checkAbove(caller, "floor", floor);
  const kind = kindOf(init.emissions);
  const size = sizeOf(init);
  return em<Hmm, tf.Tensor, Statistics>({
    ...options,
    caller,
    params: init,
    data: observations,
    eStep: (params, x) => {
      const { smoothed, transitions, logProb } = expectations(params, emissionLogProbs(params, x, batched));
      return {
        statistics: {
          first: tf.slice(smoothed, 0, 1).squeeze<tf.Tensor>([0]).sum(0),
          transitions: transitions.sum(0),
          weights: smoothed.transpose([1, 0, 2]).reshape([-1, size]),
        },
        logProb,
      };
    },
    mStep: ({ first, transitions, weights }, params, x) => ({
      initial: first.log(),
      // A state that is never left keeps its row
      transition: tf.where(transitions.sum(1, true).greater(0), transitions.log(), params.transition),
      emissions:
        kind === "categorical"
          ? categoricalEmissions(params.emissions as Categorical, x, weights)
          : normalEmissions(params.emissions as Independent<Normal>, x, weights, floor),
    }),
  });
}

function kindOf(emissions: Distribution): "categorical" | "normal" {
  if (emissions.kind === "categorical") return "categorical";
  const { base } = emissions as Independent;
  if (emissions.kind === "independent" && base.kind === "normal" && emissions.eventShape.length === 1)
    return "normal";
  throw new Error(
    "hmm.fit: emissions must be categorical(...) or independent(normal(...)) over vectors, " +
      `got ${emissions.kind}; maximize hmm.logLikelihood with fit for others`,
  );
}

/** Σ_t p(z_t = k|o) [o_t = v], whose logarithms are logits. */
function categoricalEmissions({ logits }: Categorical, x: tf.Tensor, weights: tf.Tensor): Categorical {
  const chosen = tf.oneHot(x.flatten().cast("int32"), logits.shape.at(-1) ?? 0).cast("float32");
  const counts = tf.matMul(weights, chosen, true); //                                  [K, V]
  return categorical(tf.where(counts.sum(1, true).greater(0), counts.log(), logits));
}

/** Weighted means and variances of each number of the observations. */
function normalEmissions(
  { base }: Independent<Normal>,
  x: tf.Tensor,
  weights: tf.Tensor,
  floor: number,
): Independent<Normal> {
  const rows = x.reshape([weights.shape[0], -1]); //                             [N, D]
  const counts = weights.sum(0).expandDims(1); //                                      [K, 1]
  const isUsed = counts.greater(0);
  const share = weights.div(tf.where(isUsed, counts, 1).transpose()); //               [N, K]
  const mu = tf.matMul(share, rows, true); //                                          [K, D]
  const deviations = rows.expandDims(1).sub(mu.expandDims(0)); //                      [N, K, D]
  const variance = share.expandDims(2).mul(deviations.square()).sum(0);
  const sigma = variance.maximum(floor).sqrt();
  return independent(normal(tf.where(isUsed, mu, base.mu), tf.where(isUsed, sigma, base.sigma)));
}
