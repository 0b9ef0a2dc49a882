import type { Result } from "../marking/result";

/** The columns of nbgrader's export, in the same order. */
const COLUMNS =
  "assignment duedate timestamp student_id last_name first_name email " +
  "raw_score late_submission_penalty score max_score";

/** Quotes a field, and prefixes text that a spreadsheet would evaluate as a formula. */
function field(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function number(value: number): string {
  return String(Number(value.toFixed(4)));
}

/** Returns the grades in nbgrader's columns; the score is empty, not 0, if the grading failed. */
export function toCsv(results: readonly Result[]): string {
  const rows = results.map(({ assignment, student, status, score, maxScore }) => {
    const points = status === "grading failed" ? "" : number(score);
    const penalty = points === "" ? "" : "0";
    const row = [assignment, "", "", student, "", "", "", points, penalty, points, number(maxScore)];
    return row.map(field).join(",");
  });
  return `${[COLUMNS.replaceAll(" ", ","), ...rows].join("\n")}\n`;
}
