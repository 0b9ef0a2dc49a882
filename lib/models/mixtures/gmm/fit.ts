import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import * as tree from "../../../core/tensor/tree";
import { em, type EmFit, type EmReport } from "../../../inference/em";
import { checkCovariance, leastVariance, type Covariance } from "./covariance";
import { startAt } from "./init";
import { checkPoints, sizes, weights, type Gmm } from "./model";
import { checkData } from "./points";
import { eStep, mStep } from "./steps";

/** What `gmm.fit` needs to know: K and a key, or where to start. */
export type GmmFitOptions = {
  /** What the covariances may be; "full" by default. */
  readonly covariance?: Covariance;
  /** Ends a run when the mean log-likelihood rises by no more than this, in nats; 10⁻⁶ by default. */
  readonly tolerance?: number;
  /** M-steps of a run at most, 200 by default. */
  readonly maxIterations?: number;
  /** The smallest variance in any direction, in the squared unit of x; by default 10⁻⁶ of the mean variance of its columns. */
  readonly floor?: number;
  /** Called before the first M-step of each run and after each. */
  readonly report?: (report: EmReport<Gmm>) => void | Promise<void>;
} & (
  | {
      /** K. */
      readonly components: number;
      readonly key: random.Key;
      /** How many runs to make, each from other means; the best is taken. 1 by default. */
      readonly starts?: number;
    }
  | {
      /** The parameters to start from; they are left alone. */
      readonly init: Gmm;
    }
);

/** A fitted mixture. */
export interface GmmFit extends EmFit<Gmm> {
  /** The mean of log p(x) over the points, in nats. */
  readonly logLikelihood: number;
  /** The components that hold no point, or whose covariance is held at the floor. */
  readonly collapsed: readonly number[];
  /** The mean log-likelihood that each run came to. */
  readonly runs: readonly number[];
}

/**
 * Fits a Gaussian mixture by EM.
 *
 * The likelihood has no largest value: a component that shrinks onto one point makes it infinite. The floor keeps it finite and EM
 * monotone; of several runs the likeliest without a component at the floor is taken, and a warning says where there is none.
 *
 * @param x points [N, D].
 * @throws when x is not finite or is constant in a column, K is above N, or a number is out of range.
 */
export async function fit(x: tf.Tensor, options: GmmFitOptions): Promise<GmmFit> {
  const { covariance = "full" } = options;
  checkCovariance("gmm.fit", covariance);
  if ("init" in options) checkPoints("gmm.fit", options.init, x);
  const components = "init" in options ? sizes(options.init)[0] : options.components;
  const points = checkData("gmm.fit", x, components);
  const { floor = 1e-6 * points.variance } = options;
  checkAbove("gmm.fit", "floor", floor);
  const begin = (key: random.Key): Gmm => startAt(points, components, key);
  const beginnings = "init" in options ? [() => tree.clone(options.init)] : starts(options, begin);
  const runs: Run[] = [];
  for (const start of beginnings) {
    const params = start();
    const run = await em({
      ...settings(options),
      params,
      data: x,
      eStep,
      mStep: (statistics, before) => mStep(statistics, before, { covariance, floor }),
    }).finally(() => tree.dispose(params));
    runs.push({ ...run, collapsed: collapsedOf(run.params, floor, points.rows) });
  }
  const best = bestOf(runs);
  for (const run of runs) if (run !== best) tree.dispose(run.params);
  if (best.collapsed.length > 0) warn(best, floor, points.rows);
  return { ...best, logLikelihood: last(best), runs: runs.map(last) };
}

type Run = EmFit<Gmm> & { readonly collapsed: readonly number[] };

const last = ({ logLikelihoods }: Run): number => logLikelihoods.at(-1) ?? NaN;

/** The options that are those of `em`, where they are given. */
const settings = ({ tolerance, maxIterations, report }: GmmFitOptions) => ({
  ...(tolerance !== undefined && { tolerance }),
  ...(maxIterations !== undefined && { maxIterations }),
  ...(report !== undefined && { report }),
});

function starts(
  { key, starts: count = 1 }: Extract<GmmFitOptions, { key: random.Key }>,
  begin: (key: random.Key) => Gmm,
): (() => Gmm)[] {
  checkCount("gmm.fit", "starts", count, 1);
  return random.split(key, count).map((each: random.Key) => () => begin(each));
}

/** The likeliest run with the fewest collapsed components. */
const bestOf = (runs: readonly Run[]): Run =>
  runs.reduce((best, run) => {
    const fewer = best.collapsed.length - run.collapsed.length;
    return fewer > 0 || (fewer === 0 && last(run) > last(best)) ? run : best;
  });

/** The components with less than half a point, or a variance at the floor. */
function collapsedOf(params: Gmm, floor: number, rows: number): number[] {
  const [components, size] = sizes(params);
  const counts = tf.tidy(() => weights(params).mul(rows).dataSync());
  const entries = params.scaleTril.dataSync();
  const factor = (k: number): number[][] =>
    Array.from({ length: size }, (_, i) =>
      Array.from(entries.subarray((k * size + i) * size, (k * size + i + 1) * size)),
    );
  return Array.from({ length: components }, (_, k) => k).filter(
    (k) => (counts[k] ?? 0) < 0.5 || leastVariance(factor(k)) < 1.01 * floor,
  );
}

function warn({ params, collapsed }: Run, floor: number, rows: number): void {
  const counts = tf.tidy(() => weights(params).mul(rows).dataSync());
  for (const k of collapsed) {
    const count = counts[k] ?? 0;
    const what =
      count < 0.5
        ? `is empty (${count.toPrecision(2)} of ${rows} points)`
        : `has shrunk (${count.toPrecision(2)} of ${rows} points, a standard deviation held at ${Math.sqrt(floor).toPrecision(2)})`;
    console.warn(
      `gmm.fit: component ${k} ${what}; ask for fewer components, more starts, a simpler covariance or a higher floor`,
    );
  }
}
