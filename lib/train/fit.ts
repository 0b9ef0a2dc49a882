import type * as tf from "@tensorflow/tfjs";
import { valueAndGrad } from "../core/tensor/grad";
import { jit, type JitOptions, type Stateful } from "../jit";
import type { Optimizer } from "../core/optim";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import { checkShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import { minibatches, takeRows } from "./minibatches";

/** The state of training: the parameters and the state of the optimizer. */
export interface TrainState<P> {
  /** The parameters, a tree of tensors. */
  readonly params: P;
  /** The state of the optimizer, a tree of tensors. */
  readonly optimizer: unknown;
}

/** Named scalars that a step reports in addition to its loss. */
export type Metrics = Readonly<Record<string, tf.Tensor>>;

/**
 * The loss of a minibatch and metrics to report: (params, batch [B, ...], key) → [loss, metrics], all
 * scalars.
 */
export type Loss<P> = (
  params: P,
  batch: tf.Tensor,
  key: random.Key,
) => readonly [loss: tf.Tensor, metrics: Metrics];

/** A training step as a pure function: (state, batch, key) → [new state, metrics]. */
export type Step<P> = (
  state: TrainState<P>,
  batch: tf.Tensor,
  key: random.Key,
) => readonly [state: TrainState<P>, metrics: Metrics];

/**
 * Returns a training step: one step of the optimizer on the gradient of the loss.
 *
 * @returns a pure function, whose metrics include the loss as `loss`.
 * @throws from the step, if a metric is not a scalar or is named "loss".
 */
export function gradientStep<P>(loss: Loss<P>, optimizer: Optimizer): Step<P> {
  return (state, batch, key) =>
    tree.tidy(() => {
      const { value, grads, aux } = valueAndGrad(loss)(state.params, batch, key);
      checkMetrics(aux);
      const next = optimizer.update(grads, state.optimizer, state.params);
      return [
        { params: next.params, optimizer: next.state },
        { ...aux, loss: value },
      ];
    });
}

function checkMetrics(metrics: Metrics): void {
  for (const [name, x] of Object.entries(metrics)) {
    if (name === "loss")
      throw new Error(
        'gradientStep: a metric must not be named "loss", the name of the loss itself; rename it',
      );
    checkShape("gradientStep", `the metric ${name}`, x, [], "reduce it with .mean() or .sum()");
  }
}

/** The progress of a training run, as passed to `report`. */
export interface Report<P> {
  /** Steps taken. */
  readonly step: number;
  /** The current parameters, disposed after the report; keep a copy with `tree.clone`. */
  readonly params: P;
  /** The mean of each metric over the steps since the previous report; empty before the first step. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A finished or interrupted training run, which can be resumed. */
export interface Fit<P> {
  /** The parameters and the state of the optimizer; the caller disposes them. */
  readonly state: TrainState<P>;
  /** The number of steps taken since the start of the first run. */
  readonly step: number;
}

/** The options of {@link fit}. */
export interface FitOptions<P> {
  /** The initial parameters, which are not disposed. */
  readonly params: P;
  /** The loss to minimize. */
  readonly loss: Loss<P>;
  /** The optimizer, such as `adam()`. */
  readonly optimizer: Optimizer;
  /** The training data, [N, ...], one example per row. */
  readonly data: tf.Tensor;
  /** The number of rows per step. */
  readonly batchSize: number;
  /** The step to train up to, counted from the start of the first run. */
  readonly steps: number;
  /** The key of the shuffling and of the draws in the loss. */
  readonly key: random.Key;
  /**
   * Called before the first step, after every `every` steps, and after the last one; a promise is awaited.
   */
  readonly report?: (report: Report<P>) => void | Promise<void>;
  /** The number of steps between reports; only the first and the last by default. */
  readonly every?: number;
  /** Called after each step; returning true ends the run with the current model. */
  readonly stop?: (step: number) => boolean;
  /** A run to resume. With the same key, the result is that of one uninterrupted run. */
  readonly resume?: Fit<P>;
  /** How to compile the step. */
  readonly jit?: JitOptions;
}

/**
 * Trains parameters on shuffled minibatches, with the whole step compiled where possible (see `jit`).
 *
 * Each step and the shuffling of each epoch use a separate key, so that the result depends only on `key`,
 * also if the run is interrupted and resumed. Between steps, the function yields to the event loop, so that
 * interrupts and figures are processed.
 *
 * @returns the new parameters and optimizer state, which the caller disposes, and the number of steps taken.
 * @throws if an option is out of range, or if the loss or a metric becomes NaN or infinite, naming it and the
 *   step.
 */
export async function fit<P>(options: FitOptions<P>): Promise<Fit<P>> {
  const { data, steps, every = Infinity, report, stop, resume } = options;
  checkCount("fit", "steps", steps, 1);
  if (every !== Infinity) checkCount("fit", "every", every, 1);
  const [shuffleKey, stepKey] = random.split(options.key);
  const rowsOf = batchRows(shuffleKey, data.shape[0], options.batchSize);
  let t = resume?.step ?? 0;
  const trainer = startTrainer(options);
  const means = runningMeans();
  const callReport = async (): Promise<void> => {
    if (report === undefined) return;
    const state = trainer.state();
    try {
      await report({ step: t, params: state.params, metrics: means.take() });
    } finally {
      tree.dispose(state);
    }
  };
  try {
    await callReport();
    for (let done = t >= steps; !done;) {
      const metrics = tree.tidy(() => trainer(takeRows(data, rowsOf(t)), random.fold(stepKey, t)));
      t += 1;
      means.add(takeNumbers(metrics, t));
      done = stop?.(t) === true || t >= steps;
      if (done || t % every === 0) await callReport();
      await new Promise(setImmediate);
    }
    return { state: trainer.state(), step: t };
  } finally {
    trainer.dispose();
  }
}

/** The compiled step, with a copy of the initial state. */
function startTrainer<P>({
  params,
  optimizer,
  loss,
  resume,
  ...options
}: FitOptions<P>): Stateful<TrainState<P>, [batch: tf.Tensor, key: random.Key], Metrics> {
  const step = gradientStep(loss, optimizer);
  return tree.tidy(() => {
    const initial = resume?.state ?? { params, optimizer: optimizer.init(params) };
    return jit.stateful(step, initial, { name: "the step of fit", ...options.jit });
  });
}

/** The row indices of step t's minibatch; each epoch has a separate key. */
function batchRows(key: random.Key, n: number, batchSize: number): (t: number) => Int32Array {
  let epoch = -1;
  let rows: Int32Array[] = [];
  return (t) => {
    const perEpoch = Math.max(1, Math.floor(n / batchSize));
    if (epoch !== Math.floor(t / perEpoch)) {
      epoch = Math.floor(t / perEpoch);
      rows = minibatches(random.fold(key, epoch), n, batchSize);
    }
    return rows[t % perEpoch] ?? new Int32Array();
  };
}

/** Reads the metrics of a step, and disposes them. */
function takeNumbers(metrics: Metrics, t: number): Record<string, number> {
  const numbers = Object.fromEntries(
    Object.entries(metrics).map(([name, x]) => [name, x.dataSync()[0] ?? NaN]),
  );
  tree.dispose(metrics);
  const bad = ["loss", ...Object.keys(numbers)].find((name) => !Number.isFinite(numbers[name]));
  if (bad !== undefined)
    throw new Error(
      `fit: ${bad} must be finite, got ${String(numbers[bad])} after step ${t}; ` +
        "lower the learning rate, or check the data for NaN",
    );
  return numbers;
}

/** Accumulates numbers by name; `take` returns their means and resets them. */
function runningMeans(): { add(numbers: Record<string, number>): void; take(): Record<string, number> } {
  let sums: Record<string, number> = {};
  let count = 0;
  return {
    add(numbers) {
      for (const [name, value] of Object.entries(numbers)) sums[name] = (sums[name] ?? 0) + value;
      count += 1;
    },
    take() {
      const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
      [sums, count] = [{}, 0];
      return means;
    },
  };
}
