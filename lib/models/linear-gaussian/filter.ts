import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { isTracing } from "../../core/tensor/tracing";
import * as tree from "../../core/tensor/tree";
import { multivariateNormal } from "../../distributions/continuous/multivariate-normal";
import { COVARIANCES, SQUARE_ROOTS, type Form } from "./form";
import { batchFirst, checkObservations, timeFirst, type LinearGaussian } from "./model";
import { checkSequence, mean, sequenceOf, type MapAt } from "./sequence";

/** Normal marginal distributions of the states x_1 … x_T. */
export interface Marginals {
  /** [T, X], or [B, T, X] for a batch. */
  readonly means: tf.Tensor;
  /** [T, X, X], also for a batch: they do not depend on the observations. */
  readonly covariances: tf.Tensor;
}

/** The result of the Kalman filter. */
export interface Filtered {
  /** p(x_t|o_1 … o_{t−1}); the first is p(x_1). */
  readonly predicted: Marginals;
  /** p(x_t|o_1 … o_t). */
  readonly filtered: Marginals;
  /** log p(o_1 … o_T) in nats, [], or [B] for a batch. */
  readonly logLikelihood: tf.Tensor;
}

/** Options of `filter`, `smooth` and `logLikelihood`. */
export interface FilterOptions {
  /** u_1 … u_T, [T, U], or [B, T, U] for a batch: those of a model with inputs. */
  readonly inputs?: tf.Tensor;
  /**
   * Whether to compute with square roots of the covariances; `false` by default. They allow priors that are
   * much vaguer than the observations, and take longer.
   */
  readonly squareRoot?: boolean;
}

/** Means [B, X] with a shared spread (see `Form`). */
export interface Belief {
  readonly mean: tf.Tensor;
  readonly spread: tf.Tensor;
}

/** The observation of one time. */
interface Observation {
  /** o_t, with 0 for what is missing, [B, O]. */
  readonly o: tf.Tensor;
  /** 1 where a number is observed, 0 where it is missing, [O]. */
  readonly observed: tf.Tensor;
}

/** The distribution of A x + c + ε. */
export function predict(form: Form, map: MapAt, { mean: m, spread }: Belief): Belief {
  return { mean: mean(map, m), spread: form.predict(map.matrix, spread, map.noise) };
}

/** The distribution of x_t given also o_t, and log p(o_t|o_1 … o_{t−1}), [B]. */
export function update(
  form: Form,
  map: MapAt,
  { belief: { mean: m, spread }, o, observed }: { belief: Belief } & Observation,
): { belief: Belief; logProb: tf.Tensor } {
  // A missing number gets the row 0 in C and the noise N(0, 1), so that its value 0 changes nothing
  const matrix = map.matrix.mul(observed.expandDims(1));
  const offset = map.offset.mul(observed);
  const given = form.condition(spread, matrix, form.ofObserved(map.noise, observed));
  const expected = mean({ matrix, offset }, m); //                      C m + d                  [B, O]
  const surprise = o.sub(expected);
  return {
    belief: {
      mean: m.add(tf.matMul(surprise, given.gain, false, true)), //     m + K (o − C m − d)
      spread: given.spread,
    },
    logProb: multivariateNormal(expected, given.scaleTril)
      .logProb(o)
      .add(tf.sub(1, observed).sum().mul(HALF_LOG_TWO_PI)), // without the densities of N(0, 1) at 0
  };
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Splits observations [T, B, O] into numbers and what is observed in them; NaN marks what is missing. */
export function splitMissing(given: tf.Tensor): Observation {
  const isMissing = given.isNaN();
  const observed = tf.sub(1, isMissing.all(1).cast("float32")); //                                 [T, O]
  // A number that is missing in some sequences of a batch only stays NaN
  return { o: tf.where(observed.expandDims(1).greater(0), given, 0), observed };
}

/** Throws if a number is missing in some sequences of a batch only, for which covariances would differ. */
export function checkMissing(caller: string, observations: tf.Tensor): void {
  if (observations.rank < 3 || isTracing()) return;
  const differs = tf.tidy(() => {
    const isMissing = observations.isNaN();
    return isMissing.any(0).notEqual(isMissing.all(0)).any().dataSync()[0];
  });
  if (differs === 1)
    throw new Error(
      `${caller}: the same observations (those that are NaN) must be missing in all sequences of a batch, ` +
        "got others; pass such sequences one by one",
    );
}

/** Checks the arguments of `filter`, `smooth` and `logLikelihood`. */
export function checkFilter(
  caller: string,
  params: LinearGaussian,
  observations: tf.Tensor,
  inputs: tf.Tensor | undefined,
): void {
  checkObservations(caller, params, observations);
  const [steps = 0] = observations.shape.slice(-2);
  const batch = observations.rank === 3 ? observations.shape[0] : undefined;
  checkSequence(caller, params, { steps, batch, inputs });
  checkMissing(caller, observations);
}

/** Returns the form that the options ask for. */
export function formOf({ squareRoot = false }: FilterOptions): Form {
  return squareRoot ? SQUARE_ROOTS : COVARIANCES;
}

/** What the filter computes, in its form and time-first: means [T, B, X], spreads [T, X, X], and [T, B]. */
export interface Pass {
  readonly predicted: Belief;
  readonly filtered: Belief;
  /** log p(o_t|o_1 … o_{t−1}). */
  readonly logProb: tf.Tensor;
}

/** Runs the filter over checked arguments. */
export function filterPass(
  form: Form,
  params: LinearGaussian,
  observations: tf.Tensor,
  inputs: tf.Tensor | undefined,
): Pass {
  const given = timeFirst(observations); //                                                       [T, B, O]
  const { varying, at } = sequenceOf(params, inputs, form.ofNoise);
  const first = {
    mean: params.initial.mean.add(tf.zeros([given.shape[1] ?? 1, 1])),
    spread: form.ofNoise(params.initial.scaleTril),
  };
  const [, pass] = scan(
    (prior: Belief, { now, o, observed }) => {
      const { transition, observation } = at(now);
      const { belief, logProb } = update(form, observation, { belief: prior, o, observed });
      return [
        predict(form, transition, belief),
        { predicted: tree.clone(prior), filtered: belief, logProb },
      ] as const;
    },
    first,
    { now: varying, ...splitMissing(given) },
  );
  return pass;
}

/**
 * The Kalman filter: returns p(x_t|o_1 … o_t) for each t, and log p(o_1 … o_T) (Kalman 1960; lecture, "Latent
 * variable models in RL").
 *
 * The covariances are updated in Joseph's form, a sum of positive terms, so they stay positive definite in
 * float32. They lose digits if a state of variance V is observed with noise of a much smaller variance R: the
 * relative error is about 10⁻⁷ V / R. If V / R exceeds about 10⁶, use `squareRoot`, whose error is about
 * 10⁻⁷ √(V / R).
 *
 * Numbers that are NaN are missing, whole observations or parts of them: they update nothing, and the
 * likelihood is that of the others. `tf.where(mask, o, NaN)` applies a mask.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws if the observations have a different shape, the inputs or a tensor that changes over time do not
 *   fit them, or numbers are missing in some sequences of a batch only (in a compiled function the
 *   results of these are NaN).
 */
export function filter(
  params: LinearGaussian,
  observations: tf.Tensor,
  options: FilterOptions = {},
): Filtered {
  checkFilter("linearGaussian.filter", params, observations, options.inputs);
  const batched = observations.rank === 3;
  const form = formOf(options);
  return tree.tidy(() => {
    const { predicted, filtered, logProb } = filterPass(form, params, observations, options.inputs);
    const marginals = (belief: Belief): Marginals => ({
      means: batchFirst(belief.mean, batched),
      covariances: form.covariance(belief.spread),
    });
    const total = logProb.sum(0); //                                    Σ_t log p(o_t|o_1 … o_{t−1})  [B]
    return {
      predicted: marginals(predicted),
      filtered: marginals(filtered),
      logLikelihood: batched ? total : total.squeeze(),
    };
  });
}

/**
 * Returns log p(o_1 … o_T) = Σ_t log p(o_t|o_1 … o_{t−1}) in nats by the Kalman filter, [], or [B] for a
 * batch.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws as `filter` does.
 */
export function logLikelihood(
  params: LinearGaussian,
  observations: tf.Tensor,
  options: FilterOptions = {},
): tf.Tensor {
  checkFilter("linearGaussian.logLikelihood", params, observations, options.inputs);
  return tf.tidy(() => {
    const { logProb } = filterPass(formOf(options), params, observations, options.inputs);
    const total = logProb.sum(0);
    return observations.rank === 3 ? total : total.squeeze();
  });
}
