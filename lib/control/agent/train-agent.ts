import { runHook } from "../../train/train";
import { runningMeans } from "../../train/metrics";
import type { LearningCurve } from "./curve";
import { startLearner, type Learner } from "./learner";
import { checkOptions, type AgentProgress, type TrainAgentOptions } from "./options";

/** A finished or interrupted run. */
export interface AgentRun<S> {
  /** The state of the agent; the caller disposes it. */
  readonly state: S;
  /** The number of steps of the environment. */
  readonly step: number;
  /** The number of updates. */
  readonly updates: number;
  /** The returns of all episodes and evaluations. */
  readonly curve: LearningCurve;
}

/** The time between turns of the event loop, ms: interrupts and figures are handled there. */
const TURN = 20;

/**
 * Trains an agent on what it does: steps B copies of an environment, keeps the steps in a replay buffer,
 * updates on draws from it, evaluates, and reports. The update is one compiled step; the environment's step
 * is compiled where it can be.
 *
 * Budgets are counted in steps, and every draw has a key of its own, so that the curve depends only on the
 * options: it is the same if the run is interrupted, or killed, and resumed from its checkpoint. Only the
 * metrics of hooks are then means since the resumption.
 *
 * @throws if an option is out of range, the checkpoint is one of another run, or a metric becomes NaN or
 *   infinite, naming it and the update.
 */
export async function trainAgent<S, E extends object, P>(
  options: TrainAgentOptions<S, E, P>,
): Promise<AgentRun<S>> {
  checkOptions(options);
  const { steps, hooks = [], signal, evaluation, checkpoint } = options;
  const learner = await startLearner(options);
  const means = hooks.map(runningMeans);
  const runHooks = async (isDue: (every: number) => boolean): Promise<void> => {
    for (const [i, hook] of hooks.entries())
      if (isDue(hook.every))
        await runHook(hook, () => learner.state(), progressOf(learner, means[i]?.take()));
  };
  try {
    if (evaluation !== undefined && learner.step === 0) await learner.evaluate();
    await runHooks(() => true);
    let turn = performance.now();
    const stepsAtOnce = options.copies ?? 8;
    // A run that was interrupted between updates goes on with those that were due
    while ((learner.step < steps || learner.isBehind) && !isAborted(signal)) {
      if (!learner.isBehind) learner.collect();
      while (learner.isBehind && !isAborted(signal)) {
        for (const numbers of learner.learn()) for (const mean of means) mean.add(numbers);
        turn = await turnAfter(turn);
      }
      if (learner.isBehind) break;
      const before = learner.step - stepsAtOnce;
      const isLast = learner.step >= steps;
      /** Whether a multiple of `every` has been reached since the step before. */
      const isDue = (every: number): boolean =>
        isLast || Math.floor(learner.step / every) > Math.floor(before / every);
      if (evaluation !== undefined && isDue(evaluation.every)) await learner.evaluate();
      const ends = isLast || isAborted(signal);
      await runHooks((every) => ends || isDue(every));
      if (checkpoint !== undefined && (ends || isDue(checkpoint.every))) await learner.save(checkpoint.path);
      turn = await turnAfter(turn);
    }
    // Aborted while the loop had given way to the event loop
    if (checkpoint !== undefined && (learner.step < steps || learner.isBehind))
      await learner.save(checkpoint.path);
    const { step, updates, curve } = learner;
    return { state: learner.state(), step, updates, curve };
  } finally {
    learner.dispose();
  }
}

/** Gives way to the event loop if its turn is due; returns the time of the last one. */
async function turnAfter(last: number): Promise<number> {
  if (performance.now() - last < TURN) return last;
  await new Promise(setImmediate);
  return performance.now();
}

/** In a function, so that the compiler does not take the flag for constant. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function progressOf(
  { step, updates, curve }: Learner<unknown>,
  metrics: Readonly<Record<string, number>> = {},
): Omit<AgentProgress<unknown>, "state"> {
  return { step, updates, curve, metrics };
}
