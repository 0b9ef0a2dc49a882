import * as tf from "@tensorflow/tfjs";
import { openUniform } from "../../core/random/noise";
import {
  intervalProbabilities,
  intervalQuantile,
  normalInterval,
  type NormalInterval,
} from "../../core/special/normal-interval";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { broadcastShapes, type Shape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";
import { logWithin } from "./uniform";

/** A batch of normal distributions on intervals. */
export interface TruncatedNormal extends With<Reparameterized, "entropy" | "cdf" | "quantile" | "mode"> {
  readonly kind: "truncatedNormal";
  /** Means μ of the normal distribution before it is truncated, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Standard deviations σ before it is truncated, broadcast to [...B]. */
  readonly sigma: tf.Tensor;
  /** Lower ends, broadcast to [...B]. */
  readonly low: tf.Tensor;
  /** Upper ends, broadcast to [...B]. */
  readonly high: tf.Tensor;
}

/** Ends farther out than this are taken for it, so that infinite ones have no infinite derivatives. */
const FARTHEST = 1e25;

/**
 * Returns N(μ, σ²) conditioned on [low, high], one distribution for each element of the broadcast of the
 * parameters.
 *
 * Exact to float32 also where the interval is narrow, or far in a tail. Draws are quantiles of uniform draws,
 * and differentiable with respect to all four parameters.
 *
 * @param mean μ, [...B].
 * @param stddev σ, above 0 (not checked), [...B].
 * @param lower lower ends, [...B]; −∞ for none.
 * @param upper upper ends, above `lower` (not checked), [...B]; ∞ for none.
 * @throws if the shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function truncatedNormal(
  mean: Parameter,
  stddev: Parameter,
  lower: Parameter,
  upper: Parameter,
): TruncatedNormal {
  const mu = toParameter("truncatedNormal", "mu", mean);
  const sigma = toParameter("truncatedNormal", "sigma", stddev);
  const low = toParameter("truncatedNormal", "low", lower);
  const high = toParameter("truncatedNormal", "high", upper);
  const batchShape = [mu, sigma, low, high].reduce<number[]>(
    (shape, x) => broadcastShapes("truncatedNormal", shape, x.shape),
    [],
  );
  const parameters = { mu, sigma, low, high };
  const full = (x: tf.Tensor): tf.Tensor => broadcastTo(x, batchShape);
  const clipped = (x: tf.Tensor): tf.Tensor =>
    x.add(detached((value) => tf.minimum(tf.maximum(value, low), high).sub(value), x));
  /** The x with P(X ≤ x) = p. */
  const quantile = (p: tf.Tensor): tf.Tensor => {
    return clipped(
      standardQuantile(p, ...standardEnds(parameters, p.shape))
        .mul(sigma)
        .add(mu),
    );
  };
  return {
    kind: "truncatedNormal",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    ...parameters,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => quantile(openUniform(key, [...sampleShape, ...batchShape]))),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("truncatedNormal.logProb", x, batchShape, []);
        const within = detached(
          (value) => logWithin(tf.minimum(value.sub(low), tf.sub(high, value))),
          point.add(tf.zeros(batchShape)),
        );
        return logDensity(parameters, batchShape, point).add(within);
      }),
    mean: () =>
      tf.tidy(() => {
        const { sign, anchor, nodes, weights } = intervalOf(parameters, batchShape);
        const z = nodes.mul(weights).sum(-1).add(anchor).mul(sign);
        return z.mul(sigma).add(mu);
      }),
    variance: () =>
      tf.tidy(() => {
        const { nodes, weights } = intervalOf(parameters, batchShape);
        const centre = nodes.mul(weights).sum(-1, true);
        return nodes.sub(centre).square().mul(weights).sum(-1).mul(sigma.square());
      }),
    entropy: () =>
      tf.tidy(() => {
        const { anchor, nodes, weights, mass } = intervalOf(parameters, batchShape);
        const energy = nodes.mul(0.5).add(anchor.expandDims(-1)).mul(nodes); // A v + v²/2
        return energy.mul(weights).sum(-1).add(mass.log()).add(sigma.log());
      }),
    cdf: (x) =>
      tf.tidy(() => {
        const point = checkEvent("truncatedNormal.cdf", x, batchShape, []).add(tf.zeros(batchShape));
        const interval = intervalOf(parameters, point.shape);
        const v = place(
          parameters,
          interval,
          tf.minimum(tf.maximum(point, low.add(tf.zeros(point.shape))), high.add(tf.zeros(point.shape))),
        );
        const { lower: below, upper: above } = intervalProbabilities(interval, v);
        return tf.where(interval.sign.greater(0), below, above);
      }),
    quantile: (p) =>
      tf.tidy(() =>
        quantile(checkEvent("truncatedNormal.quantile", p, batchShape, []).add(tf.zeros(batchShape))),
      ),
    mode: () => tf.tidy(() => clipped(full(mu))),
  };
}

type Parameters = Pick<TruncatedNormal, "mu" | "sigma" | "low" | "high">;

type Ends = readonly [a: tf.Tensor, b: tf.Tensor, width: tf.Tensor];

/** (low − μ) / σ, (high − μ) / σ and (high − low) / σ of a shape, finite. */
function standardEnds({ mu, sigma, low, high }: Parameters, shape: Shape): Ends {
  const [from, to] = [finite(low), finite(high)];
  return [
    broadcastTo(from.sub(mu).div(sigma), shape),
    broadcastTo(to.sub(mu).div(sigma), shape),
    broadcastTo(to.sub(from).div(sigma), shape),
  ];
}

function finite(end: tf.Tensor): tf.Tensor {
  return end.clipByValue(-FARTHEST, FARTHEST);
}

function intervalOf(parameters: Parameters, shape: Shape): NormalInterval {
  return normalInterval(...standardEnds(parameters, shape));
}

/** v of x: the distance from the end where the anchor is, or z itself, mirrored or not. */
function place(
  { mu, sigma, low, high }: Parameters,
  { sign, anchor }: NormalInterval,
  x: tf.Tensor,
): tf.Tensor {
  const isMirrored = sign.less(0);
  const fromEnd = tf.where(isMirrored, finite(high).sub(x), x.sub(finite(low)));
  return tf.where(anchor.greater(0), fromEnd, x.sub(mu).mul(sign)).div(sigma);
}

/** −A v − v²/2 − log ∫ e^{−A v − v²/2} dv − log σ; not −∞ outside the interval. */
function logDensity(parameters: Parameters, batchShape: Shape, x: tf.Tensor): tf.Tensor {
  const interval = intervalOf(parameters, batchShape);
  const v = place(parameters, interval, x);
  const energy = v.mul(0.5).add(interval.anchor).mul(v);
  return energy.add(interval.mass.log()).add(parameters.sigma.log()).neg();
}

type Saved = [p: tf.Tensor, a: tf.Tensor, b: tf.Tensor, width: tf.Tensor, z: tf.Tensor];

/**
 * z with P(Z ≤ z) = p for a standard normal Z on [a, b], of one shape.
 *
 * From φ(z) dz = (1 − p) φ(a) da + p φ(b) db + (Φ(b) − Φ(a)) dp its gradient is implicit: (1 − p) φ(a)/φ(z)
 * and so on.
 */
function standardQuantile(p: tf.Tensor, a: tf.Tensor, b: tf.Tensor, width: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [u, from, to, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, (tensors: tf.Tensor[]) => void];
    const value = tf.tidy(() => {
      const interval = normalInterval(from, to, width);
      const { sign, anchor } = interval;
      const [isMirrored, rest] = [sign.less(0), tf.sub(1, u)];
      const v = intervalQuantile(interval, tf.where(isMirrored, rest, u), tf.where(isMirrored, u, rest));
      return v.add(anchor).mul(sign);
    });
    save([u, from, to, width, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, low, high, length, z] = saved as Saved;
        // φ(end) / φ(z), 0 for ends so far that their square overflows
        const ratio = (end: tf.Tensor): tf.Tensor => z.sub(end).mul(0.5).mul(z.add(end)).exp();
        const { sign, anchor, mass } = normalInterval(low, high, length);
        const v = z.mul(sign).sub(anchor);
        const all = mass.mul(v.mul(0.5).add(anchor).mul(v).exp()); // (Φ(b) − Φ(a)) / φ(z)
        return [dy.mul(all), dy.mul(tf.sub(1, q)).mul(ratio(low)), dy.mul(q).mul(ratio(high))];
      },
    };
  })(p, a, b);
}

/**
 * KL(q ‖ p) by the quadrature over q; ∞ where q's interval extends beyond p's. The quadrature is exact to
 * float32.
 */
export function klTruncatedNormal(q: TruncatedNormal, p: TruncatedNormal): tf.Tensor {
  const shape = broadcastShapes("kl", q.batchShape, p.batchShape);
  const { sign, anchor, nodes, weights } = intervalOf(q, shape);
  const z = nodes.add(anchor.expandDims(-1)).mul(sign.expandDims(-1));
  const [of, against] = [withLastAxis(q), withLastAxis(p)];
  const x = z.mul(of.sigma).add(of.mu); //                                       [...B, 32]
  const one = [...shape, 1];
  const ratio = logDensity(of, one, x).sub(logDensity(against, one, x));
  const distance = tf.minimum(
    broadcastTo(finite(q.low).sub(finite(p.low)), shape),
    broadcastTo(finite(p.high).sub(finite(q.high)), shape),
  );
  return ratio.mul(weights).sum(-1).maximum(0).sub(detached(logWithin, distance));
}

function withLastAxis({ mu, sigma, low, high }: Parameters): Parameters {
  const add = (x: tf.Tensor): tf.Tensor => x.expandDims(-1);
  return { mu: add(mu), sigma: add(sigma), low: add(low), high: add(high) };
}

tree.register<TruncatedNormal, Parameters>("truncatedNormal", {
  parts: ({ mu, sigma, low, high }) => ({ mu, sigma, low, high }),
  rebuild: ({ mu, sigma, low, high }) => truncatedNormal(mu, sigma, low, high),
});
