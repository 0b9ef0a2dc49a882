import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { broadcastShapes, showShape } from "../../core/tensor/shape";
import { diagonal, lowerTriangle, solveLower, squareSize } from "../../core/tensor/triangular";
import { broadcastTo } from "../../core/tensor/broadcast";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { toParameter } from "../base/parameter";

/** A batch of multivariate normal distributions with a full covariance. */
export interface MultivariateNormal extends With<Reparameterized, "entropy" | "mode"> {
  readonly kind: "multivariateNormal";
  /** The means μ, [..., D]. */
  readonly mu: tf.Tensor;
  /** The lower-triangular factor L of the covariance Σ = L Lᵀ, [..., D, D]. */
  readonly scaleTril: tf.Tensor;
  /** Σ = L Lᵀ, [...B, D, D]. */
  covariance(): tf.Tensor;
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Returns N(μ, L Lᵀ) over vectors [D].
 *
 * The covariance is given by its Cholesky factor, so that every factor with a positive diagonal is valid.
 * `cholesky` factorizes a covariance.
 *
 * @param location μ, [...B, D].
 * @param factor L, [...B, D, D], with a diagonal without zeros (not checked); entries above the diagonal are
 *   ignored.
 * @throws if L is not square, if its size differs from that of μ, or if the batch shapes do not broadcast.
 */
export function multivariateNormal(location: tf.Tensor, factor: tf.Tensor): MultivariateNormal {
  const mean = toParameter("multivariateNormal", "mean", location);
  const scaleTril = toParameter("multivariateNormal", "scaleTril", factor);
  const size = squareSize("multivariateNormal", "scaleTril", scaleTril);
  if (mean.shape.at(-1) !== size)
    throw new Error(`multivariateNormal: mean must be [..., D=${size}], got ${showShape(mean.shape)}`);
  const batchShape = broadcastShapes(
    "multivariateNormal",
    mean.shape.slice(0, -1),
    scaleTril.shape.slice(0, -2),
  );
  const eventShape = [size];
  const logScale = (): tf.Tensor => logDiagonal(scaleTril);
  return {
    kind: "multivariateNormal",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape,
    mu: mean,
    scaleTril,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const noise = random.normal(key, [...sampleShape, ...batchShape, 1, size]);
        return lowerTriangle(scaleTril).mul(noise).sum(-1).add(mean); // μ + L ε,  ε ~ N(0, I)
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("multivariateNormal.logProb", x, batchShape, eventShape);
        const z = solveLower(scaleTril, point.sub(mean)); // L⁻¹ (x − μ)
        return z
          .square()
          .sum(-1)
          .add(size * LOG_TWO_PI)
          .mul(-0.5)
          .sub(logScale()); // −½ |z|² − ½ D log 2π − ½ log |Σ|
      }),
    mean: () => broadcastTo(mean, [...batchShape, size]),
    variance: () =>
      // diag L Lᵀ
      tf.tidy(() => broadcastTo(lowerTriangle(scaleTril).square().sum(-1), [...batchShape, size])),
    entropy: () => tf.tidy(() => broadcastTo(logScale().add(0.5 * size * (LOG_TWO_PI + 1)), batchShape)),
    mode: () => broadcastTo(mean, [...batchShape, size]),
    covariance: () =>
      tf.tidy(() => {
        const lower = lowerTriangle(scaleTril);
        return broadcastTo(tf.matMul(lower, lower, false, true), [...batchShape, size, size]);
      }),
  };
}

/** ½ log |Σ| = Σ_i log |L_ii| of a factor of Σ = L Lᵀ, [..., D, D] to [...]. */
export function logDiagonal(scaleTril: tf.Tensor): tf.Tensor {
  return tf.tidy(() => diagonal(scaleTril).abs().log().sum(-1));
}

tree.register<MultivariateNormal, Pick<MultivariateNormal, "mu" | "scaleTril">>("multivariateNormal", {
  parts: ({ mu, scaleTril }) => ({ mu, scaleTril }),
  rebuild: ({ mu, scaleTril }) => multivariateNormal(mu, scaleTril),
});
