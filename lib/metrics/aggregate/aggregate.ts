import { checkCount } from "../../core/numeric/check-number";
import { stream, type Key } from "../../core/random";

/** The scores of several runs of each task: tasks × runs, where tasks may have different numbers of runs. */
export type Scores = readonly (readonly number[])[];

/** A number that sums up scores. */
export type Statistic = (scores: Scores) => number;

/** Throws unless there is a score for each task, and all are finite. */
function checkScores(caller: string, scores: Scores): void {
  if (scores.length === 0 || scores.some((runs) => runs.length === 0))
    throw new Error(
      `${caller}: scores must hold at least one run of each task, got ` +
        `[${scores.map((runs) => runs.length).join(", ")}]`,
    );
  const bad = scores.flat().find((score) => !Number.isFinite(score));
  if (bad !== undefined) throw new Error(`${caller}: scores must be finite, got ${bad}`);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns the mean of the scores of all tasks and runs. */
export function mean(scores: Scores): number {
  checkScores("aggregate.mean", scores);
  return meanOf(scores.flat());
}

/** Returns the median over tasks of the mean over runs. */
export function median(scores: Scores): number {
  checkScores("aggregate.median", scores);
  return quantile(Float64Array.from(scores, meanOf).sort(), 0.5);
}

/**
 * Returns the interquartile mean: the mean of the scores of all tasks and runs without the lowest and the
 * highest quarter, each rounded down to whole scores (Agarwal et al. 2021, "Deep reinforcement learning at
 * the edge of the statistical precipice", section 4.3). It is less sensitive to outliers than the mean, and
 * needs fewer runs than the median.
 *
 * @throws if a task has no run, or a score is not finite.
 */
export function interquartileMean(scores: Scores): number {
  checkScores("aggregate.interquartileMean", scores);
  const sorted = Float64Array.from(scores.flat()).sort();
  const cut = Math.floor(sorted.length / 4);
  return meanOf(Array.from(sorted.subarray(cut, sorted.length - cut)));
}

/**
 * Returns the optimality gap: by how much scores fall short of a target on average, mean of max(γ − x, 0).
 *
 * @param target γ, the score beyond which more does not count.
 */
export function optimalityGap(scores: Scores, target = 1): number {
  checkScores("aggregate.optimalityGap", scores);
  return meanOf(scores.flat().map((score) => Math.max(target - score, 0)));
}

/**
 * Returns the probability that a run of x has a higher score than one of y on a task, averaged over tasks; a
 * tie counts a half (the Mann-Whitney statistic; Agarwal et al. 2021, section 4.3).
 *
 * @throws if the numbers of tasks differ.
 */
export function probabilityOfImprovement(x: Scores, y: Scores): number {
  checkScores("aggregate.probabilityOfImprovement", x);
  checkScores("aggregate.probabilityOfImprovement", y);
  if (x.length !== y.length)
    throw new Error(
      "aggregate.probabilityOfImprovement: x and y must be of the same tasks, " +
        `got ${x.length} and ${y.length}`,
    );
  return meanOf(
    x.map((runs, task) =>
      meanOf(runs.flatMap((a) => (y[task] ?? []).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))),
    ),
  );
}

/** A statistic with its confidence interval. */
export interface BootstrapInterval {
  /** The statistic of the scores themselves. */
  readonly estimate: number;
  /** The lower end of the interval. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
}

/** Options of {@link bootstrap}. */
export interface BootstrapOptions {
  /** The number of resampled sets of scores, 2,000 by default. */
  readonly draws?: number;
  /** The coverage of the interval, 0.95 by default. */
  readonly confidence?: number;
}

/**
 * Returns a statistic with its stratified bootstrap interval: runs are drawn with replacement within each
 * task, and the interval goes between percentiles of the statistic over draws (Agarwal et al. 2021, section
 * 4.1). With five runs of one task, the interval covers less than it says.
 *
 * @param statistic such as `interquartileMean`.
 * @throws if a task has no run, a score is not finite, or an option is out of range.
 */
export function bootstrap(
  scores: Scores,
  statistic: Statistic,
  key: Key,
  { draws = 2000, confidence = 0.95 }: BootstrapOptions = {},
): BootstrapInterval {
  checkScores("aggregate.bootstrap", scores);
  checkCount("aggregate.bootstrap", "draws", draws, 1);
  if (!(confidence > 0 && confidence < 1))
    throw new Error(`aggregate.bootstrap: confidence must be between 0 and 1, got ${confidence}`);
  const numbers = stream(key);
  const drawn = Float64Array.from({ length: draws }, () =>
    statistic(scores.map((runs) => runs.map(() => numbers.choice(runs)))),
  ).sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate: statistic(scores),
    lower: quantile(drawn, tail),
    upper: quantile(drawn, 1 - tail),
  };
}

/** Returns a quantile of sorted numbers, interpolated linearly between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const [low = NaN, high = NaN] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (position - Math.floor(position)) * (high - low);
}
