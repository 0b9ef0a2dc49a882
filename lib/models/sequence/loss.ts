import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { stopGradient } from "../../core/tensor/grad";
import * as tree from "../../core/tensor/tree";
import { termsAlong } from "./bound";
import type { SequenceVae } from "./model";
import { divergence, draw } from "./parts/gaussian";
import { advance, next, stateOf, type Prior, type State } from "./parts/prior";
import { noiseFor, unroll, type Posterior } from "./posterior";
import { prepare, type Prepared, type Sequences } from "./sequences";

/** Changes of the bound that are in use for training. Without any, the loss is −bound. */
export interface SequenceLossOptions {
  /** The weight of the divergence, 1 by default. */
  readonly kl?: number;
  /**
   * α of KL balancing, from 0 to 1: α KL(stop(q) ‖ p) + (1 − α) KL(q ‖ stop(p)) in place of KL(q ‖ p), where
   * `stop` has no gradient. Above ½ it moves the prior more than the encoder (Hafner et al. 2021,
   * "DreamerV2", with 0.8).
   */
  readonly balance?: number;
  /**
   * Nats that the divergence of a step may cost for free: its gradient is 0 below. 0 by default (Kingma et
   * al. 2016, "free bits").
   */
  readonly freeNats?: number;
  /**
   * Latent overshooting (Hafner et al. 2019, "PlaNet"): for each distance d from 2 to `steps`, the divergence
   * of stop(q(z_t|·)) from the prior's prediction over d steps from a draw of z_{t−d}, averaged over d.
   */
  readonly overshooting?: {
    /** The greatest distance, at least 2. */
    readonly steps: number;
    /** The weight of the term, 1 by default. */
    readonly weight?: number;
  };
}

/** What `sequenceVae.loss` reports, means over the sequences in nats. */
export interface SequenceMetrics {
  /** The bound, whatever the options are. */
  readonly bound: tf.Tensor;
  /** Σ_t log p(o_t|z_t). */
  readonly reconstruction: tf.Tensor;
  /** Σ_t KL(q(z_t|·) ‖ p(z_t|·)). */
  readonly kl: tf.Tensor;
}

/** The draws of which a loss was made. */
export interface DrawnStates {
  /** z_t ~ q(z_t|·), with h_t for a recurrent prior, [T, B, ...]. */
  readonly states: State;
}

/**
 * Returns −Σ_t log p(o_t|z_t) + Σ_t KL, summed over time and averaged over the sequences, with the changes
 * that the options ask for, and metrics.
 *
 * @returns [loss, metrics], scalars, as `fit` expects.
 * @throws if an option is out of range, the data have a different shape, or actions are missing.
 */
export function loss(
  model: SequenceVae,
  data: Sequences,
  key: random.Key,
  options: SequenceLossOptions = {},
): readonly [loss: tf.Tensor, metrics: Readonly<Record<keyof SequenceMetrics, tf.Tensor>>] {
  const [value, { states, ...metrics }] = lossWithStates(model, data, key, options);
  tree.dispose(states);
  return [value, metrics];
}

/**
 * Returns the loss with the draws z_t ~ q(z_t|·) of which it was made, for what is learned on them, so that
 * no observation is encoded twice.
 *
 * @returns [loss, metrics and `states`, [T, B, ...]]; the gradient of whatever is made of the states flows
 *   into the model, unless it is stopped.
 * @throws as `loss` does.
 */
export function lossWithStates(
  model: SequenceVae,
  data: Sequences,
  key: random.Key,
  options: SequenceLossOptions = {},
): readonly [loss: tf.Tensor, aux: Readonly<Record<keyof SequenceMetrics, tf.Tensor>> & DrawnStates] {
  checkOptions(options);
  return tree.tidy(() => {
    const prepared = prepare("sequenceVae.loss", model, data);
    const [posteriorKey, overshootingKey] =
      options.overshooting === undefined ? [key, key] : random.split(key);
    const posterior = unroll(model, prepared, noiseFor(model, prepared, posteriorKey));
    const { reconstruction, kl } = termsAlong(model, prepared, posterior);
    const total = (x: tf.Tensor): tf.Tensor => x.sum(0).mean();
    const cost = total(penalty(posterior, kl, prepared, options)).mul(options.kl ?? 1);
    const extra = overshoot(model.prior, posterior, prepared, { ...options, key: overshootingKey });
    const aux = {
      bound: total(reconstruction.sub(kl)),
      reconstruction: total(reconstruction),
      kl: total(kl),
      states: posterior.states,
    };
    const value = cost.sub(aux.reconstruction);
    return [extra === undefined ? value : value.add(total(extra)), aux] as const;
  });
}

/** The divergence of each step as it is trained, [T, B]. */
function penalty(
  { q, p }: Posterior,
  kl: tf.Tensor,
  { mask }: Prepared,
  { balance, freeNats = 0 }: SequenceLossOptions,
): tf.Tensor {
  let each = kl;
  if (balance !== undefined) {
    const towardsPosterior = divergence(stopGradient(q), p).mul(balance);
    each = towardsPosterior.add(divergence(q, stopGradient(p)).mul(1 - balance));
    if (mask !== undefined) each = each.mul(mask);
  }
  return freeNats === 0 ? each : each.sub(freeNats).relu(); // max(KL, free) − free: the same gradient
}

/** The mean over d of the divergence from predictions over d steps, at the time predicted, [T, B]. */
function overshoot(
  prior: Prior,
  { q, states }: Posterior,
  { actionsBefore, mask, steps }: Prepared,
  { overshooting, key }: SequenceLossOptions & { readonly key: random.Key },
): tf.Tensor | undefined {
  const furthest = Math.min(overshooting?.steps ?? 1, steps - 1);
  if (overshooting === undefined || furthest < 2) return undefined;
  const target = stopGradient(q);
  const rows = (x: tf.Tensor): tf.Tensor => x.reshape([-1, x.shape.at(-1) ?? 0]);
  let from: State = states; // at the times 1 … T − d + 1, rolled d − 1 steps ahead
  let sum: tf.Tensor | undefined;
  for (let d = 1; d <= furthest; d++) {
    const count = steps - d;
    const batch = states.z.shape[1] ?? 0;
    const start = tree.map((x) => rows(tf.slice(x, 0, count)), from);
    const action = actionsBefore && rows(tf.slice(actionsBefore, d, count));
    const context = advance(prior, start, action); //                          [(T − d) B, C]
    const p = next(prior, context.reshape([count, batch, -1]));
    const ahead = tree.map((x) => tf.slice(x, d, count), target);
    if (d > 1) {
      const each = divergence(ahead, p).pad([[d, 0], [0, 0]]); // prettier-ignore
      sum = sum === undefined ? each : sum.add(each);
    }
    const noise = random.normal(random.fold(key, d), [count, ...states.z.shape.slice(1)]);
    from = stateOf(prior, context.reshape([count, batch, -1]), draw(p, noise));
  }
  const mean = sum?.mul((overshooting.weight ?? 1) / (furthest - 1));
  return mask === undefined ? mean : mean?.mul(mask);
}

function checkOptions({ kl = 1, balance = 0, freeNats = 0, overshooting }: SequenceLossOptions): void {
  const caller = "sequenceVae.loss";
  for (const [name, value] of Object.entries({
    kl,
    freeNats,
    "overshooting.weight": overshooting?.weight ?? 1,
  }))
    if (!(Number.isFinite(value) && value >= 0))
      throw new Error(`${caller}: ${name} must be a finite number >= 0, got ${value}`);
  if (!(balance >= 0 && balance <= 1))
    throw new Error(`${caller}: balance must be a number from 0 to 1, got ${balance}`);
  if (overshooting !== undefined) checkCount(caller, "overshooting.steps", overshooting.steps, 2);
}
