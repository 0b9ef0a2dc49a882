import * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/shape";
import { choleskyOf, eigenSymmetric, type Matrix } from "../../core/symmetric";
import type { Gmm } from "./model";

/** A mixture in the numbers that people think in. */
export interface GmmNumbers {
  /** p(z), K numbers that sum to 1. */
  readonly weights: readonly number[];
  /** μ_z, K vectors of D numbers. */
  readonly means: Matrix;
  /** Σ_z, K symmetric positive definite matrices of D by D numbers. */
  readonly covariances: readonly Matrix[];
}

/** Weights are taken for rounded ones when their sum is within this of 1. */
const ROUNDING = 1e-4;

/**
 * A mixture of given weights, means and covariances.
 *
 * @throws when the weights are negative or do not sum to 1, a covariance is not symmetric or not positive definite, a number is not
 *   finite, or the sizes do not go together; the message names the argument.
 */
export function create({ weights, means, covariances }: GmmNumbers): Gmm {
  checkWeights(weights);
  const [components, size] = [weights.length, means[0]?.length ?? 0];
  checkSizes(
    "means",
    [means.length, ...means.map((row) => row.length)],
    [components, ...means.map(() => size)],
  );
  checkFinite("means", means.flat());
  if (covariances.length !== components)
    throw new Error(
      `gmm.create: covariances must be one for each of ${components} weights, got ${covariances.length}`,
    );
  const factors = covariances.map((covariance, i) => factor(`covariances[${i}]`, covariance, size));
  return {
    logits: tf.tensor1d(weights.map((weight) => Math.log(Math.max(weight, 1e-30)))),
    means: tf.tensor2d(means.flat(), [components, size]),
    scaleTril: tf.tensor3d(factors.flat(2), [components, size, size]),
  };
}

function checkWeights(weights: readonly number[]): void {
  const bad = weights.findIndex((weight) => !(weight >= 0));
  if (bad >= 0) throw new Error(`gmm.create: weights[${bad}] must be >= 0, got ${String(weights[bad])}`);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(Math.abs(sum - 1) <= ROUNDING))
    throw new Error(`gmm.create: weights must sum to 1, got ${short(sum)}; divide each by their sum`);
}

function checkSizes(name: string, got: readonly number[], expected: readonly number[]): void {
  if (got.join() === expected.join() && got.every((size) => size > 0)) return;
  const [rows = 0, columns = 0] = expected;
  throw new Error(
    `gmm.create: ${name} must be ${rows} rows of one length (${columns} in the first), got ${String(got[0])} rows of ${got.slice(1).join(", ")}`,
  );
}

function checkFinite(name: string, values: readonly number[]): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`gmm.create: ${name} must be finite, got ${bad}`);
}

function factor(name: string, covariance: Matrix, size: number): number[][] {
  const shape = [covariance.length, ...covariance.map((row) => row.length)];
  if (shape.some((length) => length !== size))
    throw new Error(
      `gmm.create: ${name} must be ${showShape([size, size])}, as the means are of ${size} numbers, got rows of ${shape.slice(1).join(", ")}`,
    );
  checkFinite(name, covariance.flat());
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      const other = covariance[j]?.[i] ?? NaN;
      if (Math.abs(value - other) > 1e-5 * (Math.abs(value) + Math.abs(other)))
        throw new Error(
          `gmm.create: ${name} must be symmetric, got ${value} at [${i}][${j}] and ${other} at [${j}][${i}]`,
        );
    });
  });
  const lower = choleskyOf(covariance);
  if (lower !== undefined) return lower;
  const least = Math.min(...eigenSymmetric(covariance).values);
  throw new Error(
    `gmm.create: ${name} must be positive definite, got one with the eigenvalue ${short(least)}; ` +
      "add a little more than that to its diagonal, or look for columns that depend on one another",
  );
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
