import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Renderer } from "../run/figures";
import { writeAtomic } from "../run/files";
import { parseNotebook, serializeNotebook, type Notebook } from "../run/notebook";
import type { Assignment } from "./assignment";
import { toCsv } from "./csv";
import { toFeedback } from "./feedback";
import type { Submission } from "./inputs";
import type { CheckOutcome } from "./messages";
import { answersIn, otherVersion, solutionsOf, type Answer } from "./rebuild";
import { hashOf, libraryVersion, readResult, type Result } from "./result";
import { runSubmission, type SubmissionOptions, type SubmissionRun } from "./run-submission";
import { scoreExercise, type Reference } from "./score";
import { statisticsOf } from "./statistics";
import { toSummary } from "./summary";
import { toSummaryPage } from "./summary-page";

/** How a class is graded. */
export interface GradeOptions extends SubmissionOptions {
  readonly out: string;
  readonly jobs: number;
  readonly say: (line: string) => void;
  /** Draws the summary's figures. */
  readonly renderSvg: Renderer["renderSvg"];
}

/** Seconds to wait before each further attempt: what the machine lacks for a moment may be there again. */
const PAUSES = [1, 5];

/** Runs again what failed without the submission's doing. */
const runWithRetries = async (
  assignment: Assignment,
  answers: ReadonlyMap<string, Answer>,
  options: SubmissionOptions,
): Promise<SubmissionRun> => {
  for (let attempt = 0; ; attempt++)
    try {
      return await runSubmission(assignment, answers, options);
    } catch (error) {
      const pause = PAUSES[attempt];
      if (pause === undefined || options.signal?.aborted === true) throw error;
      await setTimeout(1000 * pause);
    }
};

const firstProblem = (checks: readonly CheckOutcome[]): string | undefined => {
  const wrong = checks.find(({ status }) => status !== "passed");
  return wrong && `${wrong.name}: ${wrong.problem ?? "not attempted"}`;
};

/**
 * What the checks see with the assignment's own solutions.
 *
 * @throws when a solution does not pass its own checks: nobody could.
 */
export const makeReference = async (
  assignment: Assignment,
  options: SubmissionOptions,
): Promise<Reference> => {
  const { exercises } = await runWithRetries(assignment, solutionsOf(assignment), options);
  return Object.fromEntries(
    [...exercises].map(([name, { checks, failure }]) => {
      const problem = failure ?? firstProblem(checks) ?? (checks.length === 0 ? "no check ran" : undefined);
      if (problem !== undefined)
        throw new Error(
          `latent grade: the solution of exercise ${name} does not pass its own checks: ${problem}`,
        );
      return [name, checks];
    }),
  );
};

/** The assignment as it is graded in one run. */
interface Marking {
  readonly assignment: Assignment;
  readonly reference: Reference;
  /** Of everything but the submission. */
  readonly version: string;
}

const paths = (out: string, student: string) => ({
  result: join(out, student, "result.json"),
  notebook: join(out, student, "executed.ipynb"),
  feedback: join(out, student, "feedback.html"),
});

const tryTo = <T>(body: () => T): { readonly value: T } | { readonly problem: string } => {
  try {
    return { value: body() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const write = (
  result: Result,
  { assignment }: Marking,
  answers: ReadonlyMap<string, Answer>,
  executed: Notebook | undefined,
  out: string,
): Result => {
  const files = paths(out, result.student);
  if (executed) writeAtomic(files.notebook, serializeNotebook(executed));
  writeAtomic(files.feedback, toFeedback(result, assignment, executed, answers));
  writeAtomic(files.result, `${JSON.stringify(result, undefined, 2)}\n`); // last: it says that all is there
  return result;
};

const gradeOne = async (submission: Submission, marking: Marking, options: GradeOptions): Promise<Result> => {
  const { student } = submission;
  const { assignment, reference, version } = marking;
  const maxScore = assignment.exercises.reduce((sum, { points }) => sum + points, 0);
  const text = tryTo(submission.read);
  const key = hashOf(version, "value" in text ? text.value : text.problem);
  const known = readResult(paths(options.out, student).result);
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
};

/** Reads the reference of an earlier run with the same version, or makes one. */
const referenceFor = async (
  assignment: Assignment,
  version: string,
  options: GradeOptions,
): Promise<Reference> => {
  const path = join(options.out, "reference.json");
  const known = readResult(path) as unknown as
    { readonly version: string; readonly reference: Reference } | undefined;
  if (known?.version === version) return known.reference;
  options.say(`${assignment.name}: running it with its own solutions`);
  const reference = await makeReference(assignment, options);
  writeAtomic(path, `${JSON.stringify({ version, reference })}\n`);
  return reference;
};

/**
 * Grades submissions, several at a time, and writes the class's CSV and summary. What an earlier run has graded, with the
 * same submission, assignment, limits and library, is taken from there.
 *
 * @throws when the assignment does not pass its own checks, or the run is aborted.
 */
export const gradeAll = async (
  submissions: readonly Submission[],
  assignment: Assignment,
  options: GradeOptions,
): Promise<Result[]> => {
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
};
