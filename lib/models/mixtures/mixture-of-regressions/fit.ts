import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import * as tree from "../../../core/tensor/tree";
import { em, type EmFit, type EmReport } from "../../../inference/em";
import { checkPairs, responsibilities, sizes, type MixtureOfRegressions } from "./model";
import { checkData, startAt } from "./start";
import { eStep, mStep, type RegressionData, type RegressionMStepOptions } from "./steps";

/** What `mixtureOfRegressions.fit` needs to know: K and a key, or where to start. */
export type RegressionFitOptions = {
  /** Ends a run when the mean log-likelihood rises by no more than this, in nats; 10⁻⁶ by default. */
  readonly tolerance?: number;
  /** M-steps of a run at most, 200 by default. */
  readonly maxIterations?: number;
  /** The smallest variance of y given x and z, in its squared unit; by default 10⁻⁶ of the mean variance of the columns of y. */
  readonly floor?: number;
  /** As in `mStep`. */
  readonly damping?: number;
  /** As in `mStep`. */
  readonly gateSteps?: number;
  /** Called before the first M-step of each run and after each. */
  readonly report?: (report: EmReport<MixtureOfRegressions>) => void | Promise<void>;
} & (
  | {
      /** K. */
      readonly components: number;
      readonly key: random.Key;
      /** Whether p(z|x) depends on x; "softmax" by default. */
      readonly gate?: "constant" | "softmax";
      /** How many runs to make, each from another start; the best is taken. 1 by default. */
      readonly starts?: number;
    }
  | {
      /** The parameters to start from; they are left alone. */
      readonly init: MixtureOfRegressions;
    }
);

/** A fitted mixture of regressions. */
export interface RegressionFit extends EmFit<MixtureOfRegressions> {
  /** The mean of log p(y|x) over the pairs, in nats. */
  readonly logLikelihood: number;
  /** The regressions that answer for no pair, or whose σ is held at the floor. */
  readonly collapsed: readonly number[];
  /** The mean log-likelihood that each run came to. */
  readonly runs: readonly number[];
}

/**
 * Fits p(y|x) = Σ_z p(z|x) N(y; W_zᵀ φ(x), diag σ_z²) by EM: what a mixture density network's heads are, for features that stay fixed.
 *
 * A regression that goes through as many pairs as it has coefficients would make the likelihood infinite. The floor keeps it finite and
 * EM monotone; of several runs the likeliest without a regression at the floor is taken, and a warning says where there is none.
 *
 * @param data features φ(x) [N, F] and y [N, D].
 * @throws when a number is not finite or out of range, a column of y is constant, K is above N, or the shapes do not go together.
 */
export async function fit(data: RegressionData, options: RegressionFitOptions): Promise<RegressionFit> {
  const caller = "mixtureOfRegressions.fit";
  const components = "init" in options ? sizes(options.init)[0] : options.components;
  const variance = checkData(caller, data, components);
  if ("init" in options) checkPairs(caller, options.init, data.features, data.y);
  const step = stepOptions(caller, options, variance);
  const runs: Run[] = [];
  for (const begin of beginnings(caller, data, options, step)) {
    const params = begin();
    const run = await em({
      ...settings(options),
      params,
      data,
      eStep,
      mStep: (statistics, before) => mStep(statistics, before, data, step),
    }).finally(() => tree.dispose(params));
    runs.push({ ...run, counts: countsOf(run.params, data), sigma: Array.from(run.params.sigma.dataSync()) });
  }
  const { floor } = step;
  const best = bestOf(runs, floor);
  for (const run of runs) if (run !== best) tree.dispose(run.params);
  const collapsed = collapsedOf(best, floor);
  for (const k of collapsed) warn(k, best.counts, floor);
  const { params, logLikelihoods, iterations, converged } = best;
  return {
    ...{ params, logLikelihoods, iterations, converged, collapsed },
    logLikelihood: last(best),
    runs: runs.map(last),
  };
}

type Run = EmFit<MixtureOfRegressions> & {
  /** How many pairs each regression answers for. */
  readonly counts: readonly number[];
  /** [K·D] */
  readonly sigma: readonly number[];
};

const last = ({ logLikelihoods }: Run): number => logLikelihoods.at(-1) ?? NaN;

function stepOptions(
  caller: string,
  { floor, damping = 1e-6, gateSteps = 10 }: RegressionMStepOptions,
  variance: number,
): Required<RegressionMStepOptions> {
  const least = floor ?? 1e-6 * variance;
  checkAbove(caller, "floor", least);
  checkAbove(caller, "damping", damping);
  checkCount(caller, "gateSteps", gateSteps, 1);
  return { floor: least, damping, gateSteps };
}

/** The options that are those of `em`, where they are given. */
const settings = ({ tolerance, maxIterations, report }: RegressionFitOptions) => ({
  ...(tolerance !== undefined && { tolerance }),
  ...(maxIterations !== undefined && { maxIterations }),
  ...(report !== undefined && { report }),
});

function beginnings(
  caller: string,
  data: RegressionData,
  options: RegressionFitOptions,
  step: RegressionMStepOptions,
): (() => MixtureOfRegressions)[] {
  if ("init" in options) return [() => tree.clone(options.init)];
  const { components, key, gate = "softmax", starts = 1 } = options;
  checkCount(caller, "starts", starts, 1);
  if (!["constant", "softmax"].includes(gate))
    throw new Error(`${caller}: gate must be one of constant, softmax, got "${gate}"`);
  return random
    .split(key, starts)
    .map((each: random.Key) => () => startAt(data, gate, components, each, step));
}

const countsOf = (params: MixtureOfRegressions, { features, y }: RegressionData): number[] =>
  tf.tidy(() => Array.from(responsibilities(params, features, y).sum(0).dataSync()));

/** The regressions with less than half a pair, or with a variance at the floor. */
function collapsedOf({ counts, sigma }: Run, floor: number): number[] {
  const outputs = sigma.length / counts.length;
  return counts
    .map((count, k) => ({ count, k, least: Math.min(...sigma.slice(k * outputs, (k + 1) * outputs)) }))
    .filter(({ count, least }) => count < 0.5 || least ** 2 < 1.01 * floor)
    .map(({ k }) => k);
}

/** The likeliest run with the fewest collapsed regressions. */
const bestOf = (runs: readonly Run[], floor: number): Run =>
  runs.reduce((best, run) => {
    const fewer = collapsedOf(best, floor).length - collapsedOf(run, floor).length;
    return fewer > 0 || (fewer === 0 && last(run) > last(best)) ? run : best;
  });

function warn(k: number, counts: readonly number[], floor: number): void {
  const count = counts[k] ?? 0;
  const pairs = `${count.toPrecision(2)} of ${Math.round(counts.reduce((sum, each) => sum + each, 0))} pairs`;
  const what =
    count < 0.5
      ? `is empty (${pairs})`
      : `goes through its pairs (${pairs}, a standard deviation held at ${Math.sqrt(floor).toPrecision(2)})`;
  console.warn(
    `mixtureOfRegressions.fit: regression ${k} ${what}; ask for fewer components, more starts, fewer features or a higher floor`,
  );
}
