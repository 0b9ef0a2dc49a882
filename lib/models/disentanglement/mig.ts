import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/shape";
import { binned, columnsOf } from "./columns";

/** The mutual information gap and what it is made of. */
export interface Mig {
  /** The mean of the gaps, from 0 to 1. */
  readonly mig: number;
  /** One a factor: (I(z_first; v) − I(z_second; v)) / H(v), [F]. */
  readonly gaps: readonly number[];
  /** I(z_d; v_f) in nats, [D][F]. */
  readonly information: readonly (readonly number[])[];
}

/**
 * The mutual information gap: how much more the most informative code tells of a factor than the second one does, as a share of the
 * factor's entropy. 1 if each factor is in a code of its own.
 *
 * Chen et al. 2018, "Isolating Sources of Disentanglement in VAEs", equation 6. The informations are those of a histogram with bins of
 * equal width, as in Locatello et al. 2019; they are too high by about (bins − 1)² / 2n nats at most.
 *
 * @param codes [n, D], for example the encoder's means; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @param bins for columns with more different values than that, 20 by default.
 */
export function mig(codes: tf.Tensor, factors: tf.Tensor, { bins = 20 } = {}): Mig {
  checkCount("disentanglement.mig", "bins", bins, 2);
  const columns = columnsOf("disentanglement.mig", codes, factors);
  const z = columns.codes.map((column) => binned(column, bins));
  const v = columns.factors.map((column) => binned(column, bins));
  const information = z.map((code) => v.map((factor) => mutualInformation(code, factor)));
  const gaps = v.map((factor, f) => {
    const [first = 0, second = 0] = information.map((row) => row[f] ?? 0).sort((a, b) => b - a);
    return (first - second) / entropy(factor);
  });
  return { mig: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length, gaps, information };
}

/** I(a; b) = H(a) + H(b) − H(a, b) of two columns of whole numbers, in nats, as their counts have it. */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  const size = 1 + b.reduce((most, value) => Math.max(most, value), 0);
  const joint = a.map((value, i) => value * size + (b[i] ?? 0));
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint));
}

/** H of a column of whole numbers, in nats: −Σ p log p. */
export function entropy(column: Int32Array): number {
  const counts = new Map<number, number>();
  for (const value of column) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const p = count / column.length;
    return sum - p * Math.log(p);
  }, 0);
}
