import * as tf from "@tensorflow/tfjs";
import { cholesky, lowerTriangle, solveLower, triangularize } from "../../core/tensor/triangular";

/**
 * How recursions over time hold covariances: as themselves, or as square roots F, P = F Fᵀ. What holds one is
 * called a spread.
 */
export interface Form {
  /** The spread of noise with the Cholesky factor L, [..., D, D]. */
  readonly ofNoise: (scaleTril: tf.Tensor) => tf.Tensor;
  /**
   * The spread of noise [O, O] in the numbers that are observed, where `observed` [O] is 1; the others get an
   * independent noise of variance 1.
   */
  readonly ofObserved: (noise: tf.Tensor, observed: tf.Tensor) => tf.Tensor;
  /** The spread of A x + ε: of A P Aᵀ + Q. */
  readonly predict: (matrix: tf.Tensor, spread: tf.Tensor, noise: tf.Tensor) => tf.Tensor;
  /** The distribution of x given y = C x + ε. */
  readonly condition: (spread: tf.Tensor, matrix: tf.Tensor, noise: tf.Tensor) => Conditioned;
  /** P itself. */
  readonly covariance: (spread: tf.Tensor) => tf.Tensor;
  /** F with P = F Fᵀ, for draws; P must be positive definite. */
  readonly factor: (spread: tf.Tensor) => tf.Tensor;
}

/** A normal vector x conditioned on y = C x + ε, ε ~ N(0, R). */
interface Conditioned {
  /** The Cholesky factor of C P Cᵀ + R, the covariance of y. */
  readonly scaleTril: tf.Tensor;
  /** K = P Cᵀ (C P Cᵀ + R)⁻¹. */
  readonly gain: tf.Tensor;
  /** The spread of P − K C P, the covariance that is left. */
  readonly spread: tf.Tensor;
}

/** Returns L Lᵀ; entries above the diagonal of L are ignored. */
export function covarianceOf(scaleTril: tf.Tensor): tf.Tensor {
  return squared(lowerTriangle(scaleTril));
}

/** Returns F Fᵀ. */
function squared(factor: tf.Tensor): tf.Tensor {
  return tf.matMul(factor, factor, false, true);
}

/** Returns A P Aᵀ. */
export function sandwich(a: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.matMul(a, p), a, false, true);
}

/** Returns B L⁻¹ for B [n, D] and a lower triangular L [D, D]. */
function divideByLower(b: tf.Tensor, lower: tf.Tensor): tf.Tensor {
  const inverse = solveLower(lower, tf.eye(lower.shape[0])); // column j of L⁻¹ in row j: L⁻ᵀ
  return tf.matMul(b, inverse, false, true);
}

/** Covariances, updated in Joseph's form: sums of positive terms, which stay positive definite in float32. */
export const COVARIANCES: Form = {
  ofNoise: covarianceOf,
  ofObserved: (noise, observed) => {
    const isObserved = observed.expandDims(1); //                                             [O, 1]
    const size = observed.size;
    return noise
      .mul(isObserved)
      .mul(observed)
      .add(tf.eye(size).mul(tf.sub(1, observed)));
  },
  predict: (matrix, p, noise) => sandwich(matrix, p).add(noise),
  condition: (p, matrix, noise) => {
    const scaleTril = cholesky(sandwich(matrix, p).add(noise));
    const cross = tf.matMul(p, matrix, false, true); //                                       P Cᵀ
    const whitened = solveLower(scaleTril, cross); //                                         P Cᵀ L⁻ᵀ
    const gain = divideByLower(whitened, scaleTril);
    const kept = tf.eye(gain.shape[0]).sub(tf.matMul(gain, matrix)); //                       I − K C
    return { scaleTril, gain, spread: sandwich(kept, p).add(sandwich(gain, noise)) }; //      … + K R Kᵀ
  },
  covariance: (p) => p.clone(),
  factor: cholesky,
};

/**
 * Square roots, which orthogonal transformations bring into triangular form (Kailath, Sayed & Hassibi 2000,
 * chapter 12). The numbers span half as many decades, so a prior may be vague.
 */
export const SQUARE_ROOTS: Form = {
  ofNoise: lowerTriangle,
  // F Fᵀ for F = [M L, I − M] with the diagonal M of what is observed                          [O, 2 O]
  ofObserved: (noise, observed) => {
    const size = observed.size;
    return tf.concat([noise.mul(observed.expandDims(1)), tf.eye(size).mul(tf.sub(1, observed))], 1);
  },
  predict: (matrix, factor, noise) => triangularize(tf.concat([tf.matMul(matrix, factor), noise], 1)),
  condition: (factor, matrix, noise) => {
    const [size, observed] = [factor.shape[0], matrix.shape[0]];
    // The rows of y = C x + ε and of x, as combinations of the same independent numbers
    const joint = tf.concat([
      tf.concat([noise, tf.matMul(matrix, factor)], 1),
      tf.concat([tf.zeros([size, noise.shape[1] ?? 0]), factor], 1),
    ]);
    const lower = triangularize(joint); //                       [[L, 0], [P Cᵀ L⁻ᵀ, F⁺]]
    const scaleTril = lower.slice([0, 0], [observed, observed]);
    return {
      scaleTril,
      gain: divideByLower(lower.slice([observed, 0], [size, observed]), scaleTril),
      spread: lower.slice([observed, observed], [size, size]),
    };
  },
  covariance: squared,
  factor: (spread) => spread.clone(),
};
