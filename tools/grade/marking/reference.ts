import { join } from "node:path";
import { writeAtomic } from "../../common/write-atomic";
import type { Assignment } from "../assignment/assignment";
import type { AttestedCheck } from "../channel/messages";
import { solutionsOf } from "../assignment/answers";
import { readWritten } from "./result";
import { runWithRetries } from "./retries";
import type { SubmissionOptions } from "./run-submission";
import type { Reference } from "./score";

/** How a reference is made, and where it is kept. */
export interface ReferenceOptions extends SubmissionOptions {
  readonly out: string;
  readonly say: (line: string) => void;
}

function firstProblem(checks: readonly AttestedCheck[]): string | undefined {
  const wrong = checks.find(({ status }) => status !== "passed");
  return wrong && `${wrong.name}: ${wrong.problem ?? "not attempted"}`;
}

/**
 * What the checks see with the assignment's own solutions.
 *
 * @throws when a solution does not pass its own checks: nobody could.
 */
async function makeReference(assignment: Assignment, options: SubmissionOptions): Promise<Reference> {
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
}

/** Reads the reference of an earlier run with the same version, or makes one. */
export async function referenceFor(
  assignment: Assignment,
  version: string,
  options: ReferenceOptions,
): Promise<Reference> {
  const path = join(options.out, "reference.json");
  const known = readWritten(path) as { readonly version: string; readonly reference: Reference } | undefined;
  if (known?.version === version) return known.reference;
  options.say(`${assignment.name}: running it with its own solutions`);
  const reference = await makeReference(assignment, options);
  writeAtomic(path, `${JSON.stringify({ version, reference })}\n`);
  return reference;
}
