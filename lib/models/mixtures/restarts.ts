import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { em, type EmFit, type EmOptions, type EmReport } from "../../inference/em";

/** Options of each EM run. */
export interface RunOptions<P> {
  /** Stops a run when the mean log-likelihood increases by no more than this, in nats; 10⁻⁶ by default. */
  readonly tolerance?: number;
  /** The largest number of M-steps in a run; 200 by default. */
  readonly maxIterations?: number;
  /** Called before the first M-step of each run and after every M-step. */
  readonly report?: (report: EmReport<P>) => void | Promise<void>;
}

/** Starts each run from K components at data points drawn at random. */
export interface RandomStarts {
  /** K. */
  readonly components: number;
  /** Draws the starting points. */
  readonly key: random.Key;
  /** The number of runs, each from different starting points; the best is returned. 1 by default. */
  readonly starts?: number;
}

/** Starts a single run from given parameters. */
export interface GivenStart<P> {
  /** The parameters to start from; they are not disposed. */
  readonly init: P;
}

/** The result of fitting a mixture by EM. */
export interface MixtureFit<P> extends EmFit<P> {
  /** The mean log-likelihood of a data point, in nats. */
  readonly logLikelihood: number;
  /** The components that are empty, or whose smallest variance is at the floor. */
  readonly collapsed: readonly number[];
  /** The final mean log-likelihood of each run. */
  readonly runs: readonly number[];
}

/** What decides whether a component has collapsed. */
export interface ComponentState {
  /** N_k, the sum of its responsibilities. */
  readonly count: number;
  /** Its smallest variance in any direction, as a multiple of the floor. */
  readonly multipleOfFloor: number;
}

/** A mixture as `bestRun` needs it: EM steps, and how to find and describe collapsed components. */
export interface MixtureProblem<P, D, S> extends Pick<EmOptions<P, D, S>, "data" | "eStep" | "mStep"> {
  /** The public function that was called, for errors and warnings. */
  readonly caller: string;
  /** The smallest variance that the M-step allows if the user gave it; by default it is one per column. */
  readonly floor: number | undefined;
  /** Reads the state of each component. */
  readonly statesOf: (params: P) => readonly ComponentState[];
  /** N, the number of data points. */
  readonly rows: number;
  /** What the warning calls a component and the data points, and what it suggests besides more starts. */
  readonly words: { readonly component: string; readonly points: string; readonly simpler: string };
}

/** Returns one function per run that creates the run's starting parameters. */
export function startingPoints<P>(
  caller: string,
  options: RandomStarts | GivenStart<P>,
  randomStart: (key: random.Key) => P,
): (() => P)[] {
  if ("init" in options) return [() => tree.clone(options.init)];
  const { key, starts = 1 } = options;
  checkCount(caller, "starts", starts, 1);
  return random.split(key, starts).map((each: random.Key) => () => randomStart(each));
}

/**
 * Runs EM from each starting point and returns the run with the fewest collapsed components; of several, the
 * one with the largest likelihood. Warns about each component that has collapsed in it.
 *
 * @throws if an option is out of range; see also `em`. Parameters of earlier runs are then disposed.
 */
export async function bestRun<P, D, S>(
  problem: MixtureProblem<P, D, S>,
  starts: readonly (() => P)[],
  options: RunOptions<P>,
): Promise<MixtureFit<P>> {
  checkRunOptions(problem.caller, options);
  const { data, eStep, mStep, statesOf } = problem;
  const { tolerance, maxIterations, report } = options;
  const runs: number[] = [];
  let best: Run<P> | undefined;
  try {
    for (const start of starts) {
      const params = start();
      const fit = await em({
        ...{ params, data, eStep, mStep, caller: problem.caller },
        ...(tolerance !== undefined && { tolerance }),
        ...(maxIterations !== undefined && { maxIterations }),
        ...(report !== undefined && { report }),
      }).finally(() => tree.dispose(params));
      const run = { fit, states: statesOf(fit.params) };
      runs.push(finalLogLikelihood(run));
      const [kept, dropped] = best === undefined || isBetter(run, best) ? [run, best] : [best, run];
      tree.dispose(dropped?.fit.params);
      best = kept;
    }
  } catch (error) {
    tree.dispose(best?.fit.params);
    throw error;
  }
  if (best === undefined) throw new Error(`${problem.caller}: starts must be a positive integer, got 0`);
  const collapsed = collapsedOf(best);
  for (const k of collapsed) warn(problem, k, best.states[k]?.count ?? 0);
  return { ...best.fit, collapsed, logLikelihood: finalLogLikelihood(best), runs };
}

function checkRunOptions(caller: string, { tolerance, maxIterations }: RunOptions<never>): void {
  if (maxIterations !== undefined) checkCount(caller, "maxIterations", maxIterations);
  if (Number.isNaN(tolerance)) throw new Error(`${caller}: tolerance must be a number, got NaN`);
}

interface Run<P> {
  readonly fit: EmFit<P>;
  readonly states: readonly ComponentState[];
}

function finalLogLikelihood({ fit }: Run<unknown>): number {
  return fit.logLikelihoods.at(-1) ?? NaN;
}

function isBetter(run: Run<unknown>, best: Run<unknown>): boolean {
  const fewer = collapsedOf(best).length - collapsedOf(run).length;
  return fewer > 0 || (fewer === 0 && finalLogLikelihood(run) > finalLogLikelihood(best));
}

/** A component with fewer points than this is empty. */
const LEAST_COUNT = 0.5;

function collapsedOf({ states }: Run<unknown>): number[] {
  return states.flatMap(({ count, multipleOfFloor }, k) =>
    count < LEAST_COUNT || multipleOfFloor < 1.01 ? [k] : [],
  );
}

function warn(
  {
    caller,
    floor,
    rows,
    words,
  }: Pick<MixtureProblem<never, never, never>, "caller" | "floor" | "rows" | "words">,
  k: number,
  count: number,
): void {
  const share = `${count.toPrecision(2)} of ${rows} ${words.points}`;
  const least = floor === undefined ? "a thousandth of its column's" : Math.sqrt(floor).toPrecision(2);
  const state =
    count < LEAST_COUNT
      ? `is empty (${share})`
      : `collapsed onto ${share} (standard deviation at its floor, ${least})`;
  console.warn(
    `${caller}: ${words.component} ${k} ${state}; ` +
      `use fewer components, more starts, ${words.simpler} or a higher floor`,
  );
}
