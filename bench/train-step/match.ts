import { mean } from "../statistics";
import type { Runner } from "./contenders";
import { type Contender, type Task } from "./contenders";
import { watch } from "./machine";
import { models } from "./models";
import type { Prepared } from "./protocol";

/** What was measured of one contender. */
export interface Measured {
  readonly contender: Contender;
  readonly prepared: Prepared;
  /** Of the last of the model's warm-up steps. */
  readonly loss: number;
  readonly peakMiB: number;
  /** Milliseconds a step, one number a round. */
  readonly rounds: readonly number[];
  /** The share of the machine that other processes had in these turns, on average. */
  readonly othersShare: number;
}

/** The contenders that finished, and why the others did not. */
export interface Match {
  readonly measured: readonly Measured[];
  readonly failures: Readonly<Record<string, string>>;
}

/** How long to measure. */
export interface Timing {
  readonly rounds: number;
  /** Milliseconds that a contender's turn is to last. */
  readonly turn: number;
  /** How often a turn is taken at most, until other processes leave the machine alone; the least disturbed one counts. */
  readonly tries: number;
}

/** The share of the machine that other processes may have in a turn that is not taken again. */
const DISTURBED = 0.05;

/** A contender that is ready, and how many steps its turn has. */
interface Ready {
  readonly runner: Runner;
  readonly prepared: Prepared;
  readonly loss: number;
  readonly steps: number;
  readonly turns: Turn[];
}

/** A turn: milliseconds a step, and the share of the machine that other processes had. */
interface Turn {
  readonly milliseconds: number;
  readonly othersShare: number;
}

/**
 * Times training steps of several runners in turn: round by round each takes some steps, so that what else the machine does slows
 * all of them. One gets ready after the other, each with the model's warm-up.
 */
export async function play(runners: readonly Runner[], task: Task, timing: Timing): Promise<Match> {
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
    for (const one of rotated(ready, round)) one.turns.push(await takeTurn(one, timing.tries));
  return { measured: await Promise.all(ready.map(summarize)), failures };
}

/** Takes a turn, and takes it again while other processes disturb it. */
async function takeTurn({ runner, steps }: Ready, tries: number): Promise<Turn> {
  let best: Turn | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    const { result, othersShare } = await watch(
      () => runner.run(steps),
      ({ cpuMilliseconds }) => cpuMilliseconds,
    );
    const turn = { milliseconds: result.milliseconds / steps, othersShare };
    if (best === undefined || othersShare < best.othersShare) best = turn;
    if (best.othersShare <= DISTURBED) break;
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

/** Compiles, takes the warm-up steps, and finds out how many calls fill a turn. */
async function warmUp(runner: Runner, task: Task, turn: number): Promise<Ready> {
  const { warmUp: steps } = models[task.model];
  const perCall = runner.contender.steps;
  const prepared = await runner.prepare(task);
  const { loss } = await runner.run(steps - perCall); // the first call was taken in prepare
  const trial = await runner.run(perCall);
  const calls = Math.max(1, Math.round(turn / trial.milliseconds));
  return { runner, prepared, loss, steps: calls * perCall, turns: [] };
}

/** The list begun at another place each time, and gone through backwards every other time. */
function rotated<T>(list: readonly T[], round: number): T[] {
  const start = round % Math.max(1, list.length);
  const turned = [...list.slice(start), ...list.slice(0, start)];
  return round % 2 === 0 ? turned : turned.reverse();
}
