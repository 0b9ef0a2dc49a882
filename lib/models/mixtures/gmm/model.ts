import * as tf from "@tensorflow/tfjs";
import { detached } from "../../../core/tensor/grad";
import type * as random from "../../../core/random";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
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

/** A Gaussian mixture: K normal distributions over vectors of D numbers, and how often each is drawn from. */
export interface Gmm {
  /** log p(z), up to a constant, [K]. */
  readonly logits: tf.Tensor;
  /** μ_z, [K, D]. */
  readonly means: tf.Tensor;
  /** L_z, the lower triangles of the covariances Σ_z = L_z L_zᵀ, [K, D, D]. */
  readonly scaleTril: tf.Tensor;
}

/**
 * p(x) = Σ_z p(z) N(x; μ_z, Σ_z) (lecture, "Latent variable models").
 *
 * @returns a distribution over the tensors of the parameters; it owns none.
 */
export const distribution = ({ logits, means, scaleTril }: Gmm): MixtureSameFamily<MultivariateNormal> =>
  mixtureSameFamily(categorical(logits), multivariateNormal(means, scaleTril));

/**
 * log p(x) = log Σ_z p(z) N(x; μ_z, Σ_z) of points x [N, D], in nats, [N].
 *
 * @throws when x has another shape.
 */
export function logProb(params: Gmm, x: tf.Tensor): tf.Tensor {
  checkPoints("gmm.logProb", params, x);
  return distribution(params).logProb(x);
}

/**
 * p(z|x) = p(z) N(x; μ_z, Σ_z) / p(x): how much of each point x [N, D] each component answers for, [N, K].
 *
 * Each row sums to 1, also where x is so far away that float32 has 0 for all densities: there the component answers from which x is the
 * fewest standard deviations away, as `predict_proba` of scikit-learn has it in double precision. Of components that are equally far,
 * as float32 sees it, p(z) and log |Σ_z| decide.
 *
 * @throws when x has another shape.
 */
export function responsibilities(params: Gmm, x: tf.Tensor): tf.Tensor2D {
  checkPoints("gmm.responsibilities", params, x);
  const { logits, means, scaleTril } = params;
  return tf.tidy(() => {
    const z = solveLower(scaleTril, x.expandDims(1).sub(means)); //              L⁻¹ (x − μ)              [N, K, D]
    const unit = detached((all) => all.abs().max([1, 2], true).maximum(1), z); // squares in it do not overflow
    const squares = z.div(unit).square().sum(-1); //                             |z|² in units            [N, K]
    const nearest = detached((all) => all.min(1, true), squares); //             a constant of each point [N, 1]
    const scale = unit.squeeze<tf.Tensor>([2]);
    const farther = squares.sub(nearest).mul(scale).mul(scale); //               not by scale², as 0 · ∞ is no number
    const logJoint = logits.sub(logDiagonal(scaleTril)).sub(farther.mul(0.5)); // log p(z) p(x|z), up to a constant
    return logJoint.softmax() as tf.Tensor2D;
  });
}

/** n draws from above: z ~ p(z), then x ~ N(μ_z, Σ_z), [n, D]. */
export function sample(params: Gmm, key: random.Key, n: number): tf.Tensor2D {
  checkCount("gmm.sample", "n", n, 1);
  return distribution(params).sample(key, [n]) as tf.Tensor2D;
}

/** p(z), [K]. */
export const weights = ({ logits }: Gmm): tf.Tensor1D => tf.softmax(logits as tf.Tensor1D);

/** The covariances Σ_z, [K, D, D]. */
export const covariances = ({ scaleTril }: Gmm): tf.Tensor3D =>
  tf.matMul<tf.Tensor3D>(scaleTril, scaleTril, false, true);

/** K and D. */
export const sizes = ({ means }: Gmm): [components: number, data: number] => [
  means.shape[0],
  means.shape[1] ?? 0,
];

/** Checks that x can be points of the model. */
export function checkPoints(caller: string, params: Gmm, x: tf.Tensor): void {
  const [, size] = sizes(params);
  checkShape(caller, "x", x, ["N", `D=${size}`], `use x.reshape([-1, ${size}])`);
}
