import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import { maxScoreOf, type Assignment } from "./assignment/assignment";
import { gradeOne, INSTRUCTOR, problemOf, type GradingRun, type OneOptions } from "./grade-one";
import type { LatePolicy } from "./lateness/late-policy";
import {
  AssignmentError,
  createJudgeProcess,
  type JudgeOptions,
  type JudgeProcess,
} from "./marking/judge-process";
import type { Marks } from "./manual/marks";
import { hashOf, installationHash, readJson, showPoints, type Result } from "./marking/result";
import { verifyChecks } from "./marking/verify-checks";
import type { Row } from "./report/csv";
import type { Submission } from "./submissions/submissions";
import { writeClass, type ClassOptions } from "./write-class";

/** Options of a grading run. */
export interface GradeOptions extends JudgeOptions, ClassOptions {
  /** The number of submissions graded at the same time. */
  readonly jobs: number;
  readonly policy: LatePolicy;
  /** The marks that a person has given; by default none. */
  readonly marks?: Marks;
}

/**
 * Returns one judge for each submission that is graded at the same time. The first that is needed runs the
 * solutions, and tries all checks unless they have been tried before.
 */
function createJudges(assignment: Assignment, version: string, options: GradeOptions): JudgeProcess[] {
  const { jobs, out, log } = options;
  const path = join(out, INSTRUCTOR, "verified.json");
  let isVerified: Promise<void> | undefined;
  const verify = async (judge: JudgeProcess): Promise<void> => {
    log(`${assignment.name}: running it with its own solutions first`);
    await judge.reference();
    const known = readJson(path) as { readonly version?: unknown } | undefined;
    if (known?.version === version) return;
    await verifyChecks(assignment, judge);
    writeAtomic(path, `${JSON.stringify({ version })}\n`);
  };
  return Array.from({ length: jobs }, () => {
    const judge = createJudgeProcess(assignment, options);
    const reference: JudgeProcess["reference"] = async () => {
      await (isVerified ??= verify(judge));
      return judge.reference();
    };
    return { ...judge, reference };
  });
}

/** Grades one submission; an error that it causes anywhere concerns no other submission. */
async function gradeSafely(
  submission: Submission,
  gradingRun: GradingRun,
  options: OneOptions,
): Promise<Result> {
  try {
    return await gradeOne(submission, gradingRun, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof AssignmentError) throw error;
    const { student, folder } = submission;
    const { assignment } = gradingRun;
    return {
      ...{ student: student.id, folder, assignment: assignment.name, key: "", exercises: [] },
      ...{ status: "grading failed", problem: problemOf(error), maxScore: maxScoreOf(assignment) },
      ...{ seconds: 0, peakMemory: 0, kernels: 0 },
    };
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
  const { limits, isolation, out, log, signal, policy, marks = new Map() } = options;
  const version = hashOf(assignment.version, JSON.stringify(limits), isolation.kind, installationHash());
  const judges = createJudges(assignment, version, options);
  const gradingRun: GradingRun = { assignment, version, policy, marks, out };
  const results: Result[] = [];
  const rows: Row[] = [];
  let next = 0;
  const gradeNext = async (judge: JudgeProcess): Promise<void> => {
    for (let index = next++; index < submissions.length; index = next++) {
      signal?.throwIfAborted();
      const submission = submissions[index];
      if (!submission) continue;
      const result = await gradeSafely(submission, gradingRun, { ...options, judge });
      results[index] = result;
      rows[index] = { result, student: submission.student };
      const { student, status, problem, seconds } = result;
      const why = problem === undefined ? "" : ` (${problem.replaceAll("\n", " ")})`;
      log(`${student}: ${status}, ${showPoints(result)}, ${seconds.toFixed(1)} s${why}`);
    }
  };
  try {
    await Promise.all(judges.map(gradeNext));
  } finally {
    await Promise.all(judges.map((judge) => judge.close()));
  }
  await writeClass(rows, assignment.name, options);
  return results;
}
