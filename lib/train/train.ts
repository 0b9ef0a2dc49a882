import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../core/numeric/check-number";
import * as random from "../core/random";
import * as tree from "../core/tensor/tree";
import { jit, type JitOptions, type Jitted } from "../jit";
import type { Batches } from "./batches";
import { runningMeans, takeNumbers, type Metrics, type Numbers } from "./metrics";
import { stepsPerCall } from "./steps-per-call";

/**
 * A training step as a pure function: (state, batch, key, step) → [new state, metrics].
 *
 * The state is a tree of tensors: parameters of one or several models, optimizer states, target networks. The
 * metrics are scalars. `step` is the number of steps taken before this one, float32 [].
 */
export type TrainStep<S, B> = (
  state: S,
  batch: B,
  key: random.Key,
  step: tf.Scalar,
) => readonly [state: S, metrics: Metrics];

/** A finished or interrupted run of `train`, which can be resumed. */
export interface Run<S> {
  /** The state; the caller disposes it. */
  readonly state: S;
  /** The number of steps taken since the start of the first run. */
  readonly step: number;
}

/** The progress of a run, as hooks see it. */
export interface Progress<S> {
  /** Steps taken. */
  readonly step: number;
  /** The current state, disposed after the hook; keep a copy with `tree.clone`. */
  readonly state: S;
  /** The mean of each metric over the steps since the hook's previous call; empty before the first step. */
  readonly metrics: Numbers;
}

/** What is done now and then during a run: report, evaluate, collect episodes, save. */
export interface Hook<S> {
  /** The number of steps between calls; `Infinity` for only before the first step and after the last. */
  readonly every: number;
  /**
   * Called before the first step, after every `every` steps, and after the last one; a promise is awaited.
   */
  readonly run: (progress: Progress<S>) => void | Promise<void>;
}

/** The options of {@link train}. */
export interface TrainOptions<S, B> {
  /** The initial state, which is not disposed. */
  readonly state: S;
  /** The step to take. */
  readonly step: TrainStep<S, B>;
  /** The batches, such as `shuffledBatches(data, 64, key)` or the samples of a replay buffer. */
  readonly batches: Batches<B>;
  /** The step to train up to, counted from the start of the first run. */
  readonly steps: number;
  /** The key of the draws in the step and in the source of batches. */
  readonly key: random.Key;
  /** What is done now and then; hooks that are due at the same step run in this order. */
  readonly hooks?: readonly Hook<S>[];
  /** Called after each step; returning true ends the run with the current state. */
  readonly stop?: (step: number) => boolean;
  /** Ends the run with the current state when it is aborted. */
  readonly signal?: AbortSignal;
  /** A run to resume in place of `state`, with the same step or with that of another phase. */
  readonly resume?: Run<S>;
  /**
   * The number of steps that one call of the compiled step takes while nobody looks. By default it is chosen
   * by the size of the state: up to 20 for small models, whose call takes longer than their step.
   */
  readonly stepsPerCall?: number;
  /** How to compile the step. */
  readonly jit?: JitOptions;
  /** The function to name in messages, `train` by default. */
  readonly caller?: string;
}

/** The time between turns of the event loop, ms: interrupts and figures are handled there. */
const TURN = 20;

/**
 * Repeats a training step over batches, with the whole step compiled where possible (see `jit`).
 *
 * Every step and every batch has a key of its own, so that the result depends only on `key` and the source of
 * batches, also if the run is interrupted and resumed. Phases are runs that resume one another: the state
 * keeps what the optimizers remember.
 *
 * @returns the new state, which the caller disposes, and the number of steps taken.
 * @throws if an option is out of range, if the step returns a state of another structure, shape or type, or
 *   if a metric becomes NaN or infinite, naming it and the step.
 */
export async function train<S, B>(options: TrainOptions<S, B>): Promise<Run<S>> {
  const { steps, hooks = [], stop, signal, resume, caller = "train" } = options;
  checkCount(caller, "steps", steps, 1);
  for (const { every } of hooks) if (every !== Infinity) checkCount(caller, "every", every, 1);
  const stepper = startStepper(options, caller);
  const means = hooks.map(runningMeans);
  let t = resume?.step ?? 0;
  const runHooks = async (isDue: (hook: Hook<S>) => boolean): Promise<void> => {
    for (const [i, hook] of hooks.entries())
      if (isDue(hook))
        await runHook(hook, () => stepper.state(), { step: t, metrics: means[i]?.take() ?? {} });
  };
  try {
    await runHooks(() => true);
    let turn = performance.now();
    for (let done = t >= steps; !done;) {
      const rows = stepper.advance(t);
      t += rows.length;
      for (const numbers of rows) for (const mean of means) mean.add(numbers);
      done = stop?.(t) === true || t >= steps || signal?.aborted === true;
      await runHooks(({ every }) => done || t % every === 0);
      if (performance.now() - turn < TURN) continue;
      await new Promise(setImmediate);
      turn = performance.now();
    }
    return { state: stepper.state(), step: t };
  } finally {
    stepper.dispose();
  }
}

/**
 * Calls a hook with its progress and the state, which is read when the hook asks for it, and disposed
 * afterwards.
 */
export async function runHook<S, X extends object>(
  hook: { readonly run: (progress: X & { readonly state: S }) => void | Promise<void> },
  read: () => S,
  progress: X,
): Promise<void> {
  let state: S | undefined;
  try {
    await hook.run({
      ...progress,
      get state() {
        return (state ??= read());
      },
    });
  } finally {
    tree.dispose(state);
  }
}

/** The compiled step with its state. */
interface Stepper<S> {
  /** Takes one or several steps from step t on; returns the metrics of each. */
  advance(t: number): Numbers[];
  /** Returns a copy of the current state. */
  state(): S;
  dispose(): void;
}

/** The arguments of the compiled step. A key is passed as its words, which can be stacked. */
type StepArguments<B> = [batch: B, words: tf.Tensor1D, step: tf.Scalar];

function startStepper<S, B>(options: TrainOptions<S, B>, caller: string): Stepper<S> {
  const { state, step, batches, steps, stop, hooks = [], resume } = options;
  const [batchKey, stepKey] = random.split(options.key);
  const start = resume?.step ?? 0;
  const compiled = jit.stateful(
    (before: S, ...[batch, words, t]: StepArguments<B>) => step(before, batch, { words }, t),
    resume?.state ?? state,
    { name: `the step of ${caller}`, ...options.jit },
  );
  const argumentsAt = (t: number): StepArguments<B> => [
    batches(t, random.fold(batchKey, t)),
    tf.tensor1d(random.fold(stepKey, t).words as Int32Array, "int32"),
    tf.scalar(t),
  ];
  const count =
    options.stepsPerCall ??
    (stop === undefined && steps > start
      ? tree.tidy(() =>
          stepsPerCall({
            steps: steps - start,
            looks: hooks.map(({ every }) => every),
            stateSize: tree.size(state),
            batchSize: tree.size(argumentsAt(start)),
            jit: options.jit ?? {},
          }),
        )
      : 1);
  checkCount(caller, "stepsPerCall", count, 1);
  let several: Jitted<StepArguments<B>, Metrics> | undefined;
  return {
    advance: (t) => {
      const isWhole = count > 1 && t % count === 0 && t + count <= steps;
      if (isWhole) several ??= compiled.repeat(count);
      const taken = isWhole ? count : 1;
      const metrics = tree.tidy(() => {
        if (!isWhole || several === undefined) return compiled(...argumentsAt(t));
        return several(...tree.stack(Array.from({ length: count }, (_, i) => argumentsAt(t + i))));
      });
      return takeNumbers(caller, metrics, taken, t);
    },
    state: () => compiled.state(),
    dispose: () => {
      compiled.dispose();
    },
  };
}
