import * as tf from "@tensorflow/tfjs";
import { detached } from "../../../core/tensor/grad";
import type * as random from "../../../core/random";
import { checkCount } from "../../../core/numeric/check-number";
import { solveLower } from "../../../core/tensor/triangular";
import { categorical } from "../../../distributions/discrete/categorical";
import {
  mixtureSameFamily,
  type MixtureSameFamily,
} from "../../../distributions/composite/mixture-same-family";
import {
  logDiagonal,
  multivariateNormal,
  type MultivariateNormal,
} from "../../../distributions/continuous/multivariate-normal";
import { checkRows } from "../../base/check-rows";

/** A Gaussian mixture of K components over vectors of length D (Bishop 2006, section 9.2). */
export interface Gmm {
  /** log p(z), up to a constant, [K]. */
  readonly logits: tf.Tensor;
  /** μ_z, [K, D]. */
  readonly means: tf.Tensor;
  /** L_z, the Cholesky factors of the covariances Σ_z = L_z L_zᵀ, [K, D, D]. */
  readonly scaleTril: tf.Tensor;
}

/**
 * Returns p(x) = Σ_z p(z) N(x; μ_z, Σ_z) (lecture, "Latent variable models").
 *
 * @returns a distribution that uses the tensors of the parameters and owns none.
 */
export function distribution({ logits, means, scaleTril }: Gmm): MixtureSameFamily<MultivariateNormal> {
  return mixtureSameFamily(categorical(logits), multivariateNormal(means, scaleTril));
}

/**
 * Returns log p(x) = log Σ_z p(z) N(x; μ_z, Σ_z) in nats, [N].
 *
 * @param x points [N, D].
 * @throws if x has a different shape.
 */
export function logProb(params: Gmm, x: tf.Tensor): tf.Tensor {
  checkPoints("gmm.logProb", params, x);
  return distribution(params).logProb(x);
}

/**
 * Returns the responsibilities p(z|x) = p(z) N(x; μ_z, Σ_z) / p(x), [N, K]. Each row sums to 1, also if all
 * densities underflow in float32: then the component with the smallest Mahalanobis distance has
 * responsibility 1, as in scikit-learn's `predict_proba` in double precision. If distances are equal in
 * float32, p(z) and log |Σ_z| decide.
 *
 * @param x points [N, D].
 * @throws if x has a different shape.
 */
export function responsibilities(params: Gmm, x: tf.Tensor): tf.Tensor2D {
  checkPoints("gmm.responsibilities", params, x);
  const { logits, means, scaleTril } = params;
  return tf.tidy(() => {
    const z = solveLower(scaleTril, x.expandDims(1).sub(means)); //            L⁻¹ (x − μ)     [N, K, D]
    const unit = detached((all) => all.abs().max([1, 2], true).maximum(1), z); // its squares do not overflow
    const squares = z.div(unit).square().sum(-1); //             |z|² / unit²             [N, K]
    const nearest = detached((all) => all.min(1, true), squares); // constant for each point  [N, 1]
    const scale = unit.squeeze<tf.Tensor>([2]);
    const farther = squares.sub(nearest).mul(scale).mul(scale); //               not by scale²: 0 · ∞ is NaN
    const logJoint = logits.sub(logDiagonal(scaleTril)).sub(farther.mul(0.5)); // log p(z) p(x|z) + c
    return logJoint.softmax() as tf.Tensor2D;
  });
}

/**
 * Returns n draws by ancestral sampling: z ~ p(z), then x ~ N(μ_z, Σ_z), [n, D].
 *
 * @throws if n is not a positive integer.
 */
export function sample(params: Gmm, key: random.Key, n: number): tf.Tensor2D {
  checkCount("gmm.sample", "n", n, 1);
  return distribution(params).sample(key, [n]) as tf.Tensor2D;
}

/** Returns the weights p(z), [K]. */
export function weights({ logits }: Gmm): tf.Tensor1D {
  return tf.softmax(logits as tf.Tensor1D);
}

/** Returns the covariances Σ_z, [K, D, D]. */
export function covariances({ scaleTril }: Gmm): tf.Tensor3D {
  return tf.matMul<tf.Tensor3D>(scaleTril, scaleTril, false, true);
}

/** Returns K and D. */
export function sizes({ means }: Gmm): [components: number, data: number] {
  return [means.shape[0], means.shape[1] ?? 0];
}

/** Checks that x is [N, D] for the D of the model. */
export function checkPoints(caller: string, params: Gmm, x: tf.Tensor): void {
  const [, size] = sizes(params);
  checkRows(caller, "x", x, ["N", "D"], size);
}
