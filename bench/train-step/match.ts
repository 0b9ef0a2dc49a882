import { mean } from "../statistics";
import type { Runner } from "./contenders";
import { type Contender, type Task } from "./contenders";
import { monitor } from "./machine";
import { models } from "./models";
import type { Prepared } from "./protocol";

/** The measurements of one contender. */
export interface Measured {
  readonly contender: Contender;
  readonly prepared: Prepared;
  /** The loss of the last warm-up step. */
  readonly loss: number;
  readonly peakMiB: number;
  /** Milliseconds per step, one value per round. */
  readonly rounds: readonly number[];
  /** The mean share of the CPU time that other processes used in these turns. */
  readonly othersShare: number;
}

/** The contenders that finished, and the errors of the others by name. */
export interface Match {
  readonly measured: readonly Measured[];
  readonly failures: Readonly<Record<string, string>>;
}

/** How long to measure. */
export interface Timing {
  readonly rounds: number;
  /** The intended duration of a turn, ms. */
  readonly turn: number;
  /**
   * How often a turn is repeated at most while other processes disturb it; the least disturbed one counts.
   */
  readonly tries: number;
}

/** A turn is repeated if other processes used more than this share of the CPU time. */
const MAX_OTHERS_SHARE = 0.05;

/** A contender after its warm-up, and the number of steps per turn. */
interface Ready {
  readonly runner: Runner;
  readonly prepared: Prepared;
  readonly loss: number;
  readonly steps: number;
  readonly turns: Turn[];
}

/** A turn: milliseconds per step, and the share of the CPU time that other processes used. */
interface Turn {
  readonly milliseconds: number;
  readonly othersShare: number;
}

/**
 * Times training steps of several contenders. They warm up one after the other, then take one turn each per
 * round, so that other load on the machine affects all of them.
 */
export async function runMatch(runners: readonly Runner[], task: Task, timing: Timing): Promise<Match> {
  const failures: Record<string, string> = {};
  const ready: Ready[] = [];
  for (const runner of runners) {
    try {
      ready.push(await warmUp(runner, task, timing.turn));
    } catch (error) {
      failures[runner.contender.name] = (error as Error).message;
    }
  }
  for (let round = 0; round < timing.rounds; round++)
    for (const contender of orderOf(ready, round))
      contender.turns.push(await takeTurn(contender, timing.tries));
  return { measured: await Promise.all(ready.map(summarize)), failures };
}

/** Takes a turn, and repeats it while other processes disturb it. */
async function takeTurn({ runner, steps }: Ready, tries: number): Promise<Turn> {
  let best: Turn | undefined;
  for (let i = 0; i < tries; i++) {
    const { result, othersShare } = await monitor(
      () => runner.run(steps),
      ({ cpuMilliseconds }) => cpuMilliseconds,
    );
    const turn = { milliseconds: result.milliseconds / steps, othersShare };
    if (best === undefined || othersShare < best.othersShare) best = turn;
    if (best.othersShare <= MAX_OTHERS_SHARE) break;
  }
  return best as Turn;
}

async function summarize({ runner, prepared, loss, turns }: Ready): Promise<Measured> {
  return {
    contender: runner.contender,
    prepared,
    loss,
    peakMiB: (await runner.memory()).peakMiB,
    rounds: turns.map(({ milliseconds }) => milliseconds),
    othersShare: mean(turns.map(({ othersShare }) => othersShare)),
  };
}

/** Compiles, runs the warm-up steps, and determines the number of calls per turn. */
async function warmUp(runner: Runner, task: Task, turn: number): Promise<Ready> {
  const { warmUp: steps } = models[task.model];
  const perCall = runner.contender.steps;
  const prepared = await runner.prepare(task);
  const { loss } = await runner.run(steps - perCall); // `prepare` has run the first call
  const trial = await runner.run(perCall);
  const calls = Math.max(1, Math.round(turn / trial.milliseconds));
  return { runner, prepared, loss, steps: calls * perCall, turns: [] };
}

/** Returns the order of a round: rotated by one per round, reversed in every second one. */
function orderOf<T>(list: readonly T[], round: number): T[] {
  const start = round % Math.max(1, list.length);
  const rotated = [...list.slice(start), ...list.slice(0, start)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}
