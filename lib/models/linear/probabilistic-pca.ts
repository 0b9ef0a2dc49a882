import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import * as tree from "../../core/tensor/tree";
import { cholesky } from "../../core/tensor/triangular";
import { independent, type Independent } from "../../distributions/composite/independent";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { checkRows } from "../base/check-rows";
import { linearPosterior } from "./linear-posterior";
import { checkMatrix, checkVector } from "../../core/numeric/check-matrix";

/**
 * The linear-Gaussian latent variable model p(z) = N(0, I), p(x|z) = N(W z + b, σ² I), with exact p(x) and
 * p(z|x) (Tipping & Bishop 1999, "Probabilistic principal component analysis").
 */
export interface ProbabilisticPca {
  /** W, [D, Z]. */
  readonly weights: tf.Tensor;
  /** b, [D]. */
  readonly bias: tf.Tensor;
  /** log σ, []. */
  readonly logSigma: tf.Tensor;
}

/** The parameters of a model in plain numbers. */
export interface ProbabilisticPcaNumbers {
  /** W, [D][Z]. */
  readonly weights: Matrix;
  /** b, of length D; zeros by default. */
  readonly bias?: readonly number[];
  /** σ, positive, in units of x. */
  readonly sigma: number;
}

/**
 * Returns the model with the given parameters.
 *
 * @throws if σ is not positive, a number is not finite, or the sizes do not match.
 */
export function create({ weights, bias, sigma }: ProbabilisticPcaNumbers): ProbabilisticPca {
  const caller = "probabilisticPca.create";
  const [data, latent] = [weights.length, weights[0]?.length ?? 0];
  if (latent === 0)
    throw new Error(`${caller}: weights must be [D, Z] with at least one row and column, got none`);
  checkMatrix(caller, "weights", weights, [data, latent]);
  if (bias !== undefined) checkVector(caller, "bias", bias, data);
  checkAbove(caller, "sigma", sigma);
  return {
    weights: tf.tensor2d(weights.map((row) => [...row])),
    bias: bias === undefined ? tf.zeros([data]) : tf.tensor1d([...bias]),
    logSigma: tf.scalar(Math.log(sigma)),
  };
}

/**
 * Returns a model to train: W with entries from N(0, 1/Z), b = 0 and σ = 1.
 *
 * @param sizes D and Z.
 * @throws if a size is not a positive integer.
 */
export function init(
  key: random.Key,
  { data, latent }: { readonly data: number; readonly latent: number },
): ProbabilisticPca {
  for (const [name, size] of Object.entries({ data, latent }))
    checkCount("probabilisticPca.init", name, size, 1);
  return {
    weights: tf.tidy(() => random.normal(key, [data, latent]).div(Math.sqrt(latent))),
    bias: tf.zeros([data]),
    logSigma: tf.scalar(0),
  };
}

/** Returns D and Z. */
function sizes({ weights }: ProbabilisticPca): [data: number, latent: number] {
  return [weights.shape[0], weights.shape[1] ?? 0];
}

function checkPoints(caller: string, params: ProbabilisticPca, x: tf.Tensor): void {
  const [data] = sizes(params);
  checkRows(`probabilisticPca.${caller}`, "x", x, ["B", "D"], data);
}

/**
 * Returns n draws by ancestral sampling: z ~ p(z) [n, Z], then x ~ p(x|z) [n, D].
 *
 * @throws if n is not a positive integer.
 */
export function sample(
  params: ProbabilisticPca,
  key: random.Key,
  n: number,
): {
  /** Latent vectors, [n, Z]. */
  z: tf.Tensor;
  /** Data, [n, D]. */
  x: tf.Tensor;
} {
  checkCount("probabilisticPca.sample", "n", n, 1);
  const [, latent] = sizes(params);
  return tree.tidy(() => {
    const [latentKey, noiseKey] = random.split(key);
    const z = random.normal(latentKey, [n, latent]);
    return { z, x: likelihood(params, z).sample(noiseKey) };
  });
}

/** Returns p(x|z) of z [..., Z]: a batch [...] of distributions over x [D], which owns its tensors. */
function likelihood({ weights, bias, logSigma }: ProbabilisticPca, z: tf.Tensor): Independent<Normal> {
  const [data, latent] = weights.shape as [number, number];
  const rows = tf.matMul(z.reshape([-1, latent]), weights, false, true).add(bias); //   W z + b
  return independent(normal(rows.reshape([...z.shape.slice(0, -1), data]), logSigma.exp()));
}

/**
 * Returns log p(x, z) = log p(z) + log p(x|z) in nats.
 *
 * @param x [B, D].
 * @param z [...S, B, Z].
 * @returns [...S, B].
 * @throws if x or z has a different shape.
 */
export function logJoint(params: ProbabilisticPca, x: tf.Tensor, z: tf.Tensor): tf.Tensor {
  checkPoints("logJoint", params, x);
  const [, latent] = sizes(params);
  const expected = [x.shape[0], latent];
  if (z.shape.slice(-2).join() !== expected.join())
    throw new Error(
      `probabilisticPca.logJoint: z must be [..., B=${x.shape[0]}, Z=${latent}], got ${showShape(z.shape)}`,
    );
  return tf.tidy(() => {
    const prior = independent(normal(tf.zeros([latent]), tf.scalar(1))); //      p(z)
    const same = x.reshape([...z.shape.slice(0, -2).map(() => 1), ...x.shape]); // x, broadcast over the draws
    return prior.logProb(z).add(likelihood(params, z).logProb(same)); //         log p(z) + log p(x|z)
  });
}

/**
 * Returns p(z|x) = N(M⁻¹ Wᵀ (x − b), σ² M⁻¹) with M = Wᵀ W + σ² I (Tipping & Bishop 1999, equation 12).
 *
 * @param x [B, D].
 * @returns a batch [B] of distributions over z [Z]; free its tensors, mu and scaleTril, with `tree.dispose`.
 * @throws if x has a different shape.
 */
export function posterior(params: ProbabilisticPca, x: tf.Tensor): MultivariateNormal {
  checkPoints("posterior", params, x);
  const { weights, bias, logSigma } = params;
  return tree.tidy(() => linearPosterior(weights, x.sub(bias), logSigma.exp(), tf.scalar(1)));
}

/**
 * Returns p(x) = N(b, W Wᵀ + σ² I), a distribution over vectors [D].
 *
 * @returns a distribution; free its tensors, mu and scaleTril, with `tree.dispose`.
 */
export function marginal({ weights, bias, logSigma }: ProbabilisticPca): MultivariateNormal {
  return tree.tidy(() => {
    const noise = tf.eye(weights.shape[0]).mul(logSigma.mul(2).exp());
    return multivariateNormal(bias.clone(), cholesky(tf.matMul(weights, weights, false, true).add(noise)));
  });
}

/**
 * Returns the evidence lower bound E_q[log p(x, z)] + H(q) in nats, in closed form.
 *
 * As log p(x, z) is quadratic in z, E_q[log p(x, z)] = log p(x, μ) − ½ tr(Λ Σ) with Λ = I + Wᵀ W / σ² and the
 * mean μ and covariance Σ of q.
 *
 * @param x [B, D].
 * @param q a batch [B] of normal distributions over z [Z].
 * @returns [B].
 * @throws if x or q has a different shape.
 */
export function elbo(
  params: ProbabilisticPca,
  x: tf.Tensor,
  q: MultivariateNormal | Independent<Normal>,
): tf.Tensor {
  checkPoints("elbo", params, x);
  const [, latent] = sizes(params);
  const shape = showShape([...q.batchShape, ...q.eventShape]);
  if (shape !== showShape([x.shape[0], latent]))
    throw new Error(
      `probabilisticPca.elbo: q must be a batch [B=${x.shape[0]}] over vectors [Z=${latent}], got ${shape}`,
    );
  const { weights, logSigma } = params;
  return tf.tidy(() => {
    const eye = tf.eye(weights.shape[1] ?? 0);
    const precision = tf.matMul(weights, weights, true).div(logSigma.mul(2).exp()).add(eye); //     Λ
    const covariance = q.kind === "independent" ? eye.mul(q.variance().expandDims(-1)) : q.covariance();
    const trace = covariance.mul(precision).sum([-2, -1]); //           tr(Λ Σ), both symmetric
    return logJoint(params, x, q.mean()).sub(trace.mul(0.5)).add(q.entropy());
  });
}

/**
 * Returns log p(x) in nats, by Bayes' rule at the mean m of p(z|x): log p(x) = log p(x, m) − log p(m|x).
 *
 * It factorizes a matrix [Z, Z], whereas `marginal` factorizes one of [D, D].
 *
 * @param x [B, D].
 * @returns [B].
 * @throws if x has a different shape.
 */
export function logProb(params: ProbabilisticPca, x: tf.Tensor): tf.Tensor {
  checkPoints("logProb", params, x);
  return tf.tidy(() => {
    const q = posterior(params, x);
    return logJoint(params, x, q.mu).sub(q.logProb(q.mu));
  });
}
