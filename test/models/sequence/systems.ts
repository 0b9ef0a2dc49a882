/** A linear-Gaussian system with actions, and its posterior over all states at once in float64. */
import { random, tf, tree } from "latent";
import { linearGaussian, sequenceVae, type LinearGaussian } from "latent/models";

export const NUMBERS = {
  initial: { mean: [0.2, -0.1], covariance: [[1, 0.2], [0.2, 0.8]] }, // prettier-ignore
  transition: {
    matrix: [[0.95, 0.3], [-0.3, 0.95]], // prettier-ignore
    bias: [0.05, -0.1],
    input: [[0.1], [0.5]],
    covariance: [[0.1, 0.02], [0.02, 0.05]], // prettier-ignore
  },
  observation: { matrix: [[1, 0.2]], bias: [0.3], covariance: [[0.09]] }, // prettier-ignore
} as const;

/** B sequences of T steps of a system, time first, with their exact log p(o|a) [B] by the Kalman filter. */
export function draw(model: LinearGaussian, steps: number, batch: number, seed = 0) {
  return tree.tidy(() => {
    const [actionKey, sampleKey] = random.split(random.key(seed));
    const inputs = random.normal(actionKey, [batch, steps, 1]);
    const { observations } = linearGaussian.sample(model, sampleKey, steps, { batch, inputs });
    return {
      data: { observations: observations.transpose([1, 0, 2]), actions: inputs.transpose([1, 0, 2]) },
      logLikelihood: linearGaussian.logLikelihood(model, observations, { inputs }),
    };
  });
}

/** Z. */
const SIZE = 2;

/** The normal distribution p(z_1 … z_T|o_1 … o_T, a) of `NUMBERS` for one sequence. */
export interface DensePosterior {
  /** Λ, [T Z][T Z]. */
  readonly precision: number[][];
  /** [T Z]. */
  readonly mean: number[];
  /** log |Λ|. */
  readonly logDet: number;
}

/**
 * Returns the posterior: its precision and linear term are sums over the factors of p(z, o|a), and Gaussian
 * elimination gives the mean.
 */
export function densePosterior(observations: readonly number[], actions: readonly number[]): DensePosterior {
  const steps = observations.length;
  const { initial, transition, observation } = NUMBERS;
  const n = steps * SIZE;
  const precision = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const linear = new Array<number>(n).fill(0);
  const entry = (i: number, j: number, x: number): void => {
    (precision[i] as number[])[j] = (precision[i]?.[j] ?? NaN) + x;
  };
  /** Adds the factor N(0; M z − c, S) for the columns of z from `at` on. */
  const factor = (
    matrix: readonly (readonly number[])[],
    c: readonly number[],
    inverse: number[][],
    at: number,
  ) => {
    const rows = matrix.length;
    const columns = matrix[0]?.length ?? 0;
    for (let r = 0; r < rows; r++)
      for (let s = 0; s < rows; s++)
        for (let i = 0; i < columns; i++) {
          const left = (matrix[r]?.[i] ?? NaN) * (inverse[r]?.[s] ?? NaN);
          for (let j = 0; j < columns; j++) entry(at + i, at + j, left * (matrix[s]?.[j] ?? NaN));
          linear[at + i] = (linear[at + i] ?? NaN) + left * (c[s] ?? NaN);
        }
  };
  const inverse2 = ([[a, b], [c, d]]: readonly [readonly [number, number], readonly [number, number]]) => {
    const det = a * d - b * c;
    return [[d / det, -b / det], [-c / det, a / det]]; // prettier-ignore
  };
  factor([[1, 0], [0, 1]], initial.mean, inverse2(initial.covariance), 0); // prettier-ignore
  const Q = inverse2(transition.covariance);
  const [[a, b], [c, d]] = transition.matrix;
  for (let t = 1; t < steps; t++) {
    const push = transition.bias.map(
      (x, i) => x + (transition.input[i]?.[0] ?? NaN) * (actions[t - 1] ?? NaN),
    );
    factor([[-a, -b, 1, 0], [-c, -d, 0, 1]], push, Q, (t - 1) * SIZE); // prettier-ignore
  }
  observations.forEach((o, t) => {
    factor(observation.matrix, [o - observation.bias[0]], [[1 / observation.covariance[0][0]]], t * SIZE);
  });
  return { precision, ...solved(precision, linear) };
}

/** Gaussian elimination of a positive definite system: the solution and log |Λ|. */
export function solved(matrix: readonly (readonly number[])[], right: readonly number[]) {
  const rows = matrix.map((row, i) => [...row, right[i] ?? NaN]);
  const n = rows.length;
  let logDet = 0;
  for (let k = 0; k < n; k++) {
    const pivot = rows[k] as number[];
    logDet += Math.log(pivot[k] ?? NaN);
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as number[];
      const f = (row[k] ?? NaN) / (pivot[k] ?? NaN);
      for (let j = k; j <= n; j++) row[j] = (row[j] ?? NaN) - f * (pivot[j] ?? NaN);
    }
  }
  const mean = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] as number[];
    let rest = row[n] ?? NaN;
    for (let j = i + 1; j < n; j++) rest -= (row[j] ?? NaN) * (mean[j] ?? NaN);
    mean[i] = rest / (row[i] ?? NaN);
  }
  return { mean, logDet };
}

/** ½ log |Λ| − ½ T Z log 2π − ½ (z − m)ᵀ Λ (z − m). */
export function logDensity({ precision, mean, logDet }: DensePosterior, z: readonly number[]): number {
  const e = z.map((x, i) => x - (mean[i] ?? NaN));
  return 0.5 * (logDet - e.length * Math.log(2 * Math.PI) - quadratic(precision, e));
}

/** eᵀ Λ e. */
export function quadratic(precision: readonly (readonly number[])[], e: readonly number[]): number {
  return precision.reduce(
    (sum, row, i) => sum + (e[i] ?? NaN) * row.reduce((dot, x, j) => dot + x * (e[j] ?? NaN), 0),
    0,
  );
}

/**
 * Returns noise [T, 2 n, Z] with n = T Z: the points ±√n e_i, over which the mean of any quadratic function
 * is its expectation under N(0, I).
 */
export function sigmaPoints(steps: number, size: number): tf.Tensor {
  const n = steps * size;
  const points = tf.tidy(() => {
    const plus = tf.eye(n).mul(Math.sqrt(n));
    return tf
      .concat([plus, plus.neg()]) //                                    [2 n, T Z]
      .reshape([2 * n, steps, size])
      .transpose([1, 0, 2]);
  });
  return points;
}

export const system = linearGaussian.create(NUMBERS);
export const exact = sequenceVae.ofLinearGaussian(system);
