import * as tf from "@tensorflow/tfjs";
import { floorOf } from "../data-matrix";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { leastSquares } from "./least-squares";
import { sizes, type MixtureOfRegressions } from "./model";

/** The part of `RegressionStatistics` that depends on the residuals. */
export interface Sums {
  readonly cross: tf.Tensor;
  readonly squares: tf.Tensor;
}

/** A regression with a smaller N_k keeps its parameters. */
const EMPTY = 1e-20;

/** Options of `refit`. */
export interface RefitOptions {
  /** N_k. */
  readonly counts: readonly number[];
  /** A_k = Σ_n r_nk φ_n φ_nᵀ. */
  readonly moments: readonly Matrix[];
  /** c, the damping of each coefficient, proportional to the squares of its feature, [F]. */
  readonly costs: readonly number[];
  /** The smallest σ_k², for all columns of y or for each. */
  readonly floor: number | readonly number[];
}

/** W_k ← W_k + (A_k + diag c)⁻¹ G_k, and σ_k² ← the mean squared residual after it. */
export function refit(
  statistics: Sums,
  params: MixtureOfRegressions,
  { counts, moments, costs, floor }: RefitOptions,
): Pick<MixtureOfRegressions, "coefficients" | "sigma"> {
  const [cross, squares] = [
    statistics.cross.arraySync() as Matrix[],
    statistics.squares.arraySync() as number[][],
  ];
  const [oldW, oldSigma] = [
    params.coefficients.arraySync() as Matrix[],
    params.sigma.arraySync() as number[][],
  ];
  const fitted = counts.map((count, k) => {
    const [w, sigma] = [oldW[k] ?? [], oldSigma[k] ?? []];
    if (count < EMPTY) return { w, sigma };
    const equations = { moments: moments[k] ?? [], cross: cross[k] ?? [], squares: squares[k] ?? [] };
    const step = leastSquares(equations, costs) ?? throwFor(`regression ${k}`, count, COLLINEAR);
    const variances = step.squares.map((rest, d) => Math.max(rest / count, floorOf(floor, d)));
    if (!variances.every((variance) => variance > 0)) throwFor(`regression ${k}`, count, INTERPOLATED);
    return {
      w: w.map((row, f) => row.map((value, d) => value + (step.change[f]?.[d] ?? NaN))),
      sigma: variances.map(Math.sqrt),
    };
  });
  const [components, size, outputs] = sizes(params);
  return {
    coefficients: tf.tensor3d(
      fitted.flatMap(({ w }) => w.flat()),
      [components, size, outputs],
    ),
    sigma: tf.tensor2d(
      fitted.flatMap(({ sigma }) => sigma),
      [components, outputs],
    ),
  };
}

/** The error for pairs whose moments are not positive definite. */
export const COLLINEAR = "have collinear features; set a positive damping or leave out columns";
const INTERPOLATED = "are interpolated, and the likelihood is unbounded; set a positive floor";

/** Throws the error for the pairs of a regression or of the gate. */
export function throwFor(whose: string, count: number, what: string): never {
  throw new Error(`mixtureOfRegressions.mStep: the ${count.toPrecision(3)} pairs of ${whose} ${what}`);
}
