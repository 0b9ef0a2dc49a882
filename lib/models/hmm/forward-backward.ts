import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as tree from "../../core/tensor/tree";
import { batchFirst, checkObservations, emissionLogProbs, type Hmm } from "./model";

/** The result of the forward pass. */
export interface HmmFiltered {
  /** p(z_t|o_1 … o_{t−1}), [T, K], or [B, T, K] for a batch; the first is p(z_1). */
  readonly predicted: tf.Tensor;
  /** p(z_t|o_1 … o_t). */
  readonly filtered: tf.Tensor;
  /** log p(o_1 … o_T) in nats, [], or [B] for a batch. */
  readonly logLikelihood: tf.Tensor;
}

/** The result of the forward-backward algorithm. */
export interface HmmSmoothed {
  /** p(z_t|o_1 … o_T), [T, K], or [B, T, K] for a batch. */
  readonly smoothed: tf.Tensor;
  /** Σ_t p(z_t = i, z_{t+1} = j|o_1 … o_T): expected numbers of transitions, [K, K] or [B, K, K]. */
  readonly transitions: tf.Tensor;
  /** log p(o_1 … o_T) in nats, [], or [B] for a batch. */
  readonly logLikelihood: tf.Tensor;
}

/** What one step of the forward pass leaves, in logarithms, time first. */
interface Forward {
  /** log p(z_t|o_1 … o_{t−1}), [T, B, K]. */
  readonly predicted: tf.Tensor;
  /** log p(z_t|o_1 … o_t), [T, B, K]. */
  readonly filtered: tf.Tensor;
  /** log p(o_t|o_1 … o_{t−1}), [T, B]. */
  readonly logProb: tf.Tensor;
}

/** log Σ exp over an axis, −∞ where all are. */
function logSum(x: tf.Tensor, axis: number): tf.Tensor {
  const largest = x.max(axis, true);
  const finite = tf.where(largest.isFinite(), largest, 0);
  return x
    .sub(finite)
    .exp()
    .sum(axis)
    .log()
    .add(finite.squeeze([axis]));
}

/** Runs the forward pass over log p(o_t|z_t), [T, B, K]. */
function forward({ initial, transition }: Hmm, emitted: tf.Tensor): Forward {
  const batch = emitted.shape[1] ?? 0;
  const first = initial.logSoftmax().add(tf.zeros([batch, 1])); //                  log p(z_1)   [B, K]
  const moves = transition.logSoftmax().expandDims(0); //                           [1, K, K]
  const [, pass] = scan(
    (predicted: tf.Tensor, now: tf.Tensor) => {
      const joint = predicted.add(now); //       log p(z_t, o_t|o_1 … o_{t−1})      [B, K]
      const logProb = logSum(joint, 1); //                                          [B]
      const filtered = joint.sub(logProb.expandDims(1));
      const next = logSum(filtered.expandDims(2).add(moves), 1); //                 Σ_i p(z_t = i) p(j|i)
      return [next, { predicted: predicted.clone(), filtered, logProb }] as const;
    },
    first,
    emitted,
  );
  return pass;
}

/**
 * Returns p(z_t|o_1 … o_t) for each t and log p(o_1 … o_T), by the forward algorithm (Rabiner 1989).
 *
 * @param observations [T, ...E], or [B, T, ...E].
 * @throws if the observations have a different shape.
 */
export function filter(params: Hmm, observations: tf.Tensor): HmmFiltered {
  const batched = checkObservations("hmm.filter", params, observations);
  return tree.tidy(() => {
    const pass = forward(params, emissionLogProbs(params, observations, batched));
    const total = pass.logProb.sum(0);
    return {
      predicted: batchFirst(pass.predicted.exp(), batched),
      filtered: batchFirst(pass.filtered.exp(), batched),
      logLikelihood: batched ? total : total.squeeze(),
    };
  });
}

/**
 * Returns log p(o_1 … o_T) in nats by the forward algorithm, [], or [B] for a batch. Differentiable.
 *
 * @param observations [T, ...E], or [B, T, ...E].
 * @throws if the observations have a different shape.
 */
export function logLikelihood(params: Hmm, observations: tf.Tensor): tf.Tensor {
  const batched = checkObservations("hmm.logLikelihood", params, observations);
  return tf.tidy(() => {
    const total = forward(params, emissionLogProbs(params, observations, batched)).logProb.sum(0);
    return batched ? total : total.squeeze();
  });
}

/**
 * Returns p(z_t|o_1 … o_T) for each t, and the expected numbers of transitions, by the forward-backward
 * algorithm (Rabiner 1989).
 *
 * @param observations [T, ...E], or [B, T, ...E].
 * @throws if the observations have a different shape.
 */
export function smooth(params: Hmm, observations: tf.Tensor): HmmSmoothed {
  const batched = checkObservations("hmm.smooth", params, observations);
  return tree.tidy(() => {
    const { smoothed, transitions, logProb } = expectations(
      params,
      emissionLogProbs(params, observations, batched),
    );
    return {
      smoothed: batchFirst(smoothed, batched),
      transitions: batched ? transitions : transitions.squeeze([0]),
      logLikelihood: batched ? logProb : logProb.squeeze(),
    };
  });
}

/** The carry of the backward pass. */
interface Backward {
  /** log p(z_{t+1}|o_1 … o_T), [B, K]. */
  readonly next: tf.Tensor;
  /** The expected numbers of transitions after t + 1, [B, K, K]. */
  readonly sum: tf.Tensor;
}

/** The expectations under p(z|o): time first [T, B, K], [B, K, K] and [B]. */
export function expectations(params: Hmm, emitted: tf.Tensor) {
  const { filtered, predicted, logProb } = forward(params, emitted);
  const [steps = 0, batch = 0, size = 0] = emitted.shape;
  const moves = params.transition.logSoftmax().expandDims(0);
  const last = tf.slice(filtered, steps - 1, 1);
  let smoothed = last.exp();
  let transitions: tf.Tensor = tf.zeros([batch, size, size]);
  if (steps > 1) {
    const [{ sum: counted }, before] = scan(
      (
        { next, sum }: Backward,
        now: { filtered: tf.Tensor; predicted: tf.Tensor },
      ): readonly [Backward, tf.Tensor] => {
        // p(z_t = i, z_{t+1} = j|o_1 … o_T) = p(z_t = i|o_1 … o_t) p(j|i) p(j|o_1 … o_T) / p(j|o_1 … o_t)
        const ratio = tf.where(next.isFinite(), next.sub(now.predicted), next); // 0 / 0: no weight
        const joint = now.filtered.expandDims(2).add(moves).add(ratio.expandDims(1)); //   [B, K, K]
        const marginal = logSum(joint, 2);
        return [{ next: marginal, sum: sum.add(joint.exp()) }, marginal.clone()];
      },
      { next: last.squeeze<tf.Tensor>([0]), sum: transitions },
      { filtered: tf.slice(filtered, 0, steps - 1), predicted: tf.slice(predicted, 1, steps - 1) },
      { reverse: true },
    );
    transitions = counted;
    smoothed = tf.concat([before.exp(), smoothed]);
  }
  return { smoothed, transitions, logProb: logProb.sum(0) };
}
