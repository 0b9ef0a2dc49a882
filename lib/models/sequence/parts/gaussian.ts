import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import type * as random from "../../../core/random";
import { lowerTriangle } from "../../../core/tensor/triangular";
import { independent, type Independent } from "../../../distributions/composite/independent";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../../distributions/continuous/multivariate-normal";
import { normal, type Normal } from "../../../distributions/continuous/normal";
import { kl } from "../../../distributions/kl";
import type { Activation } from "../../../nn/feedforward/activations";
import { mlp, type Mlp } from "../../../nn/feedforward/mlp";

/** A normal distribution over latent vectors [Z], with a diagonal or a full covariance. */
export type Gaussian = Independent<Normal> | MultivariateNormal;

/** A network from vectors to a normal distribution over latent vectors. */
export interface GaussianHead {
  /** Its layers; the last one has no nonlinearity. */
  readonly network: Mlp;
  /** Z. */
  readonly latent: number;
  /** Whether the coordinates are independent given the input, or have any covariance. */
  readonly covariance: "diagonal" | "full";
  /** The smallest standard deviation, or diagonal entry of a Cholesky factor. */
  readonly sigmaFloor: number;
}

/** Options of a head. */
export interface HeadOptions {
  /** Units of the hidden layers; [128] by default. */
  readonly hidden?: readonly number[];
  /** Their nonlinearity; "elu" by default. */
  readonly activation?: Activation;
  /** "diagonal" by default. */
  readonly covariance?: GaussianHead["covariance"];
  /**
   * The smallest standard deviation, 0.05 by default: without it the divergence between two heads has no
   * bound.
   */
  readonly sigmaFloor?: number;
}

/** Returns a head with random weights, for inputs of a given length. */
export function initHead(
  caller: string,
  key: random.Key,
  [inputs, latent]: readonly [inputs: number, latent: number],
  { hidden = [128], activation = "elu", covariance = "diagonal", sigmaFloor = 0.05 }: HeadOptions,
): GaussianHead {
  hidden.forEach((size, i) => checkCount(caller, `hidden[${i}]`, size, 1));
  checkAbove(caller, "sigmaFloor", sigmaFloor);
  const outputs = covariance === "full" ? (latent * (latent + 3)) / 2 : 2 * latent;
  const network = mlp.init(key, [inputs, ...hidden, outputs], { activation, output: "linear" });
  return { network, latent, covariance, sigmaFloor };
}

/** Returns the distributions of a batch: x [..., In] → [...] of [Z]. */
export function applyHead({ network, latent, covariance, sigmaFloor }: GaussianHead, x: tf.Tensor): Gaussian {
  const out = mlp.apply(network, x);
  const rest = (out.shape.at(-1) ?? 0) - 2 * latent;
  const [mu, raw, below] = tf.split(out, rest === 0 ? 2 : [latent, latent, rest], -1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor?,
  ];
  const sigma = raw.softplus().add(sigmaFloor);
  if (covariance === "diagonal") return independent(normal(mu, sigma));
  const diagonal = diagonalMatrix(sigma);
  return multivariateNormal(mu, below === undefined ? diagonal : diagonal.add(strictlyLower(below, latent)));
}

/** Returns diagonal matrices: [..., Z] to [..., Z, Z]. */
function diagonalMatrix(x: tf.Tensor): tf.Tensor {
  return x.expandDims(-1).mul(tf.eye(x.shape.at(-1) ?? 0));
}

/** Puts Z (Z − 1) / 2 numbers below the diagonals of matrices, row by row. */
function strictlyLower(x: tf.Tensor, size: number): tf.Tensor {
  const entries = (size * (size - 1)) / 2;
  const places = new Float32Array(entries * size * size);
  let next = 0;
  for (let i = 1; i < size; i++) for (let j = 0; j < i; j++) places[next++ * size * size + i * size + j] = 1;
  const spread = tf.matMul(x.reshape([-1, entries]), tf.tensor2d(places, [entries, size * size]));
  return spread.reshape([...x.shape.slice(0, -1), size, size]);
}

/** Returns the draw μ + L ε of each distribution for given ε ~ N(0, I), [..., Z]. */
export function draw(q: Gaussian, noise: tf.Tensor): tf.Tensor {
  if (q.kind === "independent") return q.base.mu.add(q.base.sigma.mul(noise));
  return q.mu.add(lowerTriangle(q.scaleTril).mul(noise.expandDims(-2)).sum(-1));
}

/** Returns KL(q ‖ p) in nats, also of a diagonal and a full covariance. */
export function divergence(q: Gaussian, p: Gaussian): tf.Tensor {
  return q.kind === p.kind ? kl(q, p) : kl(full(q), full(p));
}

function full(q: Gaussian): MultivariateNormal {
  return q.kind === "independent" ? multivariateNormal(q.base.mu, diagonalMatrix(q.base.sigma)) : q;
}
