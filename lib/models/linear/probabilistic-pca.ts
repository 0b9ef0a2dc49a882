import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { checkShape, showShape } from "../../core/tensor/shape";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import * as tree from "../../core/tensor/tree";
import { cholesky } from "../../core/tensor/triangular";
import { independent, type Independent } from "../../distributions/composite/independent";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { linearPosterior } from "./linear-posterior";
import { checkMatrix, checkVector } from "../../core/numeric/check-matrix";

/**
 * The linear-Gaussian latent variable model, p(z) = N(0, I) and p(x|z) = N(W z + b, σ² I), whose p(x) and p(z|x) are known exactly
 * (Tipping & Bishop 1999, "Probabilistic principal component analysis").
 */
export interface ProbabilisticPca {
  /** W, [D, Z]. */
  readonly weights: tf.Tensor;
  /** b, [D]. */
  readonly bias: tf.Tensor;
  /** log σ, []. */
  readonly logSigma: tf.Tensor;
}

/** The model in plain numbers. */
export interface ProbabilisticPcaNumbers {
  /** W, D rows of Z numbers. */
  readonly weights: Matrix;
  /** b; zeros by default. */
  readonly bias?: readonly number[];
  /** σ, above 0, in the unit of x. */
  readonly sigma: number;
}

/**
 * A model of given numbers.
 *
 * @throws when σ is not above 0, a number is not finite, or the sizes do not go together; the message names the argument.
 */
export function create({ weights, bias, sigma }: ProbabilisticPcaNumbers): ProbabilisticPca {
  const caller = "probabilisticPca.create";
  const [data, latent] = [weights.length, weights[0]?.length ?? 0];
  if (latent === 0) throw new Error(`${caller}: weights must be [D, Z], one row a coordinate of x, got none`);
  checkMatrix(caller, "weights", weights, [data, latent]);
  if (bias !== undefined) checkVector(caller, "bias", bias, data);
  checkAbove(caller, "sigma", sigma);
  return {
    weights: tf.tensor2d(weights.map((row) => [...row])),
    bias: bias === undefined ? tf.zeros([data]) : tf.tensor1d([...bias]),
    logSigma: tf.scalar(Math.log(sigma)),
  };
}

/** A model to train: W with entries from N(0, 1/Z), b = 0 and σ = 1. */
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

/** D and Z. */
const sizes = ({ weights }: ProbabilisticPca): [data: number, latent: number] => [
  weights.shape[0],
  weights.shape[1] ?? 0,
];

function checkPoints(caller: string, params: ProbabilisticPca, x: tf.Tensor): void {
  const [data] = sizes(params);
  checkShape(`probabilisticPca.${caller}`, "x", x, ["B", `D=${data}`], `use x.reshape([-1, ${data}])`);
}

/** n draws from above: z ~ p(z) [n, Z], then x ~ p(x|z) [n, D]. */
export function sample(params: ProbabilisticPca, key: random.Key, n: number): { z: tf.Tensor; x: tf.Tensor } {
  checkCount("probabilisticPca.sample", "n", n, 1);
  const [, latent] = sizes(params);
  return tree.tidy(() => {
    const [latentKey, noiseKey] = random.split(key);
    const z = random.normal(latentKey, [n, latent]);
    return { z, x: likelihood(params, z).sample(noiseKey) };
  });
}

/** p(x|z) of z [..., Z]: a batch [...] of distributions over x [D], which owns its tensors. */
function likelihood({ weights, bias, logSigma }: ProbabilisticPca, z: tf.Tensor): Independent<Normal> {
  const [data, latent] = weights.shape as [number, number];
  const rows = tf.matMul(z.reshape([-1, latent]), weights, false, true).add(bias); //   W z + b
  return independent(normal(rows.reshape([...z.shape.slice(0, -1), data]), logSigma.exp()));
}

/**
 * log p(x, z) = log p(z) + log p(x|z), in nats.
 *
 * @param x [B, D].
 * @param z [...S, B, Z].
 * @returns [...S, B].
 * @throws when the shapes are others.
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
    const same = x.reshape([...z.shape.slice(0, -2).map(() => 1), ...x.shape]); // x for every draw
    return prior.logProb(z).add(likelihood(params, z).logProb(same)); //         log p(z) + log p(x|z)
  });
}

/**
 * p(z|x) = N(M⁻¹ Wᵀ (x − b), σ² M⁻¹) with M = Wᵀ W + σ² I (Tipping & Bishop 1999, equation 12), of x [B, D].
 *
 * @returns a batch [B] of distributions over z [Z]; its tensors, mu and scaleTril, are the caller's: `tree.dispose` frees them.
 * @throws when x has another shape.
 */
export function posterior(params: ProbabilisticPca, x: tf.Tensor): MultivariateNormal {
  checkPoints("posterior", params, x);
  const { weights, bias, logSigma } = params;
  return tree.tidy(() => linearPosterior(weights, x.sub(bias), logSigma.exp(), tf.scalar(1)));
}

/**
 * p(x) = N(b, W Wᵀ + σ² I), as a distribution over vectors [D].
 *
 * @returns a distribution whose tensors, mu and scaleTril, are the caller's: `tree.dispose` frees them.
 */
export function marginal({ weights, bias, logSigma }: ProbabilisticPca): MultivariateNormal {
  return tree.tidy(() => {
    const noise = tf.eye(weights.shape[0]).mul(logSigma.mul(2).exp());
    return multivariateNormal(bias.clone(), cholesky(tf.matMul(weights, weights, false, true).add(noise)));
  });
}

/**
 * The evidence lower bound E_q[log p(x, z)] + H(q) in nats, without draws.
 *
 * As log p(x, z) is quadratic in z, E_q[log p(x, z)] = log p(x, μ) − ½ tr(Λ Σ) with Λ = I + Wᵀ W / σ² and q's mean μ and covariance Σ.
 *
 * @param x [B, D].
 * @param q a batch [B] of distributions over z [Z]: a multivariate normal one, or independent normal ones.
 * @returns [B].
 * @throws when the shapes are others.
 */
export function elbo(
  params: ProbabilisticPca,
  x: tf.Tensor,
  q: MultivariateNormal | Independent<Normal>,
): tf.Tensor {
  checkPoints("elbo", params, x);
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
 * log p(x) in nats of x [B, D], by Bayes' rule at the mean m of p(z|x): log p(x) = log p(x, m) − log p(m|x).
 *
 * That needs matrices of Z by Z alone, where `marginal` makes one of D by D.
 *
 * @returns [B].
 * @throws when x has another shape.
 */
export function logProb(params: ProbabilisticPca, x: tf.Tensor): tf.Tensor {
  checkPoints("logProb", params, x);
  return tf.tidy(() => {
    const q = posterior(params, x);
    return logJoint(params, x, q.mu).sub(q.logProb(q.mu));
  });
}
