import { formatCsv } from "../../common/csv";
import type { Result } from "../marking/result";
import { isUnmarked, type ScoredExercise } from "../marking/score";

const HEADER = ["student_id", "attempt", "exercise", "points", "comment", "max_points", "answer"];

function row({ name, points, score, automatic, comment = "", text = "" }: ScoredExercise): string[] {
  const given = automatic === undefined ? "" : String(score);
  return [name, given, comment, String(points), text];
}

/**
 * Returns the list of all marks as CSV, for `--marks`: those that a person has given, and answers in words
 * that still need one. Returns nothing if there are neither.
 */
export function toMarksList(results: readonly Result[]): string | undefined {
  const lines = results.flatMap(({ student, attempt, exercises, comment }) => {
    const who = [student, attempt === undefined ? "" : String(attempt)];
    const shown = exercises.filter(
      (one) => isUnmarked(one) || one.automatic !== undefined || one.comment !== undefined,
    );
    const whole = comment === undefined ? [] : [["", "", comment, "", ""]];
    return [...shown.map(row), ...whole].map((cells) => [...who, ...cells]);
  });
  return lines.length === 0 ? undefined : formatCsv([HEADER, ...lines]);
}
