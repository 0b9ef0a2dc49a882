/**
 * The standard normal distribution on an interval [a, b], also far in a tail and on narrow intervals.
 *
 * The interval is mirrored so that a + b ≥ 0. Numbers z are given as v = z − A with the anchor A = max(a, 0),
 * and densities relative to that at A, as e^{−A v − v²/2}: nothing underflows. Integrals are quadratures of
 * this positive function; no probabilities are subtracted.
 */
import * as tf from "@tensorflow/tfjs";
import { gaussLegendre } from "../numeric/gauss-legendre";
import { erfinvTensor } from "../tensor/special";

/** Integrals end where A v + v²/2 = 20: e⁻²⁰ is 2·10⁻⁹. */
const END = 20;

/** With 32 nodes on at most 12.7 standard deviations the error is below 10⁻⁷, relative. */
const RULE = gaussLegendre(32);

/** The steps of Newton's method for a quantile; their errors are squared, 0.1, 10⁻², 10⁻⁴, 10⁻⁸. */
const STEPS = 4;

/** A standard normal distribution on an interval, of one shape [...]. */
export interface NormalInterval {
  /** 1 where the interval is mirrored, −1 · [a, b]; −1 and 1 are the signs. */
  readonly sign: tf.Tensor;
  /** A. */
  readonly anchor: tf.Tensor;
  /** The interval of v, cut off where the density is negligible. */
  readonly from: tf.Tensor;
  /** The upper end of that interval. */
  readonly to: tf.Tensor;
  /** v at the quadrature nodes, [..., 32]. */
  readonly nodes: tf.Tensor;
  /** The probabilities at the nodes, [..., 32]; their sum is 1. */
  readonly weights: tf.Tensor;
  /** ∫ e^{−A v − v²/2} dv. */
  readonly mass: tf.Tensor;
}

/**
 * Returns the standard normal distribution on [a, b].
 *
 * @param a lower ends; finite, like the others, and of one shape with them.
 * @param b upper ends.
 * @param width b − a; given, because the ends are rounded.
 */
export function normalInterval(a: tf.Tensor, b: tf.Tensor, width: tf.Tensor): NormalInterval {
  const isMirrored = a.add(b).less(0);
  const low = tf.where(isMirrored, b.neg(), a);
  const anchor = low.relu();
  const from = low.clipByValue(-Math.sqrt(2 * END), 0);
  const length = tf.where(low.greaterEqual(0), width, tf.where(isMirrored, a.neg(), b));
  const to = tf.minimum(length, reach(anchor));
  const { nodes, values } = quadrature(anchor, from, to);
  const mass = values.sum(-1);
  return {
    sign: tf.where(isMirrored, -1, tf.onesLike(a)),
    anchor,
    from,
    to,
    nodes,
    weights: values.div(mass.expandDims(-1)),
    mass,
  };
}

/** The v at which A v + v²/2 = 20. */
function reach(anchor: tf.Tensor): tf.Tensor {
  return anchor
    .square()
    .add(2 * END)
    .sqrt()
    .add(anchor)
    .reciprocal()
    .mul(2 * END);
}

/** The nodes of v between two ends, and the density there times the weights of the rule. */
function quadrature(
  anchor: tf.Tensor,
  from: tf.Tensor,
  to: tf.Tensor,
): { nodes: tf.Tensor; values: tf.Tensor } {
  const length = to.sub(from).expandDims(-1);
  const nodes = length.mul(tf.tensor1d([...RULE.nodes])).add(from.expandDims(-1));
  const values = density(anchor.expandDims(-1), nodes)
    .mul(length)
    .mul(tf.tensor1d([...RULE.weights]));
  return { nodes, values };
}

/** e^{−A v − v²/2}. */
function density(anchor: tf.Tensor, v: tf.Tensor): tf.Tensor {
  return v.mul(0.5).add(anchor).mul(v).neg().exp();
}

/** P(V ≤ v), and P(V > v), for v within the interval; each is exact where it is small. */
export function intervalProbabilities(
  { anchor, from, to, mass }: NormalInterval,
  v: tf.Tensor,
): { lower: tf.Tensor; upper: tf.Tensor } {
  return {
    lower: quadrature(anchor, from, v).values.sum(-1).div(mass),
    upper: quadrature(anchor, v, to).values.sum(-1).div(mass),
  };
}

/**
 * Returns the v with P(V ≤ v) = p and P(V > v) = q, without gradient, by Newton's method on the smaller of
 * the two.
 *
 * @param p probabilities, of the shape of the interval.
 * @param q 1 − p; given, so that it keeps its digits where it is small.
 */
export function intervalQuantile(interval: NormalInterval, p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const { anchor, from, to, mass } = interval;
  const within = (v: tf.Tensor): tf.Tensor => tf.minimum(tf.maximum(v, from), to);
  const isLower = p.less(0.5);
  let v = within(tf.where(anchor.greater(0), tailStart(interval, q), centralStart(interval, p, q)));
  for (let step = 0; step < STEPS; step++) {
    const { lower, upper } = intervalProbabilities(interval, v);
    const excess = tf.where(isLower, lower.sub(p), q.sub(upper));
    v = within(v.sub(excess.mul(mass).div(density(anchor, v))));
  }
  return v;
}

/** For A = 0: v with erf(v/√2) between those of the ends. */
function centralStart({ from, to }: NormalInterval, p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const erf = (v: tf.Tensor): tf.Tensor => v.mul(Math.SQRT1_2).erf();
  const target = q.mul(erf(from)).add(p.mul(erf(to)));
  return erfinvTensor(target.clipByValue(-1 + 1e-7, 1 - 1e-7)).mul(Math.SQRT2);
}

/**
 * For A > 0: v with log Q(A) − log Q(A + v) = τ, where Q is the tail of the normal distribution and e^−τ = 1
 * − s + s q with the share s of that tail that lies in the interval.
 *
 * Q(z) = φ(z) R(z) with R(z) of about 2 / (z + √(z² + 8/π)), which is exact at 0 and ∞.
 */
function tailStart({ anchor, mass }: NormalInterval, q: tf.Tensor): tf.Tensor {
  const ratio = (z: tf.Tensor): tf.Tensor =>
    z
      .square()
      .add(8 / Math.PI)
      .sqrt()
      .add(z)
      .reciprocal()
      .mul(2);
  const tail = quadrature(anchor, tf.zerosLike(anchor), reach(anchor)).values.sum(-1);
  const share = mass.div(tail);
  const tau = tf.sub(1, share).relu().add(share.mul(q)).log().neg().relu();
  const first = ratio(anchor);
  const quadratic = tau.mul(2).div(anchor.square().add(tau.mul(2)).sqrt().add(anchor).add(1e-30));
  let v = tf.minimum(tau.mul(first), quadratic); // both are above the root, from where the steps converge
  for (let step = 0; step < 3; step++) {
    const there = ratio(anchor.add(v));
    const excess = v.mul(0.5).add(anchor).mul(v).add(first.div(there).log()).sub(tau);
    v = v.sub(excess.mul(there)).relu();
  }
  return v;
}
