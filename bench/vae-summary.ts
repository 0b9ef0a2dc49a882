import { standardDeviation, mean, median, standardError, table } from "./statistics";
import type { Evaluation } from "./vae-ours";

/** A training run of one library: its evaluation, and the time per step of each turn. */
export interface Result extends Evaluation {
  readonly millisecondsPerStep: readonly number[];
}

/** A quantity of both libraries, in nats. */
interface Comparison {
  readonly name: string;
  /** The mean over seeds and test images. */
  readonly ours: number;
  readonly theirs: number;
  /** The standard errors of both over the test images. */
  readonly standardErrors: readonly [ours: number, theirs: number];
  /** ours − theirs. */
  readonly difference: number;
  /** The standard error of the difference over the seeds. */
  readonly seedNoise: number;
  readonly perSeed: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** The comparison of both libraries. */
export interface Summary {
  /** Whether the differences are small enough. */
  readonly within: boolean;
  readonly comparisons: readonly Comparison[];
  /** Medians over the turns. */
  readonly millisecondsPerStep: readonly [ours: number, theirs: number];
  /** The median of ours / theirs over pairs of consecutive turns. */
  readonly timeRatio: number;
}

/** The means agree if they differ by less than this, in nats. */
const ALLOWED = 1;

const NLL = "test NLL";

/** Formats a run as one line. */
export function formatRun({ elbo, nll, millisecondsPerStep, seconds }: Result): string {
  return (
    `ELBO ${mean(elbo).toFixed(2)}, NLL ${mean(nll).toFixed(2)}, ` +
    `${median(millisecondsPerStep).toFixed(1)} ms per step, evaluated in ${seconds.toFixed(0)} s`
  );
}

/** Returns the mean NLL of each run of both libraries. */
export function nllPerSeed({ comparisons }: Summary): Comparison["perSeed"] {
  return comparisons.find(({ name }) => name === NLL)?.perSeed ?? { ours: [], theirs: [] };
}

/**
 * Compares the runs of both libraries.
 *
 * @param samples draws in training; with more than one, the ELBO is not the training objective and may
 *   differ.
 */
export function summarize(ours: readonly Result[], theirs: readonly Result[], samples: number): Summary {
  const comparisons = [
    compare("test ELBO", ours, theirs, ({ elbo }) => elbo),
    compare(NLL, ours, theirs, ({ nll }) => nll),
  ];
  const timesOf = (runs: readonly Result[]): number[] => runs.flatMap((run) => run.millisecondsPerStep);
  const [a, b] = [timesOf(ours), timesOf(theirs)];
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
    standardDeviation(perSeed.ours) ** 2 / ours.length +
    standardDeviation(perSeed.theirs) ** 2 / theirs.length;
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

/** Formats the summary as a Markdown table and a verdict. */
export function formatSummary({ within, comparisons, millisecondsPerStep, timeRatio }: Summary): string {
  const plusMinus = (value: number, error: number): string => `${value.toFixed(2)} ± ${error.toFixed(2)}`;
  const rows = comparisons.map(({ name, ours: a, theirs: b, standardErrors, difference, seedNoise }) => [
    `${name}, nats`,
    plusMinus(a, standardErrors[0]),
    plusMinus(b, standardErrors[1]),
    plusMinus(difference, seedNoise),
  ]);
  const [ours, theirs] = millisecondsPerStep;
  rows.push(["ms per step", ours.toFixed(1), theirs.toFixed(1), `ratio ${timeRatio.toFixed(2)}`]);
  return [
    table(
      ["", "ours ± s.e. over images", "PyTorch ± s.e. over images", "difference ± noise of the seeds"],
      rows,
    ),
    "",
    `${within ? "Within" : "NOT within"} ${ALLOWED} nat.`,
  ].join("\n");
}
