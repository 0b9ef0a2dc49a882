import { deviation, mean, median, standardError, table } from "./statistics";
import type { Evaluation } from "./vae-ours";

/** A training run of one side: its evaluation, and the time of a step in each of its turns. */
export interface Result extends Evaluation {
  readonly millisecondsPerStep: readonly number[];
}

/** What is compared of two runs, in nats. */
interface Comparison {
  readonly name: string;
  /** The mean over seeds and test images. */
  readonly ours: number;
  readonly theirs: number;
  /** The standard errors of the two over the test images. */
  readonly standardErrors: readonly [ours: number, theirs: number];
  /** ours − theirs. */
  readonly difference: number;
  /** The standard error of the difference that the spread between seeds implies. */
  readonly seedNoise: number;
  readonly perSeed: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** How far apart the two sides are. */
export interface Summary {
  readonly within: boolean;
  readonly comparisons: readonly Comparison[];
  /** Medians over the turns. */
  readonly millisecondsPerStep: readonly [ours: number, theirs: number];
  /** ours / theirs, the median over turns that followed each other. */
  readonly timeRatio: number;
}

/** The two sides agree when their means differ by less, in nats. */
const ALLOWED = 1;

const NLL = "test NLL";

/** A run in a line. */
export const show = ({ elbo, nll, millisecondsPerStep, seconds }: Result): string =>
  `ELBO ${mean(elbo).toFixed(2)}, NLL ${mean(nll).toFixed(2)}, ${median(millisecondsPerStep).toFixed(1)} ms a step, ` +
  `evaluated in ${seconds.toFixed(0)} s`;

/** The mean NLL of each run of the two sides. */
export const nllPerSeed = ({ comparisons }: Summary): Comparison["perSeed"] =>
  comparisons.find(({ name }) => name === NLL)?.perSeed ?? { ours: [], theirs: [] };

/**
 * Compares the runs of the two sides.
 *
 * @param samples draws of the bound that was trained: with more than one, nothing was trained to have a good ELBO, and it may differ.
 */
export function summarize(ours: readonly Result[], theirs: readonly Result[], samples: number): Summary {
  const comparisons = [
    compare("test ELBO", ours, theirs, ({ elbo }) => elbo),
    compare(NLL, ours, theirs, ({ nll }) => nll),
  ];
  const times = (runs: readonly Result[]): number[] => runs.flatMap((run) => run.millisecondsPerStep);
  const [a, b] = [times(ours), times(theirs)];
  return {
    within: comparisons.every(
      ({ name, difference }) => Math.abs(difference) < ALLOWED || (samples > 1 && name !== NLL),
    ),
    comparisons,
    millisecondsPerStep: [median(a), median(b)],
    timeRatio: median(a.map((time, i) => time / (b[i] ?? NaN))),
  };
}

function compare(
  name: string,
  ours: readonly Result[],
  theirs: readonly Result[],
  of: (run: Result) => readonly number[],
): Comparison {
  const perSeed = { ours: ours.map((run) => mean(of(run))), theirs: theirs.map((run) => mean(of(run))) };
  const overImages = (runs: readonly Result[]): number => {
    const [first, ...others] = runs.map(of);
    return standardError(
      (first ?? []).map((value, i) => mean([value, ...others.map((run) => run[i] ?? NaN)])),
    );
  };
  const [a, b] = [mean(perSeed.ours), mean(perSeed.theirs)];
  const variance =
    deviation(perSeed.ours) ** 2 / ours.length + deviation(perSeed.theirs) ** 2 / theirs.length;
  return {
    name,
    ours: a,
    theirs: b,
    standardErrors: [overImages(ours), overImages(theirs)],
    difference: a - b,
    seedNoise: Math.sqrt(variance),
    perSeed,
  };
}

/** The summary for people, as a Markdown table and a verdict. */
export function describe({ within, comparisons, millisecondsPerStep, timeRatio }: Summary): string {
  const plusMinus = (value: number, error: number): string => `${value.toFixed(2)} ± ${error.toFixed(2)}`;
  const rows = comparisons.map(({ name, ours: a, theirs: b, standardErrors, difference, seedNoise }) => [
    `${name}, nats`,
    plusMinus(a, standardErrors[0]),
    plusMinus(b, standardErrors[1]),
    plusMinus(difference, seedNoise),
  ]);
  const [ours, theirs] = millisecondsPerStep;
  rows.push(["ms a step", ours.toFixed(1), theirs.toFixed(1), `ratio ${timeRatio.toFixed(2)}`]);
  return [
    table(
      ["", "ours ± s.e. over images", "PyTorch ± s.e. over images", "difference ± noise of the seeds"],
      rows,
    ),
    "",
    `${within ? "Within" : "NOT within"} ${ALLOWED} nat.`,
  ].join("\n");
}
