import type * as tf from "@tensorflow/tfjs";
import type { JitOptions } from "../jit";
import type { Optimizer } from "../core/optim";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import * as tree from "../core/tensor/tree";
import { rowsIn, shuffledBatches, type Batches } from "./batches";
import { gradientStep, type Loss, type TrainState } from "./gradient-step";
import { train, type Run } from "./train";

/** The progress of a training run, as passed to `report`. */
export interface Report<P> {
  /** Steps taken. */
  readonly step: number;
  /** The current parameters, disposed after the report; keep a copy with `tree.clone`. */
  readonly params: P;
  /** The mean of each metric over the steps since the previous report; empty before the first step. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A finished or interrupted run of `fit`, which can be resumed. */
export type Fit<P> = Run<TrainState<P>>;

/** The options of {@link fit}. */
export interface FitOptions<P, B = tf.Tensor> {
  /** The initial parameters, which are not disposed. */
  readonly params: P;
  /** The loss to minimize. */
  readonly loss: Loss<P, B>;
  /** The optimizer, such as `adam()`. */
  readonly optimizer: Optimizer;
  /**
   * The training data: a tensor [N, ...], one example per row; a tree of tensors with a common leading axis,
   * such as `{ x, y }`; or a source of batches.
   */
  readonly data: B | Batches<B>;
  /** The number of rows per step; required unless the data are a source of batches. */
  readonly batchSize?: number;
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
  /** Ends the run with the current model when it is aborted. */
  readonly signal?: AbortSignal;
  /** A run to resume. With the same key, the result is that of one uninterrupted run. */
  readonly resume?: Fit<P>;
  /** The number of steps per call of the compiled step; chosen by the size of the model by default. */
  readonly stepsPerCall?: number;
  /** How to compile the step. */
  readonly jit?: JitOptions;
}

/**
 * Trains parameters on shuffled minibatches, with the whole step compiled where possible (see `jit`): `train`
 * with the step `gradientStep(loss, optimizer)`.
 *
 * Each step and the shuffling of each epoch use a separate key, so that the result depends only on `key`,
 * also if the run is interrupted and resumed. Between steps, the function yields to the event loop, so that
 * interrupts and figures are processed.
 *
 * @returns the new parameters and optimizer state, which the caller disposes, and the number of steps taken.
 * @throws if an option is out of range, or if the loss or a metric becomes NaN or infinite, naming it and the
 *   step.
 */
export async function fit<P, B = tf.Tensor>(options: FitOptions<P, B>): Promise<Fit<P>> {
  const { params, loss, optimizer, report, every = Infinity, ...rest } = options;
  checkCount("fit", "steps", options.steps, 1);
  if (every !== Infinity) checkCount("fit", "every", every, 1);
  const initial = tree.tidy(() => tree.clone({ params, optimizer: optimizer.init(params) }));
  try {
    return await train<TrainState<P>, B>({
      ...rest,
      caller: "fit",
      state: initial,
      step: gradientStep(loss, optimizer),
      batches: batchesOf(options),
      hooks: report === undefined ? [] : [{ every, run: (progress) => report(reportOf(progress)) }],
    });
  } finally {
    tree.dispose(initial);
  }
}

/** The progress of `train` as a report; the parameters are read when they are asked for. */
function reportOf<P>(progress: {
  step: number;
  state: TrainState<P>;
  metrics: Report<P>["metrics"];
}): Report<P> {
  return {
    step: progress.step,
    metrics: progress.metrics,
    get params() {
      return progress.state.params;
    },
  };
}

function batchesOf<P, B>({ data, batchSize, key }: FitOptions<P, B>): Batches<B> {
  if (isSource(data)) return data;
  const rows = rowsIn("fit", data);
  if (batchSize === undefined)
    throw new Error(`fit: batchSize must be an integer from 1 to ${rows}, the number of rows, got none`);
  const [shuffleKey] = random.split(key);
  return shuffledBatches(data, batchSize, shuffleKey);
}

function isSource<B>(data: B | Batches<B>): data is Batches<B> {
  return typeof data === "function";
}
