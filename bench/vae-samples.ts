import { standardDeviation, mean, table } from "./statistics";

/** The mean test NLL of each training run of both libraries, with one number of draws in training. */
export interface SamplesResult {
  readonly samples: number;
  readonly nll: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** The effect of increasing the number of draws in training. */
export interface SamplesStep {
  readonly from: number;
  readonly to: number;
  /** The decrease of the NLL, in nats. */
  readonly ours: number;
  readonly theirs: number;
  /** The standard errors of both decreases over the seeds. */
  readonly seedNoise: readonly [ours: number, theirs: number];
  /** Whether ours decreases by more than two standard errors. */
  readonly decreases: boolean;
}

/** Compares each number of draws with the previous one. */
export function compareSamples(results: readonly SamplesResult[]): SamplesStep[] {
  return results.slice(1).map((after, i) => {
    const before = results[i] ?? after;
    const [ours, oursNoise] = decreaseOf(before.nll.ours, after.nll.ours);
    const [theirs, theirsNoise] = decreaseOf(before.nll.theirs, after.nll.theirs);
    return {
      from: before.samples,
      to: after.samples,
      ours,
      theirs,
      seedNoise: [oursNoise, theirsNoise],
      decreases: ours > 2 * oursNoise,
    };
  });
}

/** Returns the difference of two means and its standard error. */
function decreaseOf(before: readonly number[], after: readonly number[]): [number, number] {
  const error = (values: readonly number[]): number => standardDeviation(values) ** 2 / values.length;
  return [mean(before) - mean(after), Math.sqrt(error(before) + error(after))];
}

/** Formats the comparisons as a Markdown table. */
export function formatSamples(steps: readonly SamplesStep[]): string {
  return table(
    ["K in training", "ours: NLL decreases by, nats", "PyTorch: NLL decreases by, nats", "significant"],
    steps.map(({ from, to, ours, theirs, seedNoise: [a, b], decreases }) => [
      `${from} → ${to}`,
      `${ours.toFixed(2)} ± ${a.toFixed(2)}`,
      `${theirs.toFixed(2)} ± ${b.toFixed(2)}`,
      decreases ? "yes" : "no",
    ]),
  );
}
