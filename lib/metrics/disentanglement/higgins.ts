import type * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { columnsOf, standardized } from "./codes-and-factors";
import { factorLevels } from "./discretize";
import { logisticRegression } from "./logistic";
import { drawPairs, groupByLevel, type RowsByLevel } from "./pairs";

/** The options of {@link higgins}. */
export interface HigginsOptions {
  /**
   * L, the number of pairs averaged for one point of the classifier; by default 32, or as many as the rows
   * allow.
   */
  readonly pairs?: number;
  /** The number of points to train the classifier, and the number to score it, 500 by default. */
  readonly points?: number;
  /** The number of bins of equal width for a continuous factor, 20 by default. */
  readonly bins?: number;
}

/**
 * Returns Higgins' metric: the accuracy of a linear classifier that predicts which factor a set of pairs has
 * in common, from the mean of |z − z'| over the pairs. It is 1 if the factors are in separate codes.
 *
 * Higgins et al. 2017, "β-VAE", section 3 and algorithm 1, except that the pairs come from the given rows.
 * Both rows of a pair share a level of the factor, or a bin if it is continuous (fewer than two rows per
 * distinct value). Half of the rows train the classifier, the others score it, and no row occurs twice in a
 * point. Points of uninformative codes therefore have the same distribution for every factor, and their
 * expected score is 1 / F for any number of rows. With few rows, a single score varies widely, for any number
 * of points; average over several keys.
 *
 * As in the paper, the codes are the encoder's means. The score does not depend on their scale: a coordinate
 * that the decoder ignores counts if its means follow a factor, however little they vary.
 *
 * @param codes the encoder's means, [n, D]; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @returns the accuracy on held-out points, from 0 to 1.
 * @throws if the shapes or options do not fit, if a number is not finite, if a factor is constant, or if a
 *   half of the rows has too few pairs that share a level of a factor.
 */
export function higgins(
  codes: tf.Tensor,
  factors: tf.Tensor,
  key: random.Key,
  { pairs: wanted, points = 500, bins = 20 }: HigginsOptions = {},
): number {
  for (const [name, value, least] of [
    ["pairs", wanted ?? 32, 1],
    ["points", points, 2],
    ["bins", bins, 2],
  ] as const)
    checkCount("disentanglement.higgins", name, value, least);
  const columns = columnsOf("disentanglement.higgins", codes, factors);
  const [splitKey, drawKey] = random.split(key);
  const order = random.permutation(splitKey, columns.codes[0]?.length ?? 0);
  const middle = Math.ceil(order.length / 2);
  const levels = columns.factors.map((column) => factorLevels(column, bins));
  const halves = [order.subarray(0, middle), order.subarray(middle)].map((rows) =>
    levels.map((column) => groupByLevel(rows, column)),
  );
  const pairs = pairsFor(halves, wanted);
  const draw = uniforms(drawKey, 2 * points * (1 + 3 * pairs));
  const drawn = halves.flatMap((half) =>
    Array.from({ length: points }, () => {
      const label = Math.floor(draw() * half.length);
      return { label, x: meanDifference(columns.codes, drawPairs(half[label] ?? noRows, pairs, draw)) };
    }),
  );
  const labels = drawn.map(({ label }) => label);
  const rows = scaledByFirst(
    drawn.map(({ x }) => x),
    points,
  );
  const classify = logisticRegression(rows.slice(0, points), labels.slice(0, points), levels.length);
  return rows.slice(points).filter((row, i) => classify(row) === labels[points + i]).length / points;
}

const noRows: RowsByLevel = { rows: [], slots: [] };

/** L: the requested number; by default 32, or the number of pairs of the factor and half with the fewest. */
function pairsFor(halves: readonly (readonly RowsByLevel[])[], wanted?: number): number {
  const most = (halves[0] ?? []).map((_, f) => Math.min(...halves.map((half) => half[f]?.slots.length ?? 0)));
  const least = Math.min(...most);
  if (least >= (wanted ?? 1)) return wanted ?? Math.min(32, least);
  const [expected, options] =
    wanted === undefined || wanted === 1 ? ["1 pair", "bins"] : [`${wanted} pairs`, "pairs or bins"];
  throw new Error(
    `disentanglement.higgins: factors[:, ${most.indexOf(least)}] must have at least ${expected} of rows ` +
      `that share a level, or a bin if it is continuous, in each half of the rows, got ${least}; ` +
      `give more rows, or fewer ${options}`,
  );
}

/** The mean of |z − z'| over pairs of rows, [D]. */
function meanDifference(
  codes: readonly Float64Array[],
  pairs: readonly (readonly [number, number])[],
): number[] {
  return codes.map(
    (column) =>
      pairs.reduce((sum, [a, b]) => sum + Math.abs((column[a] ?? NaN) - (column[b] ?? NaN)), 0) /
      pairs.length,
  );
}

/** Standardizes the columns by the first rows, so that gradient descent converges faster. */
function scaledByFirst(rows: readonly (readonly number[])[], first: number): number[][] {
  const columns = (rows[0] ?? []).map((_, d) =>
    standardized(
      Float64Array.from(rows, (row) => row[d] ?? 0),
      first,
    ),
  );
  return rows.map((_, i) => columns.map((column) => column[i] ?? 0));
}

/** Returns a function that yields n uniform numbers in [0, 1), one per call. */
function uniforms(key: random.Key, n: number): () => number {
  const bits = random.bits(key, n);
  let next = 0;
  return () => ((bits[next++] ?? 0) >>> 9) * 2 ** -23;
}
