import {
  choleskyFactor,
  choleskyInverse,
  dot,
  logDeterminant,
  plus,
  plusIdentity,
  product,
  sandwich,
  scaled,
  symmetrized,
  transposed,
} from "../../core/numeric/flat-matrix";
import { checkLength, checkModels, meanNext, type LinearModel } from "../problem/dynamics";
import { checkLqr, type LqrProblem } from "./lqr";

/** A normal distribution of the state. */
export interface Belief {
  /** [Z]. */
  readonly mean: Float64Array;
  /** Row by row, [Z · Z]. */
  readonly covariance: Float64Array;
}

/** A linear observation of the state, o = C z + d + v, v ~ N(0, R). */
export interface Sensor {
  /** C, row by row, [O · Z]. */
  readonly C: Float64Array;
  /** d, [O]. */
  readonly d: Float64Array;
  /** R, symmetric and positive definite, row by row, [O · O]. */
  readonly R: Float64Array;
}

/** The state after an observation. */
export interface Updated {
  /** p(z|o), and all that was known before. */
  readonly belief: Belief;
  /** The Kalman gain Σ Cᵀ (C Σ Cᵀ + R)⁻¹, row by row, [Z · O]. */
  readonly gain: Float64Array;
  /** log p(o), given all that was known before, in nats. */
  readonly logProb: number;
}

/**
 * Returns the distribution of a state after an observation, the covariance in Joseph's form.
 *
 * @throws if the lengths do not fit together, or R is not positive definite.
 */
export function update({ mean, covariance }: Belief, { C, d, R }: Sensor, o: Float64Array): Updated {
  const [Z, O] = [mean.length, o.length];
  checkLength("kalman.update", "sensor.C", C, O * Z);
  checkLength("kalman.update", "sensor.d", d, O);
  checkLength("kalman.update", "sensor.R", R, O * O);
  const lower = choleskyFactor(symmetrized(plus(sandwich(C, covariance, Z), R), O), O); // C Σ Cᵀ + R
  if (lower === undefined)
    throw new Error("kalman.update: sensor.R must be positive definite; add a variance to its diagonal");
  const inverse = choleskyInverse(lower, O);
  const gain = product(product(covariance, transposed(C, O), Z), inverse, O); // Σ Cᵀ (C Σ Cᵀ + R)⁻¹
  const surprise = plus(plus(o, product(C, mean, Z), -1), d, -1); //             o − C m − d
  const kept = plusIdentity(scaled(product(gain, C, O), -1), Z, 1); //           I − G C
  return {
    belief: {
      mean: plus(mean, product(gain, surprise, O)),
      covariance: symmetrized(plus(sandwich(kept, covariance, Z), sandwich(gain, R, O)), Z),
    },
    gain,
    logProb:
      -0.5 *
      (dot(surprise, product(inverse, surprise, O)) + logDeterminant(lower, O) + O * Math.log(2 * Math.PI)),
  };
}

/**
 * Returns the distribution of the state one step later, N(A m + B u + c, A Σ Aᵀ + W).
 *
 * @throws if the lengths do not fit together.
 */
export function predict({ mean, covariance }: Belief, model: LinearModel, u: Float64Array): Belief {
  const Z = mean.length;
  const { stateSize, controlSize } = checkModels("kalman.predict", [model]);
  checkLength("kalman.predict", "belief.mean", mean, stateSize);
  checkLength("kalman.predict", "u", u, controlSize);
  const spread = sandwich(model.A, covariance, Z);
  return {
    mean: meanNext(model, mean, u),
    covariance: symmetrized(model.W === undefined ? spread : plus(spread, model.W), Z),
  };
}

/** A controlled linear-Gaussian system of T steps, in which each state is observed before its control. */
export interface KalmanModel {
  /** p(z_0). */
  readonly initial: Belief;
  /** z_{t+1} = A_t z_t + B_t u_t + c_t + w_t, T of them. */
  readonly models: readonly LinearModel[];
  /** o_t = C_t z_t + d_t + v_t, T of them. */
  readonly sensors: readonly Sensor[];
}

/** The result of the Kalman filter. */
export interface KalmanFiltered {
  /** p(z_t|o_0 … o_{t−1}), T + 1 of them; the first is p(z_0). */
  readonly predicted: readonly Belief[];
  /** p(z_t|o_0 … o_t), T of them. */
  readonly filtered: readonly Belief[];
  /** The Kalman gains, row by row, T of [Z · O]. */
  readonly gains: readonly Float64Array[];
  /** log p(o_0 … o_{T−1}) in nats. */
  readonly logLikelihood: number;
}

/**
 * The Kalman filter of a controlled, time-varying linear-Gaussian system, in float64 (Kalman 1960). For
 * batches, gradients and missing observations use `linearGaussian.filter` of `latent/models`.
 *
 * @param controls u_0 … u_{T−1}, T arrays [A].
 * @param observations o_0 … o_{T−1}, T arrays [O].
 * @throws if there are other numbers of models, sensors, controls and observations, or lengths do not fit
 *   together.
 */
export function filter(
  { initial, models, sensors }: KalmanModel,
  controls: readonly Float64Array[],
  observations: readonly Float64Array[],
): KalmanFiltered {
  const T = models.length;
  for (const [name, { length }] of Object.entries({ sensors, controls, observations }))
    if (length !== T)
      throw new Error(`kalman.filter: ${name} must be those of the ${T} steps of models, got ${length}`);
  const predicted = [initial];
  const updates: Updated[] = [];
  let belief = initial;
  models.forEach((model, t) => {
    const [sensor, u, o] = [sensors[t], controls[t], observations[t]];
    if (sensor === undefined || u === undefined || o === undefined) return; // not reached: t < T
    const updated = update(belief, sensor, o);
    updates.push(updated);
    belief = predict(updated.belief, model, u);
    predicted.push(belief);
  });
  return {
    predicted,
    filtered: updates.map((updated) => updated.belief),
    gains: updates.map(({ gain }) => gain),
    logLikelihood: updates.reduce((sum, { logProb }) => sum + logProb, 0),
  };
}

/**
 * Returns the estimation problem that is dual to a control problem (Kalman 1960): transposed matrices in
 * reverse order, A_t → Aᵀ, B_t → C = Bᵀ, with the Hessians of the cost as covariances of the noise. Its
 * predicted covariance at step t is P_{T−t} of `lqr`, and A times its gain is −Kᵀ.
 *
 * Only the covariances have a dual: the means start at 0, and the controls have no effect.
 *
 * @throws if the lengths do not fit together, or a cost has products of state and control.
 */
export function dual({ models, costs, terminal }: LqrProblem): KalmanModel {
  const { stateSize: Z, controlSize: A } = checkLqr("kalman.dual", models, costs, terminal);
  const crossed = costs.findIndex(({ uz }) => uz.some((x) => x !== 0));
  if (crossed >= 0)
    throw new Error(
      `kalman.dual: costs[${crossed}].uz must be 0, got products of state and control, ` +
        "which have no counterpart in independent noise",
    );
  const backwards = models.map((model, t) => ({ model, cost: costs[t] })).reverse();
  return {
    initial: { mean: new Float64Array(Z), covariance: terminal.zz },
    models: backwards.map(({ model, cost }) => ({
      A: transposed(model.A, Z),
      B: new Float64Array(Z * A),
      c: new Float64Array(Z),
      ...(cost === undefined ? {} : { W: cost.zz }),
    })),
    sensors: backwards.map(({ model, cost }) => ({
      C: transposed(model.B, Z),
      d: new Float64Array(A),
      R: cost?.uu ?? new Float64Array(A * A),
    })),
  };
}
