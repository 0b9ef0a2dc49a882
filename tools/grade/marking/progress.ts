import type { AssignedCell, Assignment } from "../assignment/assignment";
import type { CellEnd, CheckOutcome } from "../channel/messages";
import type { Answer } from "../assignment/match-cells";
import type { OutputRecorder } from "./output-recorder";
import type { Judge } from "./judge";
import type { ProcessEnd, Reply } from "../sandbox/sandbox-process";

/** The run of one exercise. */
export interface ExerciseRun {
  readonly checks: readonly CheckOutcome[];
  /** The outcomes without hidden tests, from before any hidden test called the answers. */
  readonly shown: readonly CheckOutcome[];
  /** Set if the answer or the cell that checks it failed. */
  readonly failure?: string;
  /** Whether the failure may reveal hidden tests. */
  readonly isSecret?: true;
}

/** A failure that the submission did not cause: its score is unknown, not zero. */
export class GradingError extends Error {
  override readonly name = "GradingError";
}

/** Returns the text of an error or an end. */
export function messageOf(end: CellEnd | ProcessEnd): string {
  return "kind" in end ? end.message : `${end.ename ?? "Error"}: ${end.evalue ?? ""}`;
}

/** The state of one submission across all kernels. */
export interface Progress {
  readonly assignment: Assignment;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly judge: Judge;
  /** The final results. */
  readonly exercises: Map<string, ExerciseRun>;
  /** The outcomes without hidden tests of exercises that have no final result. */
  readonly shown: Map<string, readonly CheckOutcome[]>;
  /** Exercises whose answers are replaced by the released stub from now on. */
  readonly dropped: Set<string>;
  /** Added cells, by their index, that are not run from now on. */
  readonly droppedCells: Set<number>;
  readonly recorder: OutputRecorder;
  readonly incidents: Set<string>;
}

/** Returns the source of a cell as it runs in a process of answers. */
export function sourceOf(
  { answers, dropped }: Progress,
  { cell, role, exercise = "", stub = "", visible }: AssignedCell,
): string {
  return role !== "answer"
    ? (visible ?? cell.source)
    : dropped.has(exercise)
      ? stub
      : (answers.get(exercise)?.source ?? stub);
}

/** What has run in one kernel. */
export interface Ran {
  readonly answers: Set<string>;
  /** Added cells, by their index. */
  readonly added: Set<number>;
  /** Why answers failed. */
  readonly failures: Map<string, string>;
}

/** Whether a cell failed because an exercise that it needs has not been answered. */
export function isUnanswered(failure: CellEnd | ProcessEnd): boolean {
  return !("kind" in failure) && /YOUR CODE HERE/i.test(failure.evalue ?? "");
}

/**
 * Attributes the failure of a cell of the assignment to what ran before it: with the solutions, the cell did
 * not fail. Suspects are first the added cells, then the answers.
 *
 * @returns whether there was a suspect. If all answers had been dropped before, the cell needs one of them.
 * @throws GradingError if neither ran before it.
 */
export function attribute(
  { exercises, shown, dropped, droppedCells }: Progress,
  { answers: ran, added }: Ran,
  failure: string,
): boolean {
  if (added.size > 0) {
    for (const index of added) droppedCells.add(index);
    return true;
  }
  const all = [...ran].filter((exercise) => !dropped.has(exercise));
  // An answer that has passed its visible checks is suspected last.
  const unjudged = all.filter((exercise) => exercises.has(exercise) || !shown.has(exercise));
  const suspects = unjudged.length > 0 ? unjudged : all;
  if (ran.size === 0)
    throw new GradingError(`a cell of the assignment failed without any answer: ${failure}`);
  for (const exercise of suspects) {
    dropped.add(exercise);
    if (!exercises.has(exercise))
      exercises.set(exercise, {
        checks: [],
        shown: [],
        failure: `a later cell of the assignment failed: ${failure}`,
      });
  }
  return suspects.length > 0;
}

/** Stores the final result of an exercise; returns whether its process still runs. */
export function conclude(
  { exercises, shown, dropped }: Progress,
  { failures }: Ran,
  exercise: string,
  reply: Reply,
  isHidden: boolean,
): boolean {
  const isOver = "ended" in reply;
  if (isOver) dropped.add(exercise);
  const own = isOver ? reply.ended.message : reply.end.status === "error" ? messageOf(reply.end) : undefined;
  const failure = failures.get(exercise) ?? own;
  const checks = isOver ? [] : reply.checks;
  exercises.set(exercise, {
    checks,
    shown: isHidden ? (shown.get(exercise) ?? []) : checks,
    ...(failure === undefined ? {} : { failure }),
    ...(isHidden && !failures.has(exercise) ? { isSecret: true } : {}),
  });
  return !isOver;
}
