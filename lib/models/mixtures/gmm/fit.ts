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
   * The smallest variance in any direction, in squared units of x; by default 10⁻⁶ of the mean variance of
   * the columns of x.
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
  const { rows, variance } = points;
  const { floor = 1e-6 * variance } = options;
  checkAbove(caller, "floor", floor);
  const starts = startingPoints(caller, options, (key) => startAt(points, components, key));
  return bestRun(
    {
      ...{ caller, floor, rows, eStep },
      data: x,
      mStep: (statistics, params) => mStep(statistics, params, { covariance, floor }),
      statesOf: (params) => statesOf(params, rows),
      words: { component: "component", points: "points", simpler: "a simpler covariance" },
    },
    starts,
    options,
  );
}

function statesOf(params: Gmm, rows: number): ComponentState[] {
  const [, size] = sizes(params);
  const counts = tf.tidy(() => Array.from(weights(params).mul(rows).dataSync()));
  const entries = params.scaleTril.dataSync();
  const factor = (k: number): number[][] =>
    Array.from({ length: size }, (_, i) =>
      Array.from(entries.subarray((k * size + i) * size, (k * size + i + 1) * size)),
    );
  return counts.map((count, k) => ({ count, leastVariance: leastVariance(factor(k)) }));
}
