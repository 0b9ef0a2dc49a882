import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkData, type Points } from "./points";
import type { Gmm } from "./model";

/**
 * K points of the data that lie apart (k-means++, Arthur & Vassilvitskii 2007): the first at random, each other one with a probability in
 * proportion to its squared distance from the nearest so far.
 *
 * @returns the rows of the points, and the mean squared distance of all points from the nearest of them.
 */
export function seeds(
  { values, rows, columns }: Points,
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
    const row = pick(distances, u * total);
    total = approach(distances, values, columns, row, chosen.length === 0);
    chosen.push(row);
  }
  return { rows: chosen, distance: total / rows };
}

/** The first row at which the running sum of the weights passes `target`; a row without weight only where none has any. */
function pick(weights: Float64Array, target: number): number {
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

/** Makes each squared distance that to the given row where that is nearer; gives their sum. */
function approach(
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
 * A mixture to start from: means at K points of the data that lie apart, equal weights, and for all one round covariance, as wide
 * as the points are from the nearest mean.
 *
 * @param x points [N, D].
 * @throws when x is not finite or constant in a column, or has fewer than K rows.
 */
export function init(key: random.Key, x: tf.Tensor, components: number): Gmm {
  const points = checkData("gmm.init", x, components);
  return startAt(points, components, key);
}

/** `init` of points that were checked. */
export function startAt(points: Points, components: number, key: random.Key): Gmm {
  const { values, columns, variance } = points;
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
