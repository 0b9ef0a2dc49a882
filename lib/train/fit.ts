import type * as tf from "@tensorflow/tfjs";
import { valueAndGrad } from "../core/tensor/grad";
import { jit, type JitOptions, type Stateful } from "../jit";
import type { Optimizer } from "../core/optim";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import { checkShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import { minibatches, takeRows } from "./minibatches";

/** What training changes: parameters and the optimiser's state. */
export interface TrainState<P> {
  readonly params: P;
  readonly optimizer: unknown;
}

/** Named scalars that a step reports beside its loss. */
export type Metrics = Readonly<Record<string, tf.Tensor>>;

/** The loss of a minibatch and what to report: (params, batch, key) → [loss, metrics], all scalars. */
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

/** The step that goes one optimiser step down the gradient of a loss. */
export const gradientStep =
  <P>(loss: Loss<P>, optimizer: Optimizer): Step<P> =>
  (state, batch, key) =>
    tree.tidy(() => {
      const { value, grads, aux } = valueAndGrad(loss)(state.params, batch, key);
      checkMetrics(aux);
      const next = optimizer.update(grads, state.optimizer, state.params);
      return [
        { params: next.params, optimizer: next.state },
        { ...aux, loss: value },
      ];
    });

function checkMetrics(metrics: Metrics): void {
  for (const [name, x] of Object.entries(metrics)) {
    if (name === "loss")
      throw new Error('gradientStep: a metric is called "loss", as the loss itself is; rename it');
    checkShape("gradientStep", `the metric ${name}`, x, [], "reduce it with .mean() or .sum()");
  }
}

/** Where a training run stands. */
export interface Report<P> {
  /** Steps taken. */
  readonly step: number;
  /** A copy of the parameters, freed when the report is done; keep what is to stay with `tree.clone`. */
  readonly params: P;
  /** The mean of each metric over the steps since the last report; empty before the first step. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A finished or interrupted run: enough to go on from. */
export interface Fit<P> {
  readonly state: TrainState<P>;
  readonly step: number;
}

/** What `fit` needs to know. */
export interface FitOptions<P> {
  /** The parameters to start from; they are left alone. */
  readonly params: P;
  readonly loss: Loss<P>;
  readonly optimizer: Optimizer;
  /** [N, ...], one row an example. */
  readonly data: tf.Tensor;
  readonly batchSize: number;
  /** The step to reach, counted from the first run's beginning. */
  readonly steps: number;
  readonly key: random.Key;
  /** Called before the first step, after every `every` steps, and after the last. */
  readonly report?: (report: Report<P>) => void | Promise<void>;
  readonly every?: number;
  /** Called after each step; true ends the run, with the model as it is then. */
  readonly stop?: (step: number) => boolean;
  /** A run to go on with instead of starting anew. With the same key the curve is that of one uninterrupted run. */
  readonly resume?: Fit<P>;
  /** How the step is compiled. A loss that uses tensors from outside names them here, as `constants`. */
  readonly jit?: JitOptions;
}

/**
 * Trains parameters on shuffled minibatches, with the whole step compiled where that can be done (see `jit`).
 *
 * Step t draws from its own key, and so does the shuffling of each epoch: a run is a function of its key, wherever it is cut.
 * Between steps other work gets its turn, so that an interrupt or a figure comes through.
 *
 * @returns the new parameters and optimiser state, the caller's to dispose, and the number of steps taken.
 * @throws when a number is out of range, or the loss or a metric becomes NaN or infinite, naming it and the step.
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
  const tell = async (): Promise<void> => {
    if (report === undefined) return;
    const state = trainer.state();
    try {
      await report({ step: t, params: state.params, metrics: means.take() });
    } finally {
      tree.dispose(state);
    }
  };
  try {
    await tell();
    for (let done = t >= steps; !done;) {
      const metrics = tree.tidy(() => trainer(takeRows(data, rowsOf(t)), random.fold(stepKey, t)));
      t += 1;
      means.add(takeNumbers(metrics, t));
      done = stop?.(t) === true || t >= steps;
      if (done || t % every === 0) await tell();
      await new Promise(setImmediate);
    }
    return { state: trainer.state(), step: t };
  } finally {
    trainer.dispose();
  }
}

/** The compiled step, holding a copy of the state that the run begins with. */
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

/** The rows of step t's minibatch: each epoch has its own key and its own order. */
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

/** Reads a step's metrics and frees them. */
function takeNumbers(metrics: Metrics, t: number): Record<string, number> {
  const numbers = Object.fromEntries(
    Object.entries(metrics).map(([name, x]) => [name, x.dataSync()[0] ?? NaN]),
  );
  tree.dispose(metrics);
  const bad = ["loss", ...Object.keys(numbers)].find((name) => !Number.isFinite(numbers[name]));
  if (bad !== undefined)
    throw new Error(
      `fit: ${bad} is ${String(numbers[bad])} after step ${t}; lower the learning rate, or look at the data for NaN`,
    );
  return numbers;
}

/** Sums numbers by name and gives their means, once. */
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
