import { join } from "node:path";
import { writeAtomic } from "../../common/write-atomic";
import type { Assignment } from "../assignment/assignment";
import type { AttestedCheck } from "../channel/messages";
import { solutionsOf } from "../assignment/answers";
import { readJson } from "./result";
import { runWithRetries } from "./retries";
import type { SubmissionOptions } from "./run-submission";
import type { Reference } from "./score";

/** Options of the reference run. */
export interface ReferenceOptions extends SubmissionOptions {
  /** The folder in which the reference is stored. */
  readonly out: string;
  /** Prints a line of progress. */
  readonly log: (line: string) => void;
}

function firstProblem(checks: readonly AttestedCheck[]): string | undefined {
  const wrong = checks.find(({ status }) => status !== "passed");
  return wrong && `${wrong.name}: ${wrong.problem ?? "not attempted"}`;
}

/**
 * Runs the assignment with its own solutions.
 *
 * @throws if a solution does not pass its own checks.
 */
async function makeReference(assignment: Assignment, options: SubmissionOptions): Promise<Reference> {
  const { exercises } = await runWithRetries(assignment, solutionsOf(assignment), options);
  return Object.fromEntries(
    [...exercises].map(([name, { checks, failure }]) => {
      const problem = failure ?? firstProblem(checks) ?? (checks.length === 0 ? "no check ran" : undefined);
      if (problem !== undefined)
        throw new Error(
          `latent grade: the solution of exercise ${name} does not pass its own checks: ${problem}; ` +
            "correct the instructor's notebook",
        );
      return [name, checks];
    }),
  );
}

/** Returns the reference: that of an earlier run with the same version, or a new one. */
export async function referenceFor(
  assignment: Assignment,
  version: string,
  options: ReferenceOptions,
): Promise<Reference> {
  const path = join(options.out, "reference.json");
  const known = readJson(path) as { readonly version: string; readonly reference: Reference } | undefined;
  if (known?.version === version) return known.reference;
  options.log(`${assignment.name}: running it with its own solutions first`);
  const reference = await makeReference(assignment, options);
  writeAtomic(path, `${JSON.stringify({ version, reference })}\n`);
  return reference;
}
