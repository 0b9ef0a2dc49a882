/** Small VAEs for tests: random ones with a smooth decoder, and a linear one with a known posterior. */
import { random, tf, tree } from "latent";
import { vae, type Vae } from "latent/models";

/** D, the length of an image of the small models. */
const DATA = 5;

const binary = [
  [1, 0, 0, 1, 1],
  [0, 0, 0, 0, 0],
  [1, 1, 1, 0, 1],
];
const real = [
  [0.3, -1.2, 0.8, 0.1, -0.4],
  [0, 0, 0, 0, 0],
  [1.5, 0.2, -0.7, 1.1, 0.6],
];

/** Three images in the support of a likelihood. */
export function imagesFor(likelihood: "bernoulli" | "gaussian"): number[][] {
  return likelihood === "bernoulli" ? binary : real;
}

/**
 * A random VAE of 5 pixels with one hidden tanh layer in each network. Its weights are doubled so that the
 * posterior differs from the prior.
 *
 * The encoder is wider than the prior: this bounds the weights p(x, z) / q(z|x), so they have a finite
 * variance.
 */
export function smallVae(likelihood: "bernoulli" | "gaussian", latent: number, seed = 7): Vae {
  return tree.tidy(() => {
    const options = { data: DATA, hidden: [3], latent, likelihood, activation: "tanh" } as const;
    const { encoder, decoder } = tree.map((leaf) => leaf.mul(2), vae.init(random.key(seed), options));
    const logSigma = {
      weights: encoder.logSigma.weights.mul<tf.Tensor2D>(0.1),
      bias: tf.fill<tf.Rank.R1>([latent], Math.log(1.3)),
    };
    return { encoder: { ...encoder, logSigma }, decoder };
  });
}

/**
 * A VAE with p(x|z) = N(W z + b, s² I), orthogonal columns of W, and the exact posterior as encoder.
 *
 * The networks are linear, as relu(v) − relu(−v) = v.
 */
export function linearVae(): {
  model: Vae;
  columns: number[][];
  b: number[];
  s: number;
  logEvidence: (x: readonly number[]) => number;
} {
  const columns = [
    [1, 2, 0],
    [0.8, -0.4, 0.4],
  ];
  const b = [0.5, -0.25, 1];
  const s = 0.7;
  // The posterior of z_j has the mean w_j·(x − b) / spread and the variance s² / spread.
  const spread = columns.map((w) => s ** 2 + dot(w, w));
  const gain = columns.map((w, j) => w.map((v) => v / (spread[j] ?? NaN)));
  const both = (rows: number[][]): tf.Tensor2D =>
    tf.tensor2d([...rows, ...rows.map((row) => row.map((v) => -v))]);
  const identity = (size: number): { weights: tf.Tensor2D; bias: tf.Tensor1D } => ({
    weights: tf.tidy(() => tf.concat([tf.eye(size), tf.eye(size).neg()], 1)),
    bias: tf.zeros([2 * size]),
  });
  const model: Vae = {
    encoder: {
      hidden: { layers: [identity(3)], activation: "relu" },
      mu: { weights: both(transpose(gain)), bias: tf.tensor1d(gain.map((a) => -dot(a, b))) },
      logSigma: {
        weights: tf.zeros([6, 2]),
        bias: tf.tensor1d(spread.map((v) => 0.5 * Math.log(s ** 2 / v))),
      },
    },
    decoder: {
      likelihood: "gaussian",
      hidden: { layers: [identity(2)], activation: "relu" },
      mu: { weights: both(columns), bias: tf.tensor1d(b) },
      rawSigma: { weights: tf.zeros([4, 3]), bias: tf.fill([3], Math.log(Math.expm1(s - 0.1))) },
    },
  };
  /**
   * log N(x; b, W Wᵀ + s² I), by the matrix determinant lemma and Woodbury's identity for orthogonal columns.
   */
  const logEvidence = (x: readonly number[]): number => {
    const r = x.map((v, i) => v - (b[i] ?? NaN));
    const explained = columns.reduce((sum, w, j) => sum + dot(w, r) ** 2 / (spread[j] ?? NaN), 0);
    const logDet = 2 * x.length * Math.log(s) + spread.reduce((sum, v) => sum + Math.log(v / s ** 2), 0);
    return -0.5 * ((dot(r, r) - explained) / s ** 2 + logDet + x.length * Math.log(2 * Math.PI));
  };
  return { model, columns, b, s, logEvidence };
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0);
}

function transpose(rows: number[][]): number[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? NaN));
}
