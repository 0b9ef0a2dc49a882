import type * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { columnsOf, factorLevels, standardized } from "./columns";
import { logisticRegression } from "./logistic";
import { alike, drawPairs, type Alike } from "./pairs";

export interface HigginsOptions {
  /** L, the pairs that one point of the classifier is the mean of: 32 by default, or as many as the rows have if those are fewer. */
  readonly pairs?: number;
  /** Points to fit the classifier, and as many to score it, 500 by default. */
  readonly points?: number;
  /** Bins of equal width for a continuous factor, one whose values hardly repeat; 20 by default. */
  readonly bins?: number;
}

/**
 * Higgins' metric: how often a linear classifier can tell which factor a set of pairs has in common, from the mean of |z − z'| over the
 * pairs. 1 if the factors are in codes of their own.
 *
 * Higgins et al. 2017, "β-VAE", section 3 and algorithm 1; here the pairs come from the rows at hand. Both rows of a pair have one level
 * of the factor, or one bin if it is continuous, its values having fewer than two rows on average. Half of the rows fit the classifier,
 * the others score it, and no row comes twice in a point. So a point of codes that know nothing has one law, whichever factor is common,
 * and their expected score is 1 / F for any number of rows. Of few rows single scores fall far from it, however many points there are;
 * the mean over several keys falls nearer.
 *
 * As in the paper, z are the encoder's means. The score does not depend on their scale: a coordinate that the decoder ignores counts, if
 * its means follow a factor, however little they move.
 *
 * @param codes the encoder's means, [n, D]; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @returns the accuracy on fresh points.
 * @throws when shapes or options do not fit, a number is not finite, a factor is constant, or a half has too few rows that share one's level.
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
    levels.map((column) => alike(rows, column)),
  );
  const pairs = pairsFor(halves, wanted);
  const draw = uniforms(drawKey, 2 * points * (1 + 3 * pairs));
  const drawn = halves.flatMap((half) =>
    Array.from({ length: points }, () => {
      const label = Math.floor(draw() * half.length);
      return { label, x: meanDifference(columns.codes, drawPairs(half[label] ?? nothing, pairs, draw)) };
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

const nothing: Alike = { rows: [], slots: [] };

/** L: what is wanted, or else 32 or as many as the scarcest factor has in the poorer half. */
function pairsFor(halves: readonly (readonly Alike[])[], wanted?: number): number {
  const most = (halves[0] ?? []).map((_, f) => Math.min(...halves.map((half) => half[f]?.slots.length ?? 0)));
  const least = Math.min(...most);
  if (least >= (wanted ?? 1)) return wanted ?? Math.min(32, least);
  const [few, fewer] =
    wanted === undefined || wanted === 1 ? ["a pair", "bins"] : [`at least ${wanted} pairs`, "pairs or bins"];
  throw new Error(
    `disentanglement.higgins: factors[:, ${most.indexOf(least)}] must have ${few} of different rows that share a level, ` +
      `or a bin if it is continuous, in either half of the rows, got ${least === 0 ? "none" : least}; ` +
      `give more rows, or ask for fewer ${fewer}`,
  );
}

/** The mean of |z − z'| over pairs of rows, [D]. */
const meanDifference = (
  codes: readonly Float64Array[],
  pairs: readonly (readonly [number, number])[],
): number[] =>
  codes.map(
    (column) =>
      pairs.reduce((sum, [a, b]) => sum + Math.abs((column[a] ?? NaN) - (column[b] ?? NaN)), 0) /
      pairs.length,
  );

/** Columns of mean 0 and variance 1 over the first rows: the classifier's descent goes better so. */
function scaledByFirst(rows: readonly (readonly number[])[], first: number): number[][] {
  const columns = (rows[0] ?? []).map((_, d) =>
    standardized(
      Float64Array.from(rows, (row) => row[d] ?? 0),
      first,
    ),
  );
  return rows.map((_, i) => columns.map((column) => column[i] ?? 0));
}

/** The next of n uniform numbers on [0, 1) at each call. */
function uniforms(key: random.Key, n: number): () => number {
  const words = random.bits(key, n);
  let next = 0;
  return () => ((words[next++] ?? 0) >>> 9) * 2 ** -23;
}
