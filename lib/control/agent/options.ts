import { checkCount } from "../../core/numeric/check-number";
import type { Schedule } from "../../core/optim";
import type * as random from "../../core/random";
import type { Environment } from "../../envs";
import type { Progress } from "../../train/train";
import type { ReplayOptions } from "../replay";
import type { Agent } from "./agent";
import type { LearningCurve } from "./curve";
import { isRecurrent, type Memory } from "./kinds";
import type { RecurrentAgent } from "./recurrent-agent";

/** The progress of a run, as hooks see it; `step` counts steps of the environment. */
export interface AgentProgress<S> extends Progress<S> {
  /** The number of updates. */
  readonly updates: number;
  /** The returns so far. */
  readonly curve: LearningCurve;
}

/** What is done now and then during a run: report, draw the learning curve, keep the best. */
export interface AgentHook<S> {
  /** The number of steps of the environment between calls; `Infinity` for only before the first and last. */
  readonly every: number;
  /** Called before the first step, whenever `every` steps have been made, and at the end; awaited. */
  readonly run: (progress: AgentProgress<S>) => void | Promise<void>;
}

/** Options of {@link trainAgent}. */
export interface TrainAgentOptions<S, E extends object, P> {
  /** The agent; one that remembers its episode learns from sequences. */
  readonly agent: Agent<S> | RecurrentAgent<S, Memory>;
  /** Its first state, which is not disposed. */
  readonly state: S;
  /** The environment; it needs a limit of time if its task does not end. */
  readonly env: Environment<E, P>;
  /** The parameters of the system; those of the environment by default. */
  readonly params?: P;
  /** The number of copies B that are stepped side by side, 8 by default. */
  readonly copies?: number;
  /** The number of steps of the environment, those of all copies together, to train up to. */
  readonly steps: number;
  /** The key of everything that is drawn. */
  readonly key: random.Key;
  /** What is kept of the experience, and whether it is drawn by priorities. */
  readonly replay: ReplayOptions;
  /** The number of transitions, or of sequences, of an update, 64 by default. */
  readonly batchSize?: number;
  /** γ, in [0, 1]. */
  readonly discount: number;
  /** The number of rewards n of a transition, 1 by default. */
  readonly returnSteps?: number;
  /** The number of steps before the first update, 1,000 by default. */
  readonly learnFrom?: number;
  /** The number of updates by the agent's `pretrain` before its others; 0 by default. */
  readonly pretrainUpdates?: number;
  /** The number of updates for each step from then on, 0.25 by default. */
  readonly updatesPerStep?: number;
  /** β of the importance weights: a number, or a schedule of the steps; 1 by default. */
  readonly correction?: number | Schedule;
  /**
   * Evaluates the policy before the first step, whenever `every` steps have been made, and at the end: always
   * on the same `episodes` episodes, of an environment of its own if one is given.
   */
  readonly evaluation?: {
    /** The number of steps between evaluations. */
    readonly every: number;
    /** The number of episodes. */
    readonly episodes: number;
    /** Where they are run; the environment of the run by default. */
    readonly env?: Environment<E, P>;
  };
  /** What is done now and then; those that are due together run in this order. */
  readonly hooks?: readonly AgentHook<S>[];
  /** Ends the run after the current step when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * Saves the run to a file whenever `every` steps have been made, and at the end. A file that exists already
   * is resumed: the run goes on as if it had never been interrupted, also after it was killed.
   */
  readonly checkpoint?: {
    /** The file. */
    readonly path: string;
    /** The number of steps between saves. */
    readonly every: number;
  };
}

/** Checks the options before anything is made. */
export function checkOptions<S, E extends object, P>(options: TrainAgentOptions<S, E, P>): void {
  const { copies = 8, steps, batchSize = 64, returnSteps = 1, learnFrom = 1000, updatesPerStep } = options;
  const { evaluation, checkpoint, hooks = [], discount, correction, agent, pretrainUpdates = 0 } = options;
  const counts = { copies, steps, batchSize, returnSteps, learnFrom };
  for (const [name, value] of Object.entries(counts)) checkCount("trainAgent", name, value, 1);
  checkCount("trainAgent", "pretrainUpdates", pretrainUpdates);
  if (pretrainUpdates > 0 && agent.pretrain === undefined)
    throw new Error(`trainAgent: pretrainUpdates must be 0 for ${agent.name}, which has no pretrain`);
  if (isRecurrent(agent) && options.replay.priority !== undefined)
    throw new Error(
      `trainAgent: replay.priority must be absent, because ${agent.name} learns from sequences`,
    );
  if (isRecurrent(agent) && returnSteps > 1)
    throw new Error(`trainAgent: returnSteps must be 1, because ${agent.name} learns from sequences`);
  if (!(discount >= 0 && discount <= 1))
    throw new Error(`trainAgent: discount must be in [0, 1], got ${discount}`);
  if (typeof correction === "number" && !(correction >= 0 && correction <= 1))
    throw new Error(`trainAgent: correction must be in [0, 1], got ${correction}`);
  if (updatesPerStep !== undefined && !(Number.isFinite(updatesPerStep) && updatesPerStep >= 0))
    throw new Error(`trainAgent: updatesPerStep must be finite and at least 0, got ${updatesPerStep}`);
  if (evaluation !== undefined) {
    checkCount("trainAgent", "evaluation.every", evaluation.every, 1);
    checkCount("trainAgent", "evaluation.episodes", evaluation.episodes, 1);
  }
  if (checkpoint !== undefined) checkCount("trainAgent", "checkpoint.every", checkpoint.every, 1);
  for (const { every } of hooks) if (every !== Infinity) checkCount("trainAgent", "hooks' every", every, 1);
}
