import { setTimeout } from "node:timers/promises";
import type { Assignment } from "../assignment/assignment";
import type { Answer } from "../assignment/match-cells";
import { runSubmission, type SubmissionOptions, type SubmissionRun } from "./run-submission";

/** Seconds to wait before each retry: a shortage of resources may be temporary. */
const PAUSES = [1, 5];

/** Runs a submission, and retries if that fails for a reason other than the submission. */
export async function runWithRetries(
  assignment: Assignment,
  answers: ReadonlyMap<string, Answer>,
  options: SubmissionOptions,
): Promise<SubmissionRun> {
  for (let attempt = 0; ; attempt++)
    try {
      return await runSubmission(assignment, answers, options);
    } catch (error) {
      const pause = PAUSES[attempt];
      if (pause === undefined || options.signal?.aborted === true) throw error;
      await setTimeout(1000 * pause);
    }
}
