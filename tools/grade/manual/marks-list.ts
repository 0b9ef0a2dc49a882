import { formatCsv } from "../../common/csv";
import type { Result } from "../marking/result";
import { isUnmarked, type ScoredExercise } from "../marking/score";

const HEADER = ["student_id", "exercise", "points", "comment", "max_points", "answer"];

function row(student: string, { name, points, score, automatic, comment = "", text = "" }: ScoredExercise) {
  const given = automatic === undefined ? "" : String(score);
  return [student, name, given, comment, String(points), text];
}

/**
 * Returns the list of all marks as CSV, for `--marks`: those that a person has given, and answers in words
 * that still need one. Returns nothing if there are neither.
 */
export function toMarksList(results: readonly Result[]): string | undefined {
  const rows = results.flatMap(({ student, exercises, comment }) => [
    ...exercises
      .filter((one) => isUnmarked(one) || one.automatic !== undefined || one.comment !== undefined)
      .map((one) => row(student, one)),
    ...(comment === undefined ? [] : [[student, "", "", comment, "", ""]]),
  ]);
  return rows.length === 0 ? undefined : formatCsv([HEADER, ...rows]);
}
