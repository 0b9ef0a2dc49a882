import type { Runner } from "./contenders";
import { type Contender, type Task } from "./contenders";
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
}

/** A contender that is ready, and how many steps its turn has. */
interface Ready {
  readonly runner: Runner;
  readonly prepared: Prepared;
  readonly loss: number;
  readonly steps: number;
  readonly rounds: number[];
}

/**
 * Times training steps of several runners in turn: round by round each takes some steps, so that what else the machine does slows
 * all of them. One gets ready after the other, each with the model's warm-up.
 */
export async function play(runners: readonly Runner[], task: Task, { rounds, turn }: Timing): Promise<Match> {
  const failures: Record<string, string> = {};
  const ready: Ready[] = [];
  for (const runner of runners) {
    try {
      ready.push(await warmUp(runner, task, turn));
    } catch (error) {
      failures[runner.contender.name] = (error as Error).message;
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const { runner, steps, rounds: times } of rotated(ready, round)) {
      const taken = steps * runner.contender.steps;
      times.push((await runner.run(taken)).milliseconds / taken);
    }
  const measured: Measured[] = [];
  for (const { runner, prepared, loss, rounds: times } of ready) {
    const { peakMiB } = await runner.memory();
    measured.push({ contender: runner.contender, prepared, loss, peakMiB, rounds: times });
  }
  return { measured, failures };
}

/** Compiles, takes the warm-up steps, and finds out how many calls fill a turn. */
async function warmUp(runner: Runner, task: Task, turn: number): Promise<Ready> {
  const { warmUp: steps } = models[task.model];
  const perCall = runner.contender.steps;
  const prepared = await runner.prepare(task);
  const { loss } = await runner.run(steps - perCall); // the first call was taken in prepare
  const trial = await runner.run(perCall);
  const calls = Math.max(1, Math.round(turn / trial.milliseconds));
  return { runner, prepared, loss, steps: calls, rounds: [] };
}

/** The list begun at another place each time, and gone through backwards every other time. */
function rotated<T>(list: readonly T[], round: number): T[] {
  const start = round % Math.max(1, list.length);
  const turned = [...list.slice(start), ...list.slice(0, start)];
  return round % 2 === 0 ? turned : turned.reverse();
}
