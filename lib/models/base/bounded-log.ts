import type * as tf from "@tensorflow/tfjs";

/** The bound on |log σ|: σ is between 9·10⁻⁴ and 1,100, and the density below e⁶·¹ per dimension of y. */
export const LOG_SIGMA_BOUND = 7;

/** s / √(1 + (s/c)²): bounded by ±c, close to s near 0, with a slope (1 + (s/c)²)^(−3/2) that is never 0. */
export function boundedLog(s: tf.Tensor): tf.Tensor {
  return s.div(s.div(LOG_SIGMA_BOUND).square().add(1).sqrt());
}

/** The inverse of `boundedLog`. */
export function unboundedLog(logSigma: number): number {
  return logSigma / Math.sqrt(1 - (logSigma / LOG_SIGMA_BOUND) ** 2);
}

/**
 * Returns log σ of an initial standard deviation.
 *
 * @throws if it is not between e⁻⁷ and e⁷, where `boundedLog` has an inverse.
 */
export function checkedLogSigma(caller: string, stdDev: number): number {
  const logSigma = Math.log(stdDev);
  if (!(Math.abs(logSigma) < LOG_SIGMA_BOUND))
    throw new Error(`${caller}: stdDev must be between e^-7 and e^7, got ${stdDev}; scale y to about 1`);
  return logSigma;
}
