import * as tf from "@tensorflow/tfjs";
import { logGamma } from "../../core/random/log-gamma";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { betaCdf } from "../../core/special/incomplete-beta";
import { betaLogOddsQuantile } from "../../core/special/quantiles";
import { stirlingError, stirlingErrorSlope } from "../../core/special/stirling";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { broadcastShapes } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { atLevels } from "../base/at-levels";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { LEAST } from "../base/edge";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of Student's t distributions, with location and scale; their tails are powers of x. */
export interface StudentT extends With<Reparameterized, "entropy" | "cdf" | "quantile" | "mode"> {
  readonly kind: "studentT";
  /** Degrees of freedom ν, broadcast to [...B]. */
  readonly df: tf.Tensor;
  /** Locations μ, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Scales σ, broadcast to [...B]; not the standard deviations. */
  readonly sigma: tf.Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Returns the distribution of μ + σ t with t from Student's t distribution with ν degrees of freedom, one for
 * each element of the broadcast of the parameters.
 *
 * The mean is NaN for ν ≤ 1; the variance is infinite for 1 < ν ≤ 2, and NaN for ν ≤ 1. Draws are μ + σ ε /
 * √(2g/ν) with ε ~ N(0, 1) and g ~ Gamma(ν/2, 1), and have implicit reparameterization gradients (`gamma`).
 *
 * @param freedom degrees of freedom ν, above 0 (not checked), [...B].
 * @param location locations μ, 0 by default, [...B].
 * @param scale scales σ, above 0 (not checked), 1 by default, [...B].
 * @throws if the shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function studentT(freedom: Parameter, location: Parameter = 0, scale: Parameter = 1): StudentT {
  const df = toParameter("studentT", "df", freedom);
  const mu = toParameter("studentT", "mu", location);
  const sigma = toParameter("studentT", "sigma", scale);
  const batchShape = broadcastShapes(
    "studentT",
    broadcastShapes("studentT", df.shape, mu.shape),
    sigma.shape,
  );
  return {
    kind: "studentT",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    df,
    mu,
    sigma,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const [normalKey, gammaKey] = random.split(key);
        const half = broadcastTo(df.div(2), [...sampleShape, ...batchShape]);
        const logPrecision = logGamma(gammaKey, half).sub(half.log()); // log 2g/ν
        const z = random.normal(normalKey, half.shape).mul(logPrecision.mul(-0.5).exp());
        return z.mul(sigma).add(mu); //                                  μ + σ ε / √(2g/ν)
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const z = checkEvent("studentT.logProb", x, batchShape, []).sub(mu).div(sigma);
        const tail = logOnePlusSquare(z.div(df.sqrt())).mul(df.add(1).div(2)); // (ν + 1)/2 · log(1 + z²/ν)
        return logNormalizer(df.div(2)).sub(tail).sub(sigma.log());
      }),
    mean: () => tf.tidy(() => tf.where(broadcastTo(df, batchShape).greater(1), mu, NaN)),
    variance: () =>
      tf.tidy(() => {
        const variance = df.div(df.sub(2)).mul(sigma.square());
        const infinite = tf.where(df.greater(1), Infinity, NaN);
        return broadcastTo(tf.where(df.greater(2), variance, infinite), batchShape);
      }),
    entropy: () =>
      tf.tidy(() => {
        const a = df.div(2);
        const expected = a.add(0.5).mul(digammaStep(a)); // (ν + 1)/2 · (ψ((ν + 1)/2) − ψ(ν/2))
        return broadcastTo(expected.sub(logNormalizer(a)).add(sigma.log()), batchShape);
      }),
    cdf: (x) =>
      tf.tidy(() => {
        const z = checkEvent("studentT.cdf", x, batchShape, []).sub(mu).div(sigma);
        return standardCdf(broadcastTo(df, z.shape), z);
      }),
    quantile: (p) =>
      tf.tidy(() => {
        const levels = checkEvent("studentT.quantile", p, batchShape, []).add(tf.zeros(batchShape));
        const freedom = broadcastTo(df, levels.shape);
        const standard = atLevels(levels, [-Infinity, Infinity], (below, above) =>
          standardQuantile(freedom, below, above),
        );
        return standard.mul(sigma).add(mu);
      }),
    mode: () => broadcastTo(mu, batchShape),
  };
}

/** From here on, 1 + w² is w² in float32. */
const FAR = 1e4;

/** 1 where |w| is at least FAR, 0 elsewhere. */
function isFar(w: tf.Tensor): tf.Tensor {
  return w.abs().greaterEqual(FAR).cast("float32");
}

/** log(1 + w²) without overflow: 2 log |w| where w² is all of the sum. */
function logOnePlusSquare(w: tf.Tensor): tf.Tensor {
  const far = detached(isFar, w).greater(0);
  const near = tf.where(far, 0, w).square().log1p();
  return tf.where(far, tf.where(far, w, FAR).abs().log().mul(2), near);
}

/**
 * log Γ(a + ½) − log Γ(a) − ½ log 2πa for a = ν/2, as a log(1 + 1/2a) − ½ − ½ log 2π + δ(a + ½) − δ(a), which
 * tends to that of a normal distribution for large ν.
 */
function logNormalizer(a: tf.Tensor): tf.Tensor {
  return a
    .mul(a.mul(2).reciprocal().log1p())
    .sub(0.5 + HALF_LOG_TWO_PI)
    .add(stirlingError(a.add(0.5)))
    .sub(stirlingError(a));
}

/** ψ(a + ½) − ψ(a) = log(1 + 1/2a) + 1/2a − 1/(2a + 1) + δ′(a + ½) − δ′(a). */
function digammaStep(a: tf.Tensor): tf.Tensor {
  const inverse = a.mul(2).reciprocal();
  return inverse
    .log1p()
    .add(inverse)
    .sub(a.mul(2).add(1).reciprocal())
    .add(stirlingErrorSlope(a.add(0.5)))
    .sub(stirlingErrorSlope(a));
}

/** P(t ≤ z) from ½ P(B ≤ ν / (ν + z²)), the tail beyond |z|, with B ~ Beta(ν/2, ½). */
function standardCdf(df: tf.Tensor, z: tf.Tensor): tf.Tensor {
  // At z = 0 the derivative would be 0 · ∞; no density changes over 10⁻¹⁵
  const t = z.add(detached((value) => tf.where(value.abs().less(1e-15), 1e-15, 0), z));
  const w = t.div(df.sqrt());
  const ratio = w.clipByValue(-1e15, 1e15).square(); // z²/ν, kept finite
  const x = ratio.add(1).reciprocal();
  const y = ratio.add(LEAST).mul(x);
  const at = { x, y, logX: logOnePlusSquare(w).neg(), logY: y.log() };
  const tail = betaCdf(df.div(2), tf.fill(df.shape, 0.5), at).mul(0.5);
  return tf.where(z.less(0), tail, tf.sub(1, tail));
}

/** t with P(T ≤ t) = p, from P(|T| > |t|) = 2 min(p, q) = P(B ≤ ν / (ν + t²)) with B ~ Beta(ν/2, ½). */
function standardQuantile(df: tf.Tensor, p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const isLow = detached((x) => x.less(0.5).cast("float32"), p).greater(0);
  const outside = tf.where(isLow, p, q).mul(2);
  const inside = tf.sub(1, outside);
  const isMiddle = detached((x) => x.lessEqual(0).cast("float32"), inside).greater(0);
  const atMiddle = (x: tf.Tensor): tf.Tensor => tf.where(isMiddle, 0.5, x); // there t is 0
  const half = tf.fill(df.shape, 0.5);
  const logOdds = betaLogOddsQuantile(df.div(2), half, atMiddle(outside), atMiddle(inside));
  const distance = logOdds.mul(-0.5).exp().mul(df.sqrt()); //                            √(ν (1 − b) / b)
  return tf.where(isMiddle, 0, tf.where(isLow, distance.neg(), distance));
}

tree.register<StudentT, Pick<StudentT, "df" | "mu" | "sigma">>("studentT", {
  parts: ({ df, mu, sigma }) => ({ df, mu, sigma }),
  rebuild: ({ df, mu, sigma }) => studentT(df, mu, sigma),
});
