import { deviation, mean, table } from "./statistics";

/** The mean test NLL of each training run, of both sides, with one number of draws in the bound that was trained. */
export interface SamplesResult {
  readonly samples: number;
  readonly nll: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** From one number of draws to the next. */
export interface SamplesStep {
  readonly from: number;
  readonly to: number;
  /** How much lower the NLL is with more draws, in nats. */
  readonly ours: number;
  readonly theirs: number;
  /** Standard errors of the two that the spread between seeds implies. */
  readonly seedNoise: readonly [ours: number, theirs: number];
  /** Whether ours falls by more than two of them. */
  readonly falls: boolean;
}

/** What more draws in training gain, step by step. */
export function compareSamples(results: readonly SamplesResult[]): SamplesStep[] {
  return results.slice(1).map((after, i) => {
    const before = results[i] ?? after;
    const [ours, oursNoise] = gain(before.nll.ours, after.nll.ours);
    const [theirs, theirsNoise] = gain(before.nll.theirs, after.nll.theirs);
    return {
      from: before.samples,
      to: after.samples,
      ours,
      theirs,
      seedNoise: [oursNoise, theirsNoise],
      falls: ours > 2 * oursNoise,
    };
  });
}

/** The difference of two means, and its standard error. */
function gain(before: readonly number[], after: readonly number[]): [number, number] {
  const error = (values: readonly number[]): number => deviation(values) ** 2 / values.length;
  return [mean(before) - mean(after), Math.sqrt(error(before) + error(after))];
}

/** The steps for people, as a Markdown table. */
export const describeSamples = (steps: readonly SamplesStep[]): string =>
  table(
    ["K in training", "ours: NLL falls by, nats", "PyTorch: NLL falls by, nats", "beyond the noise"],
    steps.map(({ from, to, ours, theirs, seedNoise: [a, b], falls }) => [
      `${from} → ${to}`,
      `${ours.toFixed(2)} ± ${a.toFixed(2)}`,
      `${theirs.toFixed(2)} ± ${b.toFixed(2)}`,
      falls ? "yes" : "no",
    ]),
  );
