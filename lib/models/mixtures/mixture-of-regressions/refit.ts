import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { leastSquares } from "./least-squares";
import { sizes, type MixtureOfRegressions } from "./model";

/** Sums over the pairs, as in `RegressionStatistics`. */
export interface Sums {
  readonly cross: tf.Tensor;
  readonly squares: tf.Tensor;
}

/** A regression with less of the pairs than this has none, and stays as it is. */
const EMPTY = 1e-20;

/** What `refit` needs beside the statistics. */
export interface RefitOptions {
  /** N_k. */
  readonly counts: readonly number[];
  /** A_k = Σ_n r_nk φ_n φ_nᵀ. */
  readonly moments: readonly Matrix[];
  /** What a step costs per square of its length along each of F features, so that the unit of a feature does not matter. */
  readonly costs: readonly number[];
  /** The smallest σ_k². */
  readonly floor: number;
}

/** W_k ← W_k + (A_k + diag c)⁻¹ G_k, and σ_k² the mean of the squares that are left. */
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
    const step = leastSquares(equations, costs) ?? refuse(`regression ${k}`, count, DEPENDENT);
    const variances = step.squares.map((rest) => Math.max(rest / count, floor));
    if (!variances.every((variance) => variance > 0)) refuse(`regression ${k}`, count, EXACT);
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

/** What is wrong with pairs whose moments are not positive definite. */
export const DEPENDENT =
  "have features that depend on one another; set damping above 0, or leave columns out";
const EXACT = "are met exactly, so that the likelihood has no bound; set a floor above 0";

/** Throws what is wrong with the pairs of a regression or of the gate. */
export function refuse(whose: string, count: number, what: string): never {
  throw new Error(`mixtureOfRegressions.mStep: the ${count.toPrecision(3)} pairs of ${whose} ${what}`);
}
