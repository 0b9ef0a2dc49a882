import type * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../core/numeric/check-number";
import { choleskyOf } from "../core/numeric/symmetric-matrix";
import * as random from "../core/random";
import { checkShape } from "../core/tensor/shape";

/** Features with the values that they are to predict, one row each. */
export interface Labelled {
  /** [n, D]. */
  readonly features: tf.Tensor;
  /** [n, F]. */
  readonly targets: tf.Tensor;
}

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** The number of random features that are added to the given ones, 150 by default; 0 for a linear probe. */
  readonly hidden?: number;
  /** The penalty λ of the squared weights, 1 by default. */
  readonly penalty?: number;
}

/**
 * Returns the share of the variance of each target that a regression on the features predicts in other rows:
 * R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)² over the rows of `test`, ȳ their mean. It is 1 for a perfect prediction, 0
 * for the mean, and may be negative.
 *
 * The regression is a ridge regression, |y − ŷ|² + λ |w|², on the features, standardized by the rows of
 * `train`, and on `hidden` random features max(0, wᵀ x + b) of them, w ~ N(0, I / D) and b ~ N(0, 1) (Rahimi
 * & Recht 2008, "Random kitchen sinks"): they make it nonlinear, while it is still solved exactly. It says
 * whether features determine a quantity, such as a velocity, that no label was given for in training.
 *
 * @param train the rows to fit.
 * @param test the rows to predict: of other sequences than those of `train`.
 * @returns one number per target, [F].
 * @throws if the shapes differ, a number is not finite, or an option is out of range.
 */
export function probe(
  train: Labelled,
  test: Labelled,
  key: random.Key,
  { hidden = 150, penalty = 1 }: ProbeOptions = {},
): number[] {
  checkCount("probe", "hidden", hidden);
  checkAbove("probe", "penalty", penalty);
  const [rows = 0, size = 0] = train.features.shape;
  const [, targets = 0] = train.targets.shape;
  checkShape("probe", "train.features", train.features, ["n", "D"]);
  checkShape("probe", "train.targets", train.targets, [`n=${rows}`, "F"]);
  checkShape("probe", "test.features", test.features, ["n", `D=${size}`]);
  checkShape("probe", "test.targets", test.targets, [`n=${test.features.shape[0]}`, `F=${targets}`]);
  const inputs = table("train.features", train.features);
  const expand = expansion(key, inputs, hidden);
  const fitted = ridge(inputs.map(expand), table("train.targets", train.targets), penalty);
  const truth = table("test.targets", test.targets);
  const predicted = table("test.features", test.features).map((row) => fitted(expand(row)));
  return Array.from({ length: targets }, (_, f) => {
    const mean = truth.reduce((sum, y) => sum + at(y, f), 0) / truth.length;
    let [rest, all] = [0, 0];
    truth.forEach((y, i) => {
      rest += (at(y, f) - at(predicted[i], f)) ** 2;
      all += (at(y, f) - mean) ** 2;
    });
    return 1 - rest / all;
  });
}

function at(row: ArrayLike<number> | undefined, i: number): number {
  return row?.[i] ?? NaN;
}

/** The rows of a matrix, checked to be finite. */
function table(name: string, x: tf.Tensor): Float64Array[] {
  const [rows = 0, width = 0] = x.shape;
  const values = Float64Array.from(x.dataSync());
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `probe: ${name} must be finite, got ${at(values, bad)} in row ${Math.floor(bad / width)}`,
    );
  return Array.from({ length: rows }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

/** Returns the map from features to standardized ones and random ones of them. */
function expansion(key: random.Key, rows: readonly Float64Array[], hidden: number) {
  const size = rows[0]?.length ?? 0;
  const means = columnMeans(rows);
  const scales = columnMeans(rows.map((row) => row.map((x, j) => (x - at(means, j)) ** 2))).map((v) =>
    v > 0 ? 1 / Math.sqrt(v) : 0,
  );
  const [weightKey, shiftKey] = random.split(key);
  const weights = plainNormal(weightKey, hidden * size);
  const shifts = plainNormal(shiftKey, hidden);
  return (row: Float64Array): Float64Array => {
    const x = row.map((value, j) => (value - at(means, j)) * at(scales, j));
    const all = new Float64Array(size + hidden);
    all.set(x);
    for (let k = 0; k < hidden; k++) {
      let dot = 0;
      for (let j = 0; j < size; j++) dot += at(weights, k * size + j) * at(x, j);
      all[size + k] = Math.max(0, dot / Math.sqrt(size) + at(shifts, k)); // max(0, wᵀ x + b)
    }
    return all;
  };
}

/** Draws n numbers from N(0, 1). */
function plainNormal(key: random.Key, n: number): Float64Array {
  if (n === 0) return new Float64Array(0);
  const draws = random.normal(key, [n]);
  const values = Float64Array.from(draws.dataSync());
  draws.dispose();
  return values;
}

function columnMeans(rows: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) row.forEach((x, j) => (sums[j] = at(sums, j) + x));
  return sums.map((sum) => sum / rows.length);
}

/** Fits y ≈ ȳ + (x − x̄)ᵀ W by ridge regression, and returns the prediction. */
function ridge(x: readonly Float64Array[], y: readonly Float64Array[], penalty: number) {
  const [xMean, yMean] = [columnMeans(x), columnMeans(y)];
  const size = xMean.length;
  const gram = Array.from({ length: size }, (_, i) => {
    const row = new Array<number>(size).fill(0);
    row[i] = penalty; // Xᵀ X + λ I
    return row;
  });
  const cross = Array.from({ length: size }, () => new Float64Array(yMean.length)); // Xᵀ Y
  x.forEach((row, n) => {
    const centred = row.map((value, j) => value - at(xMean, j));
    for (let i = 0; i < size; i++) {
      const left = at(centred, i);
      const target = gram[i] ?? [];
      for (let j = 0; j <= i; j++) target[j] = at(target, j) + left * at(centred, j);
      const sums = cross[i] ?? new Float64Array(0);
      for (let f = 0; f < sums.length; f++) sums[f] = at(sums, f) + left * (at(y[n], f) - at(yMean, f));
    }
  });
  const lower = choleskyOf(gram);
  if (lower === undefined)
    throw new Error("probe: the features are too nearly collinear; use a larger penalty");
  const weights = solve(lower, cross);
  return (row: Float64Array): Float64Array =>
    yMean.map((mean, f) => {
      let sum = mean;
      for (let j = 0; j < size; j++) sum += (at(row, j) - at(xMean, j)) * at(weights[j], f);
      return sum;
    });
}

/** Solves L Lᵀ W = B. */
function solve(lower: readonly (readonly number[])[], b: readonly Float64Array[]): Float64Array[] {
  const w = b.map((row) => Float64Array.from(row));
  const size = lower.length;
  const eliminate = (i: number, from: number, factor: (j: number) => number, to: number): void => {
    const row = w[i] ?? new Float64Array(0);
    for (let f = 0; f < row.length; f++) {
      let rest = at(row, f);
      for (let j = from; j < to; j++) rest -= factor(j) * at(w[j], f);
      row[f] = rest / at(lower[i], i);
    }
  };
  for (let i = 0; i < size; i++) eliminate(i, 0, (j) => at(lower[i], j), i);
  for (let i = size - 1; i >= 0; i--) eliminate(i, i + 1, (j) => at(lower[j], i), size);
  return w;
}
