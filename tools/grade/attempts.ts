import { join } from "node:path";
import { omit } from "../common/omit";
import type { Assignment } from "./assignment/assignment";
import { gradeAll, type GradeOptions } from "./grade";
import type { Marks } from "./manual/marks";
import { pointsOf, type Result } from "./marking/result";
import type { Row } from "./report/csv";
import { comparable } from "./submissions/roster";
import type { Submission } from "./submissions/submissions";
import { writeClass } from "./write-class";

/** Which of several attempts counts. */
export type Counting = "last" | "best";

function pointsIn({ result }: Row): number {
  return pointsOf(result)?.final ?? -1;
}

/** Whether `later` counts in place of `earlier`. */
function replaces(later: Row, earlier: Row, counting: Counting): boolean {
  if (later.result.status === "not submitted") return false;
  if (earlier.result.status === "not submitted") return true;
  return counting === "last" || pointsIn(later) > pointsIn(earlier);
}

/**
 * Returns the attempt of each student that counts, with its number: the last one that was handed in, whatever
 * its outcome, or the one with the most points after deductions, the first of equals.
 */
export function countingAttempts(attempts: readonly (readonly Row[])[], counting: Counting): Row[] {
  const chosen = new Map<string, Row>();
  const handedIn = new Map<string, number>();
  for (const [index, rows] of attempts.entries())
    for (const row of rows) {
      const key = comparable(row.student.id);
      const numbered = { ...row, result: { ...row.result, attempt: index + 1 } };
      const before = chosen.get(key);
      if (!before || replaces(numbered, before, counting)) chosen.set(key, numbered);
      if (row.result.status !== "not submitted") handedIn.set(key, (handedIn.get(key) ?? 0) + 1);
    }
  return [...chosen].map(([key, row]) => {
    const count = handedIn.get(key) ?? 0;
    if (count < 2) return row;
    const remark = `attempt ${row.result.attempt ?? 0} counts, the ${counting} of ${count}`;
    const note = [remark, row.result.note].filter((part) => part !== undefined).join("; ");
    return { ...row, result: { ...row.result, note } };
  });
}

/**
 * Grades several attempts of a class, each in a folder `attempt-N` of its own, and writes the grades and the
 * summary of those that count.
 *
 * @param marks those of each attempt.
 * @throws as `gradeAll` does.
 */
export async function gradeAttempts(
  attempts: readonly (readonly Submission[])[],
  assignment: Assignment,
  { marks, ...options }: Omit<GradeOptions, "marks"> & { readonly marks: readonly Marks[] },
  counting: Counting,
): Promise<Result[]> {
  const each = omit(options, "platform");
  const rows: Row[][] = [];
  for (const [index, submissions] of attempts.entries()) {
    const name = `attempt-${index + 1}`;
    options.log(`${assignment.name}, attempt ${index + 1} of ${attempts.length}`);
    const results = await gradeAll(submissions, assignment, {
      ...each,
      out: join(options.out, name),
      marks: marks[index] ?? new Map(),
    });
    rows.push(
      submissions.flatMap(({ student }, i) => {
        const result = results[i];
        return result ? [{ student, result }] : [];
      }),
    );
  }
  const counted = countingAttempts(rows, counting);
  await writeClass(counted, assignment.name, options);
  return counted.map(({ result }) => result);
}
