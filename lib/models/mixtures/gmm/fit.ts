import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../../core/numeric/check-number";
import {
  bestRun,
  startingPoints,
  type ComponentState,
  type GivenStart,
  type MixtureFit,
  type RandomStarts,
  type RunOptions,
} from "../restarts";
import { defaultFloors } from "../data-matrix";
import { checkCovariance, leastVariance, type Covariance } from "./covariance";
import { startAt } from "./init";
import { checkPoints, sizes, weights, type Gmm } from "./model";
import { readPoints } from "./points";
import { eStep, mStep } from "./steps";

/** Options of `gmm.fit`: K and a key, or the parameters to start from. */
export type GmmFitOptions = RunOptions<Gmm> & {
  /** The constraint on the covariances; "full" by default. */
  readonly covariance?: Covariance;
  /**
   * The smallest variance in any direction, in squared units of x. By default 10⁻⁶ of the variance of each
   * column of x, whatever its unit is; for spherical covariances, of their mean.
   */
  readonly floor?: number;
} & (RandomStarts | GivenStart<Gmm>);

/** A fitted mixture; its log-likelihoods are those of a point, log p(x). */
export type GmmFit = MixtureFit<Gmm>;

/**
 * Fits a Gaussian mixture by EM (Bishop 2006, section 9.2.2).
 *
 * The likelihood is unbounded: it grows without limit as a component shrinks onto one point. The floor bounds
 * it, and EM with the floor is still monotone. Of several runs, one without components at the floor is
 * preferred to a likelier one with; a warning names the components at the floor in the result.
 *
 * @param x points [N, D].
 * @throws if a value of x is not finite, a column is constant, K exceeds N, or an option is out of range.
 */
export async function fit(x: tf.Tensor, options: GmmFitOptions): Promise<GmmFit> {
  const caller = "gmm.fit";
  const { covariance = "full" } = options;
  checkCovariance(caller, covariance);
  if ("init" in options) checkPoints(caller, options.init, x);
  const components = "init" in options ? sizes(options.init)[0] : options.components;
  const points = readPoints(caller, x, components);
  const { rows, variances } = points;
  if (options.floor !== undefined) checkAbove(caller, "floor", options.floor);
  const floors = floorsOf(options.floor, covariance, variances);
  const starts = startingPoints(caller, options, (key) => startAt(points, components, key));
  return bestRun(
    {
      ...{ caller, rows, eStep },
      floor: options.floor,
      data: x,
      mStep: (statistics, params) => mStep(statistics, params, { covariance, floor: floors }),
      statesOf: (params) => statesOf(params, rows, floors),
      words: { component: "component", points: "points", simpler: "a simpler covariance" },
    },
    starts,
    options,
  );
}

/** The floors of the columns: the given one for all, or the default. */
function floorsOf(
  floor: number | undefined,
  covariance: Covariance,
  variances: readonly number[],
): readonly number[] {
  if (floor !== undefined) return variances.map(() => floor);
  const floors = defaultFloors(variances);
  const mean = floors.reduce((sum, each) => sum + each, 0) / floors.length;
  return covariance === "spherical" ? floors.map(() => mean) : floors;
}

function statesOf(params: Gmm, rows: number, floors: readonly number[]): ComponentState[] {
  const [, size] = sizes(params);
  const counts = tf.tidy(() => Array.from(weights(params).mul(rows).dataSync()));
  const entries = params.scaleTril.dataSync();
  const factor = (k: number): number[][] =>
    Array.from({ length: size }, (_, i) =>
      Array.from(entries.subarray((k * size + i) * size, (k * size + i + 1) * size)),
    );
  return counts.map((count, k) => ({ count, multipleOfFloor: leastVariance(factor(k), floors) }));
}
