import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { readPoints, type Points } from "./points";
import type { Gmm } from "./model";

/**
 * Chooses K points of the data by k-means++ (Arthur & Vassilvitskii 2007): the first uniformly, each other
 * one with probability proportional to its squared distance from the nearest point chosen before.
 *
 * @returns the rows of the chosen points, and the mean squared distance of all points from the nearest of
 *   them.
 */
export function seeds(
  { values, rows, columns }: Omit<Points, "variances">,
  components: number,
  key: random.Key,
): {
  readonly rows: readonly number[];
  readonly distance: number;
} {
  const uniform = tf.tidy(() => Array.from(random.uniform(key, [components]).dataSync()));
  const distances = new Float64Array(rows).fill(1);
  const chosen: number[] = [];
  let total = rows;
  for (const u of uniform) {
    const row = firstAbove(distances, u * total);
    total = updateDistances(distances, values, columns, row, chosen.length === 0);
    chosen.push(row);
  }
  return { rows: chosen, distance: total / rows };
}

/** Returns the first row at which the cumulative weight exceeds `target`, skipping rows of weight 0. */
function firstAbove(weights: Float64Array, target: number): number {
  let [sum, last] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    sum += weight;
    last = row;
    if (sum > target) return row;
  }
  return last;
}

/** Updates the squared distances to the nearest chosen row in place for a new row, and returns their sum. */
function updateDistances(
  distances: Float64Array,
  values: Points["values"],
  columns: number,
  to: number,
  first: boolean,
): number {
  let total = 0;
  for (let row = 0; row < distances.length; row++) {
    let square = 0;
    for (let j = 0; j < columns; j++)
      square += ((values[row * columns + j] ?? NaN) - (values[to * columns + j] ?? NaN)) ** 2;
    const nearest = first ? square : Math.min(square, distances[row] ?? 0);
    distances[row] = nearest;
    total += nearest;
  }
  return total;
}

/**
 * Returns initial parameters for EM: means at K points of the data chosen by k-means++, equal weights, and
 * one spherical covariance for all, of the mean squared distance from the nearest mean.
 *
 * @param x points [N, D].
 * @param components K.
 * @throws if a value of x is not finite, a column is constant, or there are fewer than K rows.
 */
export function init(key: random.Key, x: tf.Tensor, components: number): Gmm {
  const points = readPoints("gmm.init", x, components);
  return startAt(points, components, key);
}

/** As `init`, for points that are already checked. */
export function startAt(points: Points, components: number, key: random.Key): Gmm {
  const { values, columns, variances } = points;
  const variance = variances.reduce((sum, each) => sum + each, 0) / columns;
  const { rows, distance } = seeds(points, components, key);
  const sigma = Math.sqrt(Math.max(distance / columns, 1e-6 * variance));
  return tf.tidy(() => ({
    logits: tf.zeros([components]),
    means: tf.tensor2d(
      rows.map((row) => Array.from(values.subarray(row * columns, (row + 1) * columns))),
      [components, columns],
    ),
    scaleTril: tf.eye(columns).mul(sigma).expandDims(0).tile([components, 1, 1]),
  }));
}
