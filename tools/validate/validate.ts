import { stripVTControlCharacters } from "node:util";
import { runBest } from "../grade/marking/best-run";
import { judgeBeside } from "../grade/marking/judge";
import type { ExerciseRun } from "../grade/marking/progress";
import type { SubmissionRun } from "../grade/marking/run-submission";
import type { SandboxLimits } from "../grade/sandbox/limits";
import type { Isolation } from "../grade/sandbox/isolation";
import { checkedExercises, type Assignment } from "../grade/assignment/assignment";
import { matchCells, type Answer, type MatchedCells } from "../grade/assignment/match-cells";
import { showPlain } from "../grade/channel/plain-difference";
import type { CheckOutcome } from "../grade/channel/messages";
import { exercisesNamedIn } from "../homework/exercises";
import { createScratchFolder } from "../common/scratch-folder";
import type { Notebook } from "../notebook/document";

/** The outcome of the visible checks of one exercise. */
export interface ValidatedExercise {
  readonly exercise: string;
  readonly status: "passed" | "failed" | "not attempted";
  /** Why it did not pass, one line each. */
  readonly reasons: readonly string[];
}

/** The report for a student before submitting. */
export interface Validation {
  readonly exercises: readonly ValidatedExercise[];
  /** The exercises that are answered in words. */
  readonly written: readonly string[];
  /** Exercises without an answer, of which all tests are hidden. */
  readonly open: readonly string[];
  /** What the student should know about the notebook's cells, one line each. */
  readonly notes: readonly string[];
}

/** Options of a validation. */
export interface ValidateOptions {
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
}

/** Runs cells with the permissions of the user, in an empty folder: the sandbox without its wall. */
function direct(folder: string): Isolation {
  return {
    kind: "none",
    folder,
    channel: 3,
    command: ([file = "", ...args]) => [file, args],
  };
}

/** Returns why a check failed. */
function reasonsOf({ name, status, problem = "", expected, hint }: CheckOutcome): string[] {
  if (status !== "failed") return [];
  const isCompared = expected !== undefined && problem.startsWith("got");
  const wanted = isCompared ? `, expected ${showPlain(expected)}` : "";
  return [`${name}: ${problem}${wanted}`, ...(hint === undefined ? [] : [`  hint: ${hint}`])];
}

/** Returns the outcome of an exercise: passed if its cells succeeded and all its checks passed. */
function outcomeOf(
  exercise: string,
  { checks, failure }: Pick<ExerciseRun, "checks" | "failure">,
  answer: Answer | undefined,
): ValidatedExercise {
  const reasons = checks.flatMap(reasonsOf);
  if (failure !== undefined) reasons.push(...stripVTControlCharacters(failure).split("\n"));
  if (reasons.length > 0) return { exercise, status: "failed", reasons };
  if (checks.length > 0 && checks.every(({ status }) => status === "passed"))
    return { exercise, status: "passed", reasons };
  if (checks.length === 0) return { exercise, status: "failed", reasons: ["its check did not run"] };
  const isMissing = answer?.state === "missing";
  return {
    exercise,
    status: "not attempted",
    reasons: isMissing ? ["its cell is not in the notebook; copy it back from the original"] : [],
  };
}

function list(numbers: readonly number[]): string {
  return numbers.length === 1 ? `code cell ${numbers[0] ?? ""}` : `code cells ${numbers.join(", ")}`;
}

/** Returns the errors of added cells in a run. */
function errorsOfAdded({ cells }: Assignment, { notebook }: SubmissionRun): string[] {
  return cells.flatMap(({ role, label = "" }, index) => {
    if (role !== "added") return [];
    return (notebook.cells[index]?.outputs ?? []).flatMap((output) => {
      if (output.output_type !== "error") return [];
      const { ename, evalue } = output;
      return [`${label}, which you added, stopped with ${ename}: ${stripVTControlCharacters(evalue)}`];
    });
  });
}

/** Returns notes on cells with which something happened in an editor. */
function notesOn({ cells }: Notebook, { answers, changed, below }: MatchedCells): string[] {
  const notes: string[] = [];
  for (const [exercise, { note }] of answers) if (note !== undefined) notes.push(`${exercise}: ${note}`);
  for (const { cell_type: type, source } of cells)
    for (const name of type === "code" ? [] : exercisesNamedIn(source))
      if (answers.get(name)?.state === "missing")
        notes.push(`${name}: its cell has the type ${type}; change it back to Code`);
  if (changed.length > 0)
    notes.push(
      `${list(changed)}: changed, but the original is graded; put your own code into a cell that you add`,
    );
  if (below.length > 0)
    notes.push(
      `${list(below)}: below the last check, and not run; move what an exercise needs above that exercise`,
    );
  return notes;
}

/** Names the cells as the student counts them. */
function withLabels(assignment: Assignment, { answers }: MatchedCells): Assignment {
  const cells = assignment.cells.map((assigned) => {
    const { role, exercise = "", gradeId = "parameters" } = assigned;
    const number = role === "answer" ? answers.get(exercise)?.number : undefined;
    return { ...assigned, label: number === undefined ? `original ${gradeId}` : `code cell [${number}]` };
  });
  return { ...assignment, cells };
}

/**
 * Runs what `latent grade` will run: the answers and added cells of a notebook, in the assignment as it was
 * handed out, under the rules of the grader. It reports what is left to do.
 *
 * @param handedOut the assignment, from the notebook's metadata.
 * @throws if a cell of the assignment fails without any answer.
 */
export async function validate(
  notebook: Notebook,
  handedOut: Assignment,
  { limits, signal }: ValidateOptions,
): Promise<Validation> {
  const matched = matchCells(notebook, handedOut);
  const assignment = withLabels(handedOut, matched);
  const scratch = createScratchFolder();
  try {
    const options = {
      limits,
      isolation: direct(scratch.path),
      judge: judgeBeside(assignment),
      isTrusted: true,
      ...(signal ? { signal } : {}),
    };
    const scored = (run: SubmissionRun) =>
      checkedExercises(assignment).map(({ name, points }) => {
        const outcome = outcomeOf(name, run.exercises.get(name) ?? { checks: [] }, matched.answers.get(name));
        return { outcome, points, score: outcome.status === "passed" ? points : 0 };
      });
    const best = await runBest(assignment, matched, options, scored);
    const exercises = best.exercises.map(({ outcome }) => outcome);
    const known = new Set(exercises.map(({ exercise }) => exercise));
    const isPassed = exercises.every(({ status }) => status === "passed");
    const errors = isPassed ? [] : errorsOfAdded(best.assignment, best.shown);
    return {
      exercises,
      written: handedOut.exercises.flatMap(({ name, written }) =>
        written && matched.answers.get(name)?.state === "answered" ? [name] : [],
      ),
      open: [...matched.answers].flatMap(([name, { state }]) =>
        state === "answered" || known.has(name) ? [] : [name],
      ),
      notes: [...errors, ...notesOn(notebook, matched)],
    };
  } finally {
    scratch.remove();
  }
}

/** Whether nothing is left to do before submitting. */
export function isReadyToSubmit({ exercises, open }: Validation): boolean {
  return open.length === 0 && exercises.every(({ status }) => status === "passed");
}

const SIGNS = { "passed": "✓", "failed": "✗", "not attempted": "○" } as const;

/** Formats a validation for a terminal. */
export function formatValidation(validation: Validation): string {
  const { exercises, written, open, notes } = validation;
  return [
    ...exercises.flatMap(({ exercise, status, reasons }) => [
      `${SIGNS[status]} ${exercise}: ${status}`,
      ...reasons.map((reason) => `    ${reason}`),
    ]),
    ...written.map((exercise) => `✓ ${exercise}: answered; a person will mark it`),
    ...open.map((exercise) => `○ ${exercise}: not attempted`),
    ...notes,
    isReadyToSubmit(validation)
      ? "The notebook is ready to submit."
      : "The notebook is not ready to submit yet.",
  ].join("\n");
}
