import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../core/numeric/check-number";
import { columnsOf, standardized, varies, type Columns } from "./columns";
import { lasso, meanProduct, TOLERANCE } from "./lasso";

/** Disentanglement, completeness and informativeness. */
export interface Dci {
  /** From 0 to 1: 1 if no code matters for more than one factor; codes weigh as much as they matter. */
  readonly disentanglement: number;
  /** From 0 to 1: 1 if no factor needs more than one code. */
  readonly completeness: number;
  /** How far the factors are told wrong on the last quarter of the rows, in their standard deviations: 0 is perfect, 1 as bad as their mean. */
  readonly error: number;
  /** How much code d matters for factor f: the absolute weight of the regression, [D][F]. */
  readonly importance: readonly (readonly number[])[];
}

export interface DciOptions {
  /** The lasso's penalty α on standardized columns, 0.01 by default. */
  readonly alpha?: number;
  /**
   * Columns of `factors` that are names rather than amounts, as a shape is: each of their levels is told by itself, and their error is the
   * mean over the levels that the fitting rows have.
   */
  readonly choices?: readonly number[];
}

/**
 * Disentanglement, completeness and informativeness of codes, by the weights of lasso regressions from codes to factors.
 *
 * Eastwood & Williams 2018, "A Framework for the Quantitative Evaluation of Disentangled Representations", section 2, with the lasso of
 * their two regressors (the other is a random forest). A lasso sees what is linear in the codes alone. The first three quarters of the
 * rows fit; they should be in random order. Warns where codes are so nearly the same that the weights are not found.
 *
 * A code is a function of the image, as in the paper: give the encoder's means. They are standardized, and so the scores do not depend
 * on their scale: a coordinate that the decoder ignores counts, if its means follow a factor, however little they move.
 *
 * @param codes the encoder's means, [n, D]; n ≥ 4, D ≥ 2.
 * @param factors [n, F]; F ≥ 2. All are amounts, whether of few levels or continuous, but for those in `choices`.
 * @throws when shapes, choices or α do not fit, a number is not finite, a factor is constant in the rows that fit, or no code matters for
 *   any factor.
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
      `disentanglement.dci: choices must be columns 0 to ${columns.factors.length - 1}, got ${bad}`,
    );
  const rows = fittingRows(columns);
  const z = columns.codes.map((column) => standardized(column, rows));
  const heads = z.map((column) => column.subarray(0, rows));
  const gram = heads.map((a) => Float64Array.from(heads, (b) => meanProduct(a, b))); // ZᵀZ / n          [D][D]
  const tell = (y: Float64Array): Told => {
    const head = y.subarray(0, rows);
    const cross = Float64Array.from(heads, (column) => meanProduct(column, head)); //    Zᵀy / n          [D]
    const { weights, violation } = lasso(gram, cross, alpha);
    return { weights: Array.from(weights, Math.abs), error: errorOf(z, weights, y, rows), violation };
  };
  const told = columns.factors.map((column, f) => {
    const targets = choices.includes(f) ? indicators(column, rows) : [column];
    return average(targets.map((y) => tell(standardized(y, rows))));
  });
  warnOf(told);
  const importance = z.map((_, d) => told.map(({ weights }) => weights[d] ?? 0));
  const total = importance.flat().reduce((sum, value) => sum + value, 0);
  if (total === 0)
    throw new Error(
      `disentanglement.dci: no code matters for any factor at alpha = ${alpha}; lower alpha, or the codes are noise`,
    );
  return {
    disentanglement: importance.reduce(
      (sum, row) => sum + (row.reduce((a, b) => a + b, 0) / total) * concentration(row),
      0,
    ),
    completeness: told.reduce((sum, { weights }) => sum + concentration(weights), 0) / told.length,
    error: told.reduce((sum, { error }) => sum + error, 0) / told.length,
    importance,
  };
}

interface Told {
  readonly weights: readonly number[];
  readonly error: number;
  readonly violation: number;
}

/** √ of the mean of (y − Σ_d w_d z_d)² over the rows that did not fit. */
function errorOf(z: readonly Float64Array[], w: Float64Array, y: Float64Array, rows: number): number {
  let squares = 0;
  for (let i = rows; i < y.length; i++)
    squares += ((y[i] ?? NaN) - w.reduce((sum, weight, d) => sum + weight * (z[d]?.[i] ?? NaN), 0)) ** 2;
  return Math.sqrt(squares / (y.length - rows));
}

const average = (parts: readonly Told[]): Told => ({
  weights: (parts[0]?.weights ?? []).map(
    (_, d) => parts.reduce((sum, { weights }) => sum + (weights[d] ?? 0), 0) / parts.length,
  ),
  error: parts.reduce((sum, { error }) => sum + error, 0) / parts.length,
  violation: Math.max(...parts.map(({ violation }) => violation)),
});

function warnOf(told: readonly Told[]): void {
  told.forEach(({ violation }, f) => {
    if (violation > TOLERANCE)
      console.warn(
        `disentanglement.dci: the lasso of factors[:, ${f}] is not at its minimum, whose conditions should hold to ${TOLERANCE} and ` +
          `fail by up to ${violation.toPrecision(2)}; some codes are nearly the same: leave one out, or raise alpha`,
      );
  });
}

/** How many of the rows fit, from the first. */
function fittingRows({ codes, factors }: Columns): number {
  const n = codes[0]?.length ?? 0;
  if (n < 4)
    throw new Error(
      `disentanglement.dci: codes must have at least 4 rows, three to fit and one to tell, got ${n}; draw more`,
    );
  const rows = Math.ceil(0.75 * n);
  const same = factors.findIndex((column) => !varies(column.subarray(0, rows)));
  if (same < 0) return rows;
  throw new Error(
    `disentanglement.dci: factors[:, ${same}] must vary in the first ${rows} of the ${n} rows, which fit, ` +
      `got ${factors[same]?.[0] ?? NaN} in each of them; shuffle the rows of codes and factors alike`,
  );
}

/** One column for each level that a fitting row has: 1 where the factor has it. */
const indicators = (column: Float64Array, rows: number): Float64Array[] =>
  [...new Set(column.subarray(0, rows))].map((level) => column.map((value) => (value === level ? 1 : 0)));

/** 1 − H(shares) with the logarithm to the number of shares: 1 if one has all, 0 if all have the same, or nothing. */
function concentration(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const nats = amounts.reduce(
    (sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum),
    0,
  );
  return 1 - nats / Math.log(amounts.length);
}
