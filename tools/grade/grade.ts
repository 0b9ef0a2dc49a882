import { join } from "node:path";
import type { Renderer } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import type { Notebook } from "../notebook/document";
import { parseNotebook } from "../notebook/read";
import { serializeNotebook } from "../notebook/write";
import type { Assignment } from "./assignment/assignment";
import { toCsv } from "./report/csv";
import { toFeedback } from "./report/feedback";
import type { Submission } from "./assignment/submissions";
import { answersIn, otherVersion, type Answer } from "./assignment/answers";
import { referenceFor, type ReferenceOptions } from "./marking/reference";
import { hashOf, libraryVersion, readWritten, type Result } from "./marking/result";
import { runWithRetries } from "./marking/retries";
import { scoreExercise, type Reference } from "./marking/score";
import { statisticsOf } from "./report/class-statistics";
import { toSummary } from "./report/summary";
import { toSummaryPage } from "./report/summary-page";

/** How a class is graded. */
export interface GradeOptions extends ReferenceOptions {
  readonly jobs: number;
  /** Draws the summary's figures. */
  readonly renderSvg: Renderer["renderSvg"];
}

/** The assignment as it is graded in one run. */
interface Marking {
  readonly assignment: Assignment;
  readonly reference: Reference;
  /** Of everything but the submission. */
  readonly version: string;
}

function paths(out: string, student: string) {
  return {
    result: join(out, student, "result.json"),
    notebook: join(out, student, "executed.ipynb"),
    feedback: join(out, student, "feedback.html"),
  };
}

function tryTo<T>(body: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: body() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function write(
  result: Result,
  { assignment }: Marking,
  answers: ReadonlyMap<string, Answer>,
  executed: Notebook | undefined,
  out: string,
): Result {
  const files = paths(out, result.student);
  if (executed) writeAtomic(files.notebook, serializeNotebook(executed));
  writeAtomic(files.feedback, toFeedback(result, assignment, executed, answers));
  writeAtomic(files.result, `${JSON.stringify(result, undefined, 2)}\n`); // last: it says that all is there
  return result;
}

async function gradeOne(submission: Submission, marking: Marking, options: GradeOptions): Promise<Result> {
  const { student } = submission;
  const { assignment, reference, version } = marking;
  const maxScore = assignment.exercises.reduce((sum, { points }) => sum + points, 0);
  const text = tryTo(submission.read);
  const key = hashOf(version, "value" in text ? text.value : text.problem);
  const known = readWritten(paths(options.out, student).result) as Result | undefined;
  if (known?.key === key && known.status !== "machinery failed") return known;
  const empty = {
    student,
    assignment: assignment.name,
    key,
    score: 0,
    maxScore,
    seconds: 0,
    peakMemory: 0,
    kernels: 0,
  };
  const without = (status: Result["status"], problem: string): Result =>
    write({ ...empty, status, problem, exercises: [] }, marking, new Map(), undefined, options.out);

  const parsed = "problem" in text ? text : tryTo(() => parseNotebook(text.value, submission.where));
  if ("problem" in parsed) return without("unreadable", parsed.problem);
  const answers = answersIn(parsed.value, assignment);
  const note = otherVersion(parsed.value, assignment);
  try {
    const run = await runWithRetries(assignment, answers, options);
    const exercises = assignment.exercises.map(({ name }) =>
      scoreExercise(assignment, name, run.exercises.get(name), reference, answers.get(name)),
    );
    const score = exercises.reduce((sum, exercise) => sum + exercise.score, 0);
    const { seconds, peakMemory, kernels, notebook } = run;
    const found = { score, exercises, seconds, peakMemory, kernels, ...(note === undefined ? {} : { note }) };
    const result: Result = { ...empty, status: "graded", ...found };
    return write(result, marking, answers, notebook, options.out);
  } catch (error) {
    options.signal?.throwIfAborted();
    return without("machinery failed", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Grades submissions, several at a time, and writes the class's CSV and summary. What an earlier run has graded, with the
 * same submission, assignment, limits and library, is taken from there.
 *
 * @throws when the assignment does not pass its own checks, or the run is aborted.
 */
export async function gradeAll(
  submissions: readonly Submission[],
  assignment: Assignment,
  options: GradeOptions,
): Promise<Result[]> {
  const { limits, isolation, out, say, signal } = options;
  const version = hashOf(assignment.version, JSON.stringify(limits), isolation.kind, libraryVersion());
  const marking = { assignment, version, reference: await referenceFor(assignment, version, options) };
  const results: Result[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < submissions.length; index = next++) {
      signal?.throwIfAborted();
      const submission = submissions[index];
      if (!submission) continue;
      const result = await gradeOne(submission, marking, options);
      results[index] = result;
      const { student, status, score, maxScore, seconds } = result;
      say(`${student}: ${status}, ${score.toFixed(2)} of ${maxScore}, ${seconds.toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  writeAtomic(join(out, "grades.csv"), toCsv(results));
  const statistics = statisticsOf(results);
  writeAtomic(join(out, "summary.md"), toSummary(assignment.name, statistics));
  const page = await toSummaryPage(assignment.name, statistics, results, options.renderSvg);
  writeAtomic(join(out, "summary.html"), page);
  return results;
}
