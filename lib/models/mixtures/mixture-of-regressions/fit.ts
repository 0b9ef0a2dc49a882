import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import {
  bestRun,
  startingPoints,
  type ComponentState,
  type GivenStart,
  type MixtureFit,
  type RandomStarts,
  type RunOptions,
} from "../restarts";
import { defaultFloors, floorOf } from "../data-matrix";
import { checkPairs, responsibilities, sizes, type Gate, type MixtureOfRegressions } from "./model";
import { checkData, startAt } from "./start";
import { eStep, mStep, type RegressionData, type RegressionMStepOptions } from "./steps";

/** Options of `mixtureOfRegressions.fit`: K and a key, or the parameters to start from. */
export type RegressionFitOptions = RunOptions<MixtureOfRegressions> & {
  /**
   * The smallest variance of y given x and z, in squared units of y; by default 10⁻⁶ of the variance of each
   * column of y.
   */
  readonly floor?: number;
  /** As in `mStep`, but positive. */
  readonly damping?: number;
  /** As in `mStep`. */
  readonly gateSteps?: number;
} & (
    | (RandomStarts & {
        /** Whether p(z|x) depends on x; "softmax" by default. */
        readonly gate?: Gate["kind"];
      })
    | GivenStart<MixtureOfRegressions>
  );

/** A fitted mixture of regressions; its log-likelihoods are those of a pair, log p(y|x). */
export type RegressionFit = MixtureFit<MixtureOfRegressions>;

/**
 * Fits p(y|x) = Σ_z p(z|x) N(y; W_zᵀ φ(x), diag σ_z²) by EM. With φ(x) from `mdn.features`, these are the
 * heads of a mixture density network with a fixed trunk.
 *
 * The likelihood is unbounded: a regression can interpolate as many pairs as it has coefficients. The floor
 * bounds it, and EM with the floor is still monotone. Of several runs, one without regressions at the floor
 * is preferred to a likelier one with; a warning names the regressions at the floor in the result.
 *
 * @param data features φ(x) [N, F] and y [N, D].
 * @throws if a value is not finite, a column of y is constant, K exceeds N, an option is out of range, or the
 *   shapes do not match.
 */
export async function fit(data: RegressionData, options: RegressionFitOptions): Promise<RegressionFit> {
  const caller = "mixtureOfRegressions.fit";
  const components = "init" in options ? sizes(options.init)[0] : options.components;
  const variances = checkData(caller, data, components);
  if ("init" in options) checkPairs(caller, options.init, data.features, data.y);
  const step = stepOptions(caller, options, variances);
  const gate = "init" in options ? options.init.gate.kind : (options.gate ?? "softmax");
  const starts = startingPoints(caller, options, (key) => startAt(data, gate, components, key, step));
  if (!["constant", "softmax"].includes(gate))
    throw new Error(`${caller}: gate must be one of constant, softmax, got "${gate}"`);
  return bestRun(
    {
      ...{ caller, data, eStep },
      floor: options.floor,
      rows: data.y.shape[0],
      mStep: (statistics, params) => mStep(statistics, params, data, step),
      statesOf: (params) => statesOf(params, data, step.floor),
      words: { component: "regression", points: "pairs", simpler: "fewer features" },
    },
    starts,
    options,
  );
}

function stepOptions(
  caller: string,
  { floor, damping = 1e-6, gateSteps = 10 }: RegressionFitOptions,
  variances: readonly number[],
): Required<RegressionMStepOptions> {
  if (floor !== undefined) checkAbove(caller, "floor", floor);
  checkAbove(caller, "damping", damping);
  checkCount(caller, "gateSteps", gateSteps, 1);
  return { floor: floor ?? defaultFloors(variances), damping, gateSteps };
}

function statesOf(
  params: MixtureOfRegressions,
  { features, y }: RegressionData,
  floor: number | readonly number[],
): ComponentState[] {
  const counts = tf.tidy(() => Array.from(responsibilities(params, features, y).sum(0).dataSync()));
  const sigma = params.sigma.dataSync();
  const outputs = sigma.length / counts.length;
  return counts.map((count, k) => {
    const own = Array.from(sigma.subarray(k * outputs, (k + 1) * outputs));
    return { count, multipleOfFloor: Math.min(...own.map((each, d) => each ** 2 / floorOf(floor, d))) };
  });
}
