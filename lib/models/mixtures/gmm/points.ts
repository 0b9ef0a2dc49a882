import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
import { columnVariances, readFinite, type DataMatrix } from "../data-matrix";

/** Points [N, D] as plain numbers. */
export interface Points extends DataMatrix {
  /** The variances of the columns. */
  readonly variances: readonly number[];
}

/**
 * Reads points [N, D] and checks that a mixture of K components can be fitted to them.
 *
 * @throws if x has a different shape, a value is not finite, a column is constant, or there are fewer than K
 *   rows or fewer than 2.
 */
export function readPoints(caller: string, x: tf.Tensor, components: number): Points {
  checkShape(caller, "x", x, ["N", "D"], "one row per point");
  checkCount(caller, "components", components, 1);
  const rows = x.shape[0];
  if (components > rows)
    throw new Error(`${caller}: components must be at most the ${rows} rows of x, got ${components}`);
  const matrix = readFinite(caller, "x", x, "leave out such rows");
  return { ...matrix, variances: columnVariances(caller, "x", matrix) };
}
