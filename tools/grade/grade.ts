import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import type { Assignment } from "./assignment/assignment";
import { gradeOne, type GradingRun } from "./grade-one";
import type { LatePolicy } from "./lateness/late-policy";
import { referenceFor, type ReferenceOptions } from "./marking/reference";
import { hashOf, installationHash, showPoints, type Result } from "./marking/result";
import { statisticsOf } from "./report/class-statistics";
import { platformCsv, toCsv, type CsvKind, type Row } from "./report/csv";
import { toSummary } from "./report/summary";
import { toSummaryPage, type Drawing } from "./report/summary-page";
import type { Submission } from "./submissions/submissions";

/** Options of a grading run. */
export interface GradeOptions extends ReferenceOptions {
  /** The number of submissions graded at the same time. */
  readonly jobs: number;
  /** Draws the figures of the summary. */
  readonly drawing: Drawing;
  readonly policy: LatePolicy;
  /** The learning platform for which a second CSV file is written, and its column for the assignment. */
  readonly platform?: { readonly kind: CsvKind; readonly column?: string };
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
  const { limits, isolation, out, log, signal, policy, platform } = options;
  const version = hashOf(assignment.version, JSON.stringify(limits), isolation.kind, installationHash());
  const reference = await referenceFor(assignment, version, options);
  const gradingRun: GradingRun = { assignment, version, reference, policy, out };
  const results: Result[] = [];
  const rows: Row[] = [];
  let next = 0;
  const gradeNext = async (): Promise<void> => {
    for (let index = next++; index < submissions.length; index = next++) {
      signal?.throwIfAborted();
      const submission = submissions[index];
      if (!submission) continue;
      const result = await gradeOne(submission, gradingRun, options);
      results[index] = result;
      rows[index] = { result, student: submission.student };
      const { student, status, problem, seconds } = result;
      const why = problem === undefined ? "" : ` (${problem.replaceAll("\n", " ")})`;
      log(`${student}: ${status}, ${showPoints(result)}, ${seconds.toFixed(1)} s${why}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, gradeNext));
  writeAtomic(join(out, "grades.csv"), toCsv(rows));
  if (platform !== undefined) {
    const { file, text, warnings } = platformCsv(rows, assignment.name, platform.kind, platform.column);
    writeAtomic(join(out, file), text);
    for (const warning of warnings) log(`${file}: ${warning}`);
  }
  const statistics = statisticsOf(results);
  writeAtomic(join(out, "summary.md"), toSummary(assignment.name, statistics));
  const page = await toSummaryPage(assignment.name, statistics, results, options.drawing);
  writeAtomic(join(out, "summary.html"), page);
  return results;
}
