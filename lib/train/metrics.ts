import type * as tf from "@tensorflow/tfjs";
import * as tree from "../core/tensor/tree";

/** Named scalars that a step reports. */
export type Metrics = Readonly<Record<string, tf.Tensor>>;

/** The metrics of one step as numbers. */
export type Numbers = Readonly<Record<string, number>>;

/** The remedy for a number that is not finite before the parameters have changed. */
const AT_FIRST =
  "check the data for NaN, and that the model can produce them: " +
  "a Bernoulli decoder needs numbers from 0 to 1 (divide grey levels by 255)";

/**
 * Reads the metrics of a call, and disposes them.
 *
 * @param steps the number of steps of the call; the metrics of more than one are stacked.
 * @param before the number of steps taken before the call, for the message.
 * @returns one record per step.
 * @throws if a metric is NaN or infinite, naming it and the step; the loss comes first.
 */
export function takeNumbers(caller: string, metrics: Metrics, steps: number, before: number): Numbers[] {
  const columns = Object.entries(metrics).map(([name, x]) => [name, x.dataSync()] as const);
  tree.dispose(metrics);
  const rows = Array.from({ length: steps }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i] ?? NaN])),
  );
  rows.forEach((numbers, i) => {
    const names = Object.keys(numbers);
    const bad = ["loss", ...names].find((name) => name in numbers && !Number.isFinite(numbers[name]));
    if (bad === undefined) return;
    const step = before + i + 1;
    throw new Error(
      `${caller}: ${bad} must be finite, got ${String(numbers[bad])} after step ${step}; ` +
        (step === 1 ? AT_FIRST : "lower the learning rate, or check the data for NaN"),
    );
  });
  return rows;
}

/** Accumulates numbers by name. */
export interface RunningMeans {
  /** Adds the numbers of a step. */
  add(numbers: Numbers): void;
  /** Returns the means since the previous call; empty if there are none. */
  take(): Numbers;
}

/** Returns empty means. */
export function runningMeans(): RunningMeans {
  let sums: Record<string, number> = {};
  let counts: Record<string, number> = {};
  return {
    add(numbers) {
      for (const [name, value] of Object.entries(numbers)) {
        sums[name] = (sums[name] ?? 0) + value;
        counts[name] = (counts[name] ?? 0) + 1;
      }
    },
    take() {
      const mean = ([name, sum]: [string, number]): [string, number] => [name, sum / (counts[name] ?? 1)];
      const means = Object.fromEntries(Object.entries(sums).map(mean));
      [sums, counts] = [{}, {}];
      return means;
    },
  };
}
