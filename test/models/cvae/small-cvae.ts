/** A small CVAE in double precision, and a linear-Gaussian one with its exact posterior. */
import { random, tf, tree } from "latent";
import { independent, multivariateNormal, normal, type Distribution } from "latent/distributions";
import { cvae, type Cvae, type CvaeNetworks } from "latent/models";

/** Two pairs with x [2] and y [1]. */
export const pairs = [
  { x: [0.4, -0.7], y: [0.9] },
  { x: [-1.1, 0.3], y: [-0.4] },
];

export function asTensors(rows: readonly { x: number[]; y: number[] }[]): cvae.Pairs {
  return { x: tf.tensor2d(rows.map(({ x }) => x)), y: tf.tensor2d(rows.map(({ y }) => y)) };
}

/**
 * A CVAE of two inputs, one output and one latent number with a tanh layer of three units in each network.
 *
 * Its weights are doubled so that the posterior differs from the prior. The encoder's σ is near 1.5, wider
 * than the prior, so that the importance weights have a finite variance.
 */
export function smallCvae(prior: "standard" | "conditional", learnStdDev: boolean): Cvae {
  return tree.tidy(() => {
    const options = { inputs: 2, outputs: 1, latent: 1, hidden: [3], activation: "tanh" } as const;
    const model = cvae.init(random.key(11), { ...options, prior, learnStdDev, stdDev: 0.6 });
    const doubled = tree.map((leaf) => leaf.mul(2), model);
    const weights = tf.tensor2d([0.1, -0.05, 0.08], [3, 1]);
    const sigma = { weights, bias: tf.tensor1d([Math.log(1.5)]) };
    const decoder = learnStdDev
      ? { ...doubled.decoder, sigma: { weights: weights.mul<tf.Tensor2D>(2), bias: tf.tensor1d([-0.5]) } }
      : doubled.decoder;
    const narrow = { weights: weights.clone(), bias: tf.tensor1d([Math.log(0.8)]) };
    const network = doubled.prior && { prior: { ...doubled.prior, sigma: narrow } };
    return { ...doubled, encoder: { ...doubled.encoder, sigma }, decoder, ...network };
  });
}

/** The parameters in double precision, by path in the tree, and a fixed σ of the decoder. */
export interface Numbers {
  readonly leaves: ReadonlyMap<string, Float64Array>;
  readonly fixed: number | undefined;
}

export function toDoubles(model: Cvae): Numbers {
  const { sigma } = model.decoder;
  return {
    leaves: new Map(tree.entries(model).map(([path, leaf]) => [path, Float64Array.from(leaf.dataSync())])),
    fixed: typeof sigma === "number" ? sigma : undefined,
  };
}

function affine({ leaves }: Numbers, path: string, v: readonly number[]): number[] {
  const [weights, bias] = [leaves.get(`${path}.weights`), leaves.get(`${path}.bias`)];
  if (!weights || !bias) throw new Error(`no layer ${path}`);
  return Array.from(bias, (start, j) =>
    v.reduce((sum, value, i) => sum + value * (weights[i * bias.length + j] ?? NaN), start),
  );
}

/** μ and σ of one of the networks, each of one number. */
function evaluate(
  numbers: Numbers,
  network: string,
  v: readonly number[],
): readonly [mu: number, sigma: number] {
  const h = affine(numbers, `${network}.hidden.layers.0`, v).map(Math.tanh);
  const [mu = NaN] = affine(numbers, `${network}.mu`, h);
  if (network === "decoder" && numbers.fixed !== undefined) return [mu, numbers.fixed];
  const [raw = NaN] = affine(numbers, `${network}.sigma`, h);
  return [mu, Math.exp(raw / Math.sqrt(1 + (raw / 7) ** 2))];
}

function logNormal(v: number, [mu, sigma]: readonly [number, number]): number {
  return -0.5 * ((v - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
}

type Pair = (typeof pairs)[number];

export function posterior(numbers: Numbers, { x, y }: Pair): readonly [mu: number, sigma: number] {
  return evaluate(numbers, "encoder", [...x, ...y]);
}

export function priorOf(numbers: Numbers, { x }: Pair): readonly [mu: number, sigma: number] {
  return numbers.leaves.has("prior.mu.bias") ? evaluate(numbers, "prior", x) : [0, 1];
}

/** log q(z|x, y). */
export function logQ(numbers: Numbers, pair: Pair, z: number): number {
  return logNormal(z, posterior(numbers, pair));
}

/** log p(y|x, z). */
export function logLikelihood(numbers: Numbers, { x, y }: Pair, z: number): number {
  return logNormal(y[0] ?? NaN, evaluate(numbers, "decoder", [...x, z]));
}

/** log p(y|x, z) + log p(z|x). */
export function logJoint(numbers: Numbers, pair: Pair, z: number): number {
  return logLikelihood(numbers, pair, z) + logNormal(z, priorOf(numbers, pair));
}

/** KL(q(z|x, y) ‖ p(z|x)) of two normal distributions. */
export function divergence(numbers: Numbers, pair: Pair): number {
  const [[m, s], [mu, sigma]] = [posterior(numbers, pair), priorOf(numbers, pair)];
  return Math.log(sigma / s) + (s ** 2 + (m - mu) ** 2) / (2 * sigma ** 2) - 0.5;
}

/**
 * ∫ f(z) dz by the trapezoidal rule on [−24, 24] with steps of 0.02: exact up to rounding for the smooth
 * integrands here, which decrease as normal densities.
 */
export function integral(f: (z: number) => number, step = 0.02): number {
  let sum = 0;
  for (let z = -24; z <= 24; z += step) sum += f(z);
  return sum * step;
}

/** The evidence of the linear model: two columns as a tree. */
export interface Columns {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
}

type Matrix = readonly [number, number, number, number];

function times([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

function onVector([a, b, c, d]: Matrix, [u = NaN, v = NaN]: readonly number[]): number[] {
  return [a * u + b * v, c * u + d * v];
}

function transposed([a, b, c, d]: Matrix): Matrix {
  return [a, c, b, d];
}

function determinant([a, b, c, d]: Matrix): number {
  return a * d - b * c;
}

function inverse(m: Matrix): Matrix {
  const [a, b, c, d] = m;
  const det = determinant(m);
  return [d / det, -b / det, -c / det, a / det];
}

const W: Matrix = [1, -0.5, 0.8, 0.6];
const V: Matrix = [0.3, 0.7, -0.4, 0.2];
const C: Matrix = [0.5, -1, 0.25, 0.75];
const SPREAD = [0.9, 1.4] as const; // of p(z|x)
const NOISE = 0.5; // of p(y|x, z)
const P: Matrix = [SPREAD[0] ** 2, 0, 0, SPREAD[1] ** 2];

/** S = W P Wᵀ + s² I, the covariance of p(y|x). */
const S: Matrix = ((m: Matrix): Matrix => [m[0] + NOISE ** 2, m[1], m[2], m[3] + NOISE ** 2])(
  times(times(W, P), transposed(W)),
);
/** K = P Wᵀ S⁻¹, and the posterior's covariance P − K W P. */
const GAIN = times(times(P, transposed(W)), inverse(S));
const COVARIANCE = ((m: Matrix): Matrix => [P[0] - m[0], -m[1], -m[2], P[3] - m[3]])(
  times(times(GAIN, W), P),
);

/** Mean and covariance of p(y|x) = N((W C + V) x, S). */
export function marginal(x: readonly number[]): { mean: number[]; covariance: Matrix } {
  const [a, b] = [onVector(times(W, C), x), onVector(V, x)];
  return { mean: a.map((v, i) => v + (b[i] ?? NaN)), covariance: S };
}

/** log p(y|x). */
export function logMarginal(x: readonly number[], y: readonly number[]): number {
  const { mean } = marginal(x);
  const r = y.map((v, i) => v - (mean[i] ?? NaN));
  const scaled = onVector(inverse(S), r);
  const square = r.reduce((sum, v, i) => sum + v * (scaled[i] ?? NaN), 0);
  return -0.5 * (square + Math.log(determinant(S))) - Math.log(2 * Math.PI);
}

/**
 * p(z|x) = N(C x, P), p(y|x, z) = N(W z + V x, s² I), and the exact posterior N(C x + K (y − E[y|x]),
 * P − K W P) as encoder; x is a tree of two columns.
 *
 * @param prior the same p(z|x) as "multivariate", for which the divergence has a closed form, or as
 *   "independent" normals, for which it is estimated.
 */
export function linearNetworks(prior: "multivariate" | "independent"): CvaeNetworks<Columns> {
  const matrix = (m: Matrix): tf.Tensor2D => tf.tensor2d([m[0], m[2], m[1], m[3]], [2, 2]); // for row vectors
  const joined = ({ a, b }: Columns): tf.Tensor => tf.concat([a, b], 1);
  const meanOf = (x: tf.Tensor): tf.Tensor => x.matMul(matrix(C));
  const [l11, l21] = [Math.sqrt(COVARIANCE[0]), COVARIANCE[2] / Math.sqrt(COVARIANCE[0])];
  const tril = [l11, 0, l21, Math.sqrt(COVARIANCE[3] - l21 ** 2)];
  const rowsOf = (m: readonly number[], rows: number): tf.Tensor =>
    tf.tile(tf.tensor3d([...m], [1, 2, 2]), [rows, 1, 1]);
  return {
    encoder: (columns, y) => {
      const x = joined(columns);
      const predicted = meanOf(x)
        .matMul(matrix(W))
        .add(x.matMul(matrix(V)));
      const mean = meanOf(x).add(y.sub(predicted).matMul(matrix(GAIN)));
      return multivariateNormal(mean, rowsOf(tril, y.shape[0]));
    },
    decoder: (columns, z) => {
      const mean = z.matMul(matrix(W)).add(joined(columns).matMul(matrix(V)));
      return independent(normal(mean, tf.fill(mean.shape, NOISE)));
    },
    prior: (columns): Distribution => {
      const mean = meanOf(joined(columns));
      if (prior === "multivariate")
        return multivariateNormal(mean, rowsOf([SPREAD[0], 0, 0, SPREAD[1]], mean.shape[0]));
      return independent(normal(mean, tf.tile(tf.tensor2d([[...SPREAD]]), [mean.shape[0], 1])));
    },
  };
}
