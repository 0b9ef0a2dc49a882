import type * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/shape";
import { columnsOf, factorLevels, standardized } from "./columns";
import { logisticRegression } from "./logistic";

export interface HigginsOptions {
  /** L, the pairs that one point of the classifier is the mean of, 32 by default. */
  readonly pairs?: number;
  /** Points to fit the classifier, and as many to score it, 500 by default. */
  readonly points?: number;
  /** Bins of equal width for a continuous factor, one whose values hardly repeat; 20 by default. */
  readonly bins?: number;
}

/**
 * Higgins' metric: how often a linear classifier can tell which factor a set of pairs has in common, from the mean of |z − z'| over the
 * pairs. 1 if the factors are in codes of their own, 1 / F for codes that know nothing of them.
 *
 * Higgins et al. 2017, "β-VAE", section 3 and algorithm 1; here the pairs come from the rows at hand, both rows from one bin of the factor.
 *
 * @param codes [n, D]; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @returns the accuracy on fresh points.
 */
export function higgins(
  codes: tf.Tensor,
  factors: tf.Tensor,
  key: random.Key,
  { pairs = 32, points = 500, bins = 20 }: HigginsOptions = {},
): number {
  for (const [name, value, least] of [
    ["pairs", pairs, 1],
    ["points", points, 2],
    ["bins", bins, 2],
  ] as const)
    checkCount("disentanglement.higgins", name, value, least);
  const columns = columnsOf("disentanglement.higgins", codes, factors);
  const groups = columns.factors.map((column) => rowsByBin(factorLevels(column, bins)));
  const draw = uniforms(key, 2 * points * (1 + 2 * pairs));
  const labels: number[] = [];
  const differences = Array.from({ length: 2 * points }, () => {
    const factor = Math.floor(draw() * groups.length);
    labels.push(factor);
    return meanDifference(columns.codes, groups[factor] ?? [], pairs, draw);
  });
  const rows = scaledByFirst(differences, points);
  const classify = logisticRegression(rows.slice(0, points), labels.slice(0, points), groups.length);
  return rows.slice(points).filter((row, i) => classify(row) === labels[points + i]).length / points;
}

/** Of each row, all rows in the same bin. */
function rowsByBin(column: Int32Array): (readonly number[])[] {
  const members = new Map<number, number[]>();
  column.forEach((bin, i) => {
    const rows = members.get(bin);
    if (rows === undefined) members.set(bin, [i]);
    else rows.push(i);
  });
  return Array.from(column, (bin) => members.get(bin) ?? []);
}

/** The mean of |z − z'| over pairs of rows from one bin, [D]. */
function meanDifference(
  codes: readonly Float64Array[],
  alike: readonly (readonly number[])[],
  pairs: number,
  draw: () => number,
): number[] {
  const sums = codes.map(() => 0);
  for (let l = 0; l < pairs; l++) {
    const a = Math.floor(draw() * alike.length);
    const partners = alike[a] ?? [];
    const b = partners[Math.floor(draw() * partners.length)] ?? a;
    codes.forEach((column, d) => (sums[d] = (sums[d] ?? 0) + Math.abs((column[a] ?? 0) - (column[b] ?? 0))));
  }
  return sums.map((sum) => sum / pairs);
}

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
