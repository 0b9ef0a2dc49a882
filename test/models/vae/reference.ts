/**
 * A second implementation of a small VAE in plain JavaScript and double precision, with quadrature over z.
 */
import { tree } from "latent";
import type { Vae } from "latent/models";

/** The parameters of a VAE with one hidden tanh layer in each network, by path in the tree. */
export type Numbers = ReadonlyMap<string, Float64Array>;

export function toDoubles(model: Vae): Numbers {
  return new Map(tree.entries(model).map(([path, leaf]) => [path, Float64Array.from(leaf.dataSync())]));
}

function affine(numbers: Numbers, path: string, x: readonly number[]): number[] {
  const [weights, bias] = [numbers.get(`${path}.weights`), numbers.get(`${path}.bias`)];
  if (!weights || !bias) throw new Error(`no layer ${path}`);
  return Array.from(bias, (start, j) =>
    x.reduce((sum, v, i) => sum + v * (weights[i * bias.length + j] ?? NaN), start),
  );
}

function hidden(numbers: Numbers, side: string, x: readonly number[]): number[] {
  return affine(numbers, `${side}.hidden.layers.0`, x).map(Math.tanh);
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0);
}

function logNormal(x: number, mu: number, sigma: number): number {
  return -0.5 * ((x - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
}

/** Mean and standard deviation of q(z|x). */
export function encoded(numbers: Numbers, x: readonly number[]): { mu: number[]; sigma: number[] } {
  const h = hidden(numbers, "encoder", x);
  return {
    mu: affine(numbers, "encoder.mu", h),
    sigma: affine(numbers, "encoder.logSigma", h).map(Math.exp),
  };
}

/** log q(z|x). */
export function logQ(numbers: Numbers, x: readonly number[], z: readonly number[]): number {
  const { mu, sigma } = encoded(numbers, x);
  return sum(z.map((v, i) => logNormal(v, mu[i] ?? NaN, sigma[i] ?? NaN)));
}

/** log p(x|z), with Bernoulli pixels if the decoder has logits, otherwise normal ones. */
export function logLikelihood(numbers: Numbers, x: readonly number[], z: readonly number[]): number {
  const h = hidden(numbers, "decoder", z);
  if (numbers.has("decoder.logits.bias")) {
    const logits = affine(numbers, "decoder.logits", h);
    return sum(logits.map((l, i) => (x[i] ?? NaN) * l - softplus(l)));
  }
  const mu = affine(numbers, "decoder.mu", h);
  const sigma = affine(numbers, "decoder.rawSigma", h).map((raw) => softplus(raw) + 0.1);
  return sum(mu.map((m, i) => logNormal(x[i] ?? NaN, m, sigma[i] ?? NaN)));
}

/** log p(x, z). */
export function logJoint(numbers: Numbers, x: readonly number[], z: readonly number[]): number {
  return logLikelihood(numbers, x, z) + sum(z.map((v) => logNormal(v, 0, 1)));
}

/** log p(x|z) − KL(q(z|x) ‖ p(z)) at z = μ + σ ε. */
export function elboAt(numbers: Numbers, x: readonly number[], epsilon: readonly number[]): number {
  const { mu, sigma } = encoded(numbers, x);
  const z = mu.map((m, i) => m + (sigma[i] ?? NaN) * (epsilon[i] ?? NaN));
  const kl = sum(mu.map((m, i) => 0.5 * (m ** 2 + (sigma[i] ?? NaN) ** 2 - 1) - Math.log(sigma[i] ?? NaN)));
  return logLikelihood(numbers, x, z) - kl;
}

/**
 * Nodes of the trapezoidal rule on [−radius, radius]ᶻ: for analytic functions, its error decreases
 * exponentially in 1 / step.
 */
export function grid(size: number, radius: number, step: number): { nodes: number[][]; cell: number } {
  const line = Array.from({ length: Math.round((2 * radius) / step) + 1 }, (_, i) => i * step - radius);
  let nodes: number[][] = [[]];
  for (let axis = 0; axis < size; axis++)
    nodes = nodes.flatMap((start) => line.map((value) => [...start, value]));
  return { nodes, cell: step ** size };
}

/** ∫ f(z) dz. */
export function integral(
  { nodes, cell }: ReturnType<typeof grid>,
  f: (z: number[], i: number) => number,
): number {
  return cell * nodes.reduce((total, z, i) => total + f(z, i), 0);
}
