import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../core/numeric/check-number";
import { columnsOf, standardized, varies, type Columns } from "./codes-and-factors";
import { lasso, meanProduct, TOLERANCE } from "./lasso";

/** Disentanglement, completeness and informativeness scores. */
export interface Dci {
  /**
   * From 0 to 1: 1 if each code is important for at most one factor; a mean over codes, weighted by
   * importance.
   */
  readonly disentanglement: number;
  /** From 0 to 1: 1 if each factor is predicted by a single code. */
  readonly completeness: number;
  /**
   * The RMS error on the last quarter of the rows, in standard deviations of the factors: 0 is perfect, 1
   * that of the mean.
   */
  readonly error: number;
  /** The importance of code d for factor f, the absolute weight of the regression, [D][F]. */
  readonly importance: readonly (readonly number[])[];
}

/** The options of {@link dci}. */
export interface DciOptions {
  /** The lasso's penalty α on standardized columns, 0.01 by default. */
  readonly alpha?: number;
  /**
   * The columns of `factors` that are categorical, such as a shape: each level is predicted separately, and
   * the weights and errors are averaged over the levels that occur in the training rows.
   */
  readonly choices?: readonly number[];
}

/**
 * Returns the disentanglement, completeness and informativeness of codes, from the weights of lasso
 * regressions of the factors on the codes.
 *
 * Eastwood & Williams 2018, "A framework for the quantitative evaluation of disentangled representations",
 * section 2, with the lasso, one of their two regressors (the other is a random forest). A lasso detects only
 * linear relations. The first three quarters of the rows are the training rows; put the rows in random order.
 * Warns if the lasso does not converge, because codes are almost equal.
 *
 * As in the paper, a code is a function of the image: pass the encoder's means. They are standardized, so the
 * scores do not depend on their scale: a coordinate that the decoder ignores counts if its means follow a
 * factor, however little they vary.
 *
 * @param codes the encoder's means, [n, D]; n ≥ 4, D ≥ 2.
 * @param factors [n, F]; F ≥ 2. All are numeric, except those in `choices`.
 * @throws if the shapes, choices or α do not fit, if a number is not finite, if a factor is constant in the
 *   training rows, or if no code is important for any factor.
 */
export function dci(
  codes: tf.Tensor,
  factors: tf.Tensor,
  { alpha = 0.01, choices = [] }: DciOptions = {},
): Dci {
  checkAbove("disentanglement.dci", "alpha", alpha);
  const columns = columnsOf("disentanglement.dci", codes, factors);
  const bad = choices.find((f) => columns.factors[f] === undefined);
  if (bad !== undefined)
    throw new Error(
      `disentanglement.dci: choices must be columns from 0 to ${columns.factors.length - 1}, got ${bad}`,
    );
  const rows = trainingRows(columns);
  const z = columns.codes.map((column) => standardized(column, rows));
  const heads = z.map((column) => column.subarray(0, rows));
  const gram = heads.map((a) => Float64Array.from(heads, (b) => meanProduct(a, b))); // ZᵀZ / n     [D][D]
  const regress = (y: Float64Array): Regression => {
    const head = y.subarray(0, rows);
    const cross = Float64Array.from(heads, (column) => meanProduct(column, head)); //    Zᵀy / n     [D]
    const { weights, violation } = lasso(gram, cross, alpha);
    return { weights: Array.from(weights, Math.abs), error: errorOf(z, weights, y, rows), violation };
  };
  const regressions = columns.factors.map((column, f) => {
    const targets = choices.includes(f) ? indicators(column, rows) : [column];
    return average(targets.map((y) => regress(standardized(y, rows))));
  });
  warnIfNotConverged(regressions);
  const importance = z.map((_, d) => regressions.map(({ weights }) => weights[d] ?? 0));
  const total = importance.flat().reduce((sum, value) => sum + value, 0);
  if (total === 0)
    throw new Error(
      `disentanglement.dci: all weights are 0 at alpha = ${alpha}; lower alpha, unless the codes are noise`,
    );
  return {
    disentanglement: importance.reduce(
      (sum, row) => sum + (row.reduce((a, b) => a + b, 0) / total) * concentration(row),
      0,
    ),
    completeness:
      regressions.reduce((sum, { weights }) => sum + concentration(weights), 0) / regressions.length,
    error: regressions.reduce((sum, { error }) => sum + error, 0) / regressions.length,
    importance,
  };
}

/** The lasso regression of one factor on the codes. */
interface Regression {
  /** |w_d|, [D]. */
  readonly weights: readonly number[];
  /** The RMS error on the held-out rows. */
  readonly error: number;
  /** The violation of the optimality conditions, see `LassoFit`. */
  readonly violation: number;
}

/** The RMS of y − Σ_d w_d z_d over the held-out rows, those from `rows` on. */
function errorOf(z: readonly Float64Array[], w: Float64Array, y: Float64Array, rows: number): number {
  let squares = 0;
  for (let i = rows; i < y.length; i++)
    squares += ((y[i] ?? NaN) - w.reduce((sum, weight, d) => sum + weight * (z[d]?.[i] ?? NaN), 0)) ** 2;
  return Math.sqrt(squares / (y.length - rows));
}

/** The mean of the weights and errors, and the largest violation. */
function average(parts: readonly Regression[]): Regression {
  return {
    weights: (parts[0]?.weights ?? []).map(
      (_, d) => parts.reduce((sum, { weights }) => sum + (weights[d] ?? 0), 0) / parts.length,
    ),
    error: parts.reduce((sum, { error }) => sum + error, 0) / parts.length,
    violation: Math.max(...parts.map(({ violation }) => violation)),
  };
}

function warnIfNotConverged(regressions: readonly Regression[]): void {
  regressions.forEach(({ violation }, f) => {
    if (violation > TOLERANCE)
      console.warn(
        `disentanglement.dci: the lasso of factors[:, ${f}] did not converge; ` +
          `its optimality conditions must hold within ${TOLERANCE}, got ${violation.toPrecision(2)}; ` +
          "some codes are almost equal: leave one out, or raise alpha",
      );
  });
}

/** The number of training rows, the first three quarters. */
function trainingRows({ codes, factors }: Columns): number {
  const n = codes[0]?.length ?? 0;
  if (n < 4)
    throw new Error(
      `disentanglement.dci: codes must have at least 4 rows, 3 for training and 1 held out, ` +
        `got ${n}; draw more`,
    );
  const rows = Math.ceil(0.75 * n);
  const same = factors.findIndex((column) => !varies(column.subarray(0, rows)));
  if (same < 0) return rows;
  throw new Error(
    `disentanglement.dci: factors[:, ${same}] must vary in the training rows, the first ${rows} of ${n}, ` +
      `got ${factors[same]?.[0] ?? NaN} in each; shuffle the rows of codes and factors together`,
  );
}

/** One indicator column per level that occurs in the training rows: 1 where the factor has the level. */
function indicators(column: Float64Array, rows: number): Float64Array[] {
  return [...new Set(column.subarray(0, rows))].map((level) =>
    column.map((value) => (value === level ? 1 : 0)),
  );
}

/** 1 − H(shares) / log(count): 1 if one amount has everything, 0 if all amounts are equal, or all are 0. */
function concentration(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const nats = amounts.reduce(
    (sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum),
    0,
  );
  return 1 - nats / Math.log(amounts.length);
}
