import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { writeAtomic } from "../common/write-atomic";
import type { Notebook } from "../notebook/document";
import { parseNotebookOfAnyLanguage } from "../notebook/read";
import { readExecuted } from "../notebook/read-executed";
import { serializeNotebook } from "../notebook/write";
import { versionMismatch, withAddedCells } from "./assignment/answers";
import { maxScoreOf, type Assignment } from "./assignment/assignment";
import { checkCellSizes, checkFileSize } from "./assignment/size-limits";
import { matchCells, type MatchedCells } from "./assignment/match-cells";
import { latenessOf, type LatePolicy } from "./lateness/late-policy";
import { runBest } from "./marking/best-run";
import { withMarks, type Marks } from "./manual/marks";
import { hashOf, isRun, readJson, type Result } from "./marking/result";
import { AssignmentError, type JudgeProcess } from "./marking/judge-process";
import type { SubmissionOptions } from "./marking/run-submission";
import { scoreAll } from "./marking/score";
import { toFeedback } from "./report/feedback";
import type { Submission } from "./submissions/submissions";

/** What all submissions of one grading run share. */
export interface GradingRun {
  readonly assignment: Assignment;
  /** A hash of everything that a result depends on, except the submission. */
  readonly version: string;
  readonly policy: LatePolicy;
  /** The marks that a person has given. */
  readonly marks: Marks;
  /** The folder for results. */
  readonly out: string;
}

/** Options of a submission's run, with the judge. */
export interface OneOptions extends Omit<SubmissionOptions, "judge"> {
  readonly judge: JudgeProcess;
}

/** The folder of what may be handed back to students. */
export const FEEDBACK = "feedback";
/** The folder of what reveals hidden tests and solutions. */
export const INSTRUCTOR = "instructor";

/** Returns the paths of a student's output files. */
function outputPaths(out: string, folder: string) {
  return {
    result: join(out, INSTRUCTOR, folder, "result.json"),
    complete: join(out, INSTRUCTOR, folder, "executed.ipynb"),
    notebook: join(out, FEEDBACK, folder, "notebook.ipynb"),
    feedback: join(out, FEEDBACK, folder, "feedback.html"),
  };
}

/** The maximum number of characters of a problem: an error may quote a submission. */
const MAX_PROBLEM = 1000;

/** Returns the message of an error. */
export function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > MAX_PROBLEM ? `${message.slice(0, MAX_PROBLEM)} …` : message;
}

/** Calls a function; returns its value, or the message of its error. */
function attempt<T>(body: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: body() };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** A result with the notebook that it was computed from. */
interface Graded {
  readonly result: Result;
  /** The assignment as it was run, the answers, and the notebook with outputs; absent if nothing was run. */
  readonly shown?: {
    readonly assignment: Assignment;
    readonly matched: MatchedCells;
    /** For the student. */
    readonly executed: Notebook;
    /** For the instructor; absent if it has been written before. */
    readonly complete?: Notebook;
  };
}

/** Writes the output files of one student. */
function writeGraded({ result, shown }: Graded, { assignment, out }: GradingRun): Result {
  if (result.status === "not submitted" && result.exercises.length === 0) return result;
  const files = outputPaths(out, result.folder);
  if (shown) writeAtomic(files.notebook, serializeNotebook(shown.executed));
  if (shown?.complete) writeAtomic(files.complete, serializeNotebook(shown.complete));
  const answers = shown?.matched.answers ?? new Map();
  writeAtomic(files.feedback, toFeedback(result, shown?.assignment ?? assignment, shown?.executed, answers));
  // The result is written last, because it marks the student as complete.
  writeAtomic(files.result, `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

/** Returns the remarks for the instructor; undefined if there are none. */
function notesOn(
  submission: Submission,
  { answers }: MatchedCells,
  mismatch: string | undefined,
): string | undefined {
  const isUnanswered = [...answers.values()].every(({ state }) => state !== "answered");
  const all = [submission.note, mismatch, isUnanswered ? "no exercise is answered" : undefined];
  const notes = all.filter((one) => one !== undefined);
  return notes.length === 0 ? undefined : notes.join("; ");
}

/** A submitted notebook, with what is graded of it. */
interface ReadNotebook {
  readonly notebook: Notebook;
  readonly matched: MatchedCells;
}

/** @throws if a text is not a notebook, or has nothing to do with the assignment. */
function readSubmission(text: string, where: string, assignment: Assignment): ReadNotebook {
  checkFileSize(text, where);
  const notebook = parseNotebookOfAnyLanguage(text, where);
  checkCellSizes(notebook, where);
  const matched = matchCells(notebook, assignment);
  if (matched.added.length === 0 && [...matched.answers.values()].every(({ state }) => state === "missing"))
    throw new Error(`${where} has none of the exercises of ${assignment.name}; is it another notebook?`);
  return { notebook, matched };
}

/** Runs and scores a notebook. */
async function run(
  { notebook, matched }: ReadNotebook,
  submission: Submission,
  base: Omit<Result, "status">,
  { assignment }: GradingRun,
  options: OneOptions,
): Promise<Graded> {
  const reference = await options.judge.reference();
  const best = await runBest(assignment, matched, options, (one, hasAdded) =>
    scoreAll(assignment, one, reference, matched, hasAdded),
  );
  const { exercises, seconds, peakMemory, kernels, incidents } = best;
  const note = notesOn(submission, matched, versionMismatch(notebook, assignment));
  const outcome = { exercises, seconds, peakMemory, kernels, incidents };
  const { notebook: executed, complete } = best.shown;
  return {
    result: { ...base, ...outcome, ...(note === undefined ? {} : { note }), status: "graded" },
    shown: { assignment: best.assignment, matched, executed, complete },
  };
}

/** Returns what the feedback on a known result shows. */
function shownBefore(
  result: Result,
  matched: MatchedCells | undefined,
  { assignment, out }: GradingRun,
): Pick<Graded, "shown"> {
  const { notebook: path } = outputPaths(out, result.folder);
  if (!matched || !isRun(result) || !existsSync(path)) return {};
  const executed = readExecuted(path);
  const hasAdded = executed.cells.length > assignment.cells.length;
  const ran = hasAdded ? withAddedCells(assignment, matched.added) : assignment;
  return { shown: { assignment: ran, matched, executed } };
}

/**
 * Grades one submission and writes its results. The result of an earlier run is kept if it depends on the
 * same; whatever goes wrong is part of the result.
 *
 * @throws if the run is aborted.
 */
export async function gradeOne(
  submission: Submission,
  gradingRun: GradingRun,
  options: OneOptions,
): Promise<Result> {
  const { folder, isMissing } = submission;
  const student = submission.student.id;
  const { assignment, version, policy, marks, out } = gradingRun;
  const text = attempt(submission.read);
  const source = "value" in text ? text.value : text.problem;
  const key = hashOf(version, student, submission.note ?? "", source);
  const lateness = latenessOf(submission.timing, policy);
  const base: Omit<Result, "status"> = {
    ...{ student, folder, assignment: assignment.name, key, exercises: [] },
    maxScore: maxScoreOf(assignment),
    ...{ seconds: 0, peakMemory: 0, kernels: 0 },
    ...(submission.note === undefined ? {} : { note: submission.note }),
    ...(isMissing ? {} : { lateness }),
  };
  const withOwnMarks = (result: Result): Result =>
    withMarks(result, marks.get(student) ?? [], assignment.exercises);
  const without = (status: Result["status"], problem: string): Result =>
    writeGraded({ result: withOwnMarks({ ...base, status, problem }) }, gradingRun);
  if (isMissing) return without("not submitted", source);
  const parsed =
    "problem" in text ? text : attempt(() => readSubmission(text.value, submission.where, assignment));
  const known = readJson(outputPaths(out, folder).result) as Result | undefined;
  if (known?.key === key && known.status !== "grading failed") {
    const result = withOwnMarks({ ...known, lateness });
    if (isDeepStrictEqual(known, JSON.parse(JSON.stringify(result)))) return known;
    const matched = "value" in parsed ? parsed.value.matched : undefined;
    return writeGraded({ result, ...shownBefore(result, matched, gradingRun) }, gradingRun);
  }
  if ("problem" in parsed) return without("unreadable", parsed.problem);
  try {
    const { result, ...rest } = await run(parsed.value, submission, base, gradingRun, options);
    return writeGraded({ result: withOwnMarks(result), ...rest }, gradingRun);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof AssignmentError) throw error;
    return without("grading failed", problemOf(error));
  }
}
