import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import type { Notebook } from "../notebook/document";
import { parseNotebookOfAnyLanguage } from "../notebook/read";
import { serializeNotebook } from "../notebook/write";
import type { Assignment } from "./assignment/assignment";
import { toCsv } from "./report/csv";
import { toFeedback } from "./report/feedback";
import type { Submission } from "./submissions/submissions";
import { versionMismatch } from "./assignment/answers";
import { matchCells, type Answer, type MatchedCells } from "./assignment/match-cells";
import { runBest } from "./marking/best-run";
import { referenceFor, type ReferenceOptions } from "./marking/reference";
import { hashOf, installationHash, readJson, showPoints, type Result } from "./marking/result";
import { scoreAll, type Reference } from "./marking/score";
import { statisticsOf } from "./report/class-statistics";
import { toSummary } from "./report/summary";
import { toSummaryPage, type Drawing } from "./report/summary-page";

/** Options of a grading run. */
export interface GradeOptions extends ReferenceOptions {
  /** The number of submissions graded at the same time. */
  readonly jobs: number;
  /** Draws the figures of the summary. */
  readonly drawing: Drawing;
}

/** What all submissions of one grading run share. */
interface GradingRun {
  readonly assignment: Assignment;
  readonly reference: Reference;
  /** A hash of everything that a result depends on, except the submission. */
  readonly version: string;
}

/** Returns the paths of a student's output files. */
function outputPaths(out: string, folder: string) {
  return {
    result: join(out, folder, "result.json"),
    notebook: join(out, folder, "executed.ipynb"),
    feedback: join(out, folder, "feedback.html"),
  };
}

/** Calls a function; returns its value, or the message of its error. */
function attemptRead<T>(body: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: body() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Writes the output files of one student. */
function writeResult(
  result: Result,
  { assignment }: GradingRun,
  answers: ReadonlyMap<string, Answer>,
  executed: Notebook | undefined,
  out: string,
): Result {
  const files = outputPaths(out, result.folder);
  if (executed) writeAtomic(files.notebook, serializeNotebook(executed));
  writeAtomic(files.feedback, toFeedback(result, assignment, executed, answers));
  // The result is written last, because it marks the student as complete.
  writeAtomic(files.result, `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

/** Returns the remarks for the instructor; undefined if there are none. */
function notesOn(
  submission: Submission,
  matched: MatchedCells,
  mismatch: string | undefined,
): string | undefined {
  const isUnanswered = [...matched.answers.values()].every(({ state }) => state !== "answered");
  const all = [submission.note, mismatch, isUnanswered ? "no exercise is answered" : undefined];
  const notes = all.filter((one) => one !== undefined);
  return notes.length === 0 ? undefined : notes.join("; ");
}

async function gradeOne(
  submission: Submission,
  gradingRun: GradingRun,
  options: GradeOptions,
): Promise<Result> {
  const { folder, isMissing } = submission;
  const student = submission.student.id;
  const { assignment, reference, version } = gradingRun;
  const maxScore = assignment.exercises.reduce((sum, { points }) => sum + points, 0);
  const text = attemptRead(submission.read);
  const key = hashOf(version, student, submission.note ?? "", "value" in text ? text.value : text.problem);
  const known = readJson(outputPaths(options.out, folder).result) as Result | undefined;
  if (known?.key === key && known.status !== "grading failed") return known;
  const empty = {
    student,
    folder,
    assignment: assignment.name,
    key,
    maxScore,
    seconds: 0,
    peakMemory: 0,
    kernels: 0,
  };
  if (isMissing && "problem" in text)
    return { ...empty, status: "not submitted", problem: text.problem, exercises: [] };
  const writeUngraded = (status: Result["status"], problem: string): Result =>
    writeResult({ ...empty, status, problem, exercises: [] }, gradingRun, new Map(), undefined, options.out);

  const parsed =
    "problem" in text ? text : attemptRead(() => parseNotebookOfAnyLanguage(text.value, submission.where));
  if ("problem" in parsed) return writeUngraded("unreadable", parsed.problem);
  try {
    const matched = matchCells(parsed.value, assignment);
    if ([...matched.answers.values()].every(({ state }) => state === "missing") && matched.added.length === 0)
      return writeUngraded(
        "unreadable",
        `${submission.where} has none of the exercises of ${assignment.name}; is it another notebook?`,
      );
    const note = notesOn(submission, matched, versionMismatch(parsed.value, assignment));
    const best = await runBest(assignment, matched, options, (run, hasAdded) =>
      scoreAll(assignment, run, reference, matched, hasAdded),
    );
    const { exercises, seconds, peakMemory, kernels } = best;
    const score = exercises.reduce((sum, exercise) => sum + exercise.score, 0);
    const outcome = {
      score,
      exercises,
      seconds,
      peakMemory,
      kernels,
      ...(note === undefined ? {} : { note }),
    };
    const result: Result = { ...empty, status: "graded", ...outcome };
    const shown = { ...gradingRun, assignment: best.assignment };
    return writeResult(result, shown, matched.answers, best.shown.notebook, options.out);
  } catch (error) {
    options.signal?.throwIfAborted();
    return writeUngraded("grading failed", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Grades submissions, several at a time, and writes the grades and the summary of the class. Results of an
 * earlier run are reused if submission, assignment, limits and installation are the same.
 *
 * @throws if the assignment's solutions do not pass its checks, or the run is aborted.
 */
export async function gradeAll(
  submissions: readonly Submission[],
  assignment: Assignment,
  options: GradeOptions,
): Promise<Result[]> {
  const { limits, isolation, out, log, signal } = options;
  const version = hashOf(assignment.version, JSON.stringify(limits), isolation.kind, installationHash());
  const gradingRun = { assignment, version, reference: await referenceFor(assignment, version, options) };
  const results: Result[] = [];
  let next = 0;
  const gradeNext = async (): Promise<void> => {
    for (let index = next++; index < submissions.length; index = next++) {
      signal?.throwIfAborted();
      const submission = submissions[index];
      if (!submission) continue;
      const result = await gradeOne(submission, gradingRun, options);
      results[index] = result;
      const { student, status, problem, seconds } = result;
      const why = problem === undefined ? "" : ` (${problem.replaceAll("\n", " ")})`;
      log(`${student}: ${status}, ${showPoints(result)}, ${seconds.toFixed(1)} s${why}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, gradeNext));
  writeAtomic(join(out, "grades.csv"), toCsv(results));
  const statistics = statisticsOf(results);
  writeAtomic(join(out, "summary.md"), toSummary(assignment.name, statistics));
  const page = await toSummaryPage(assignment.name, statistics, results, options.drawing);
  writeAtomic(join(out, "summary.html"), page);
  return results;
}
