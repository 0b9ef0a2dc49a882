import type { Result } from "../marking/result";

/** nbgrader's columns, in the order of its own export. */
const COLUMNS =
  "assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty score max_score".split(
    " ",
  );

/** A field that spreadsheets neither split nor take for a formula. */
function field(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function number(value: number): string {
  return String(Number(value.toFixed(4)));
}

/** The class in nbgrader's columns; a student about whom nothing is known has no score, which is not a zero. */
export function toCsv(results: readonly Result[]): string {
  const rows = results.map(({ assignment, student, status, score, maxScore }) => {
    const points = status === "machinery failed" ? "" : number(score);
    const penalty = points === "" ? "" : "0";
    const row = [assignment, "", "", student, "", "", "", points, penalty, points, number(maxScore)];
    return row.map(field).join(",");
  });
  return `${[COLUMNS.join(","), ...rows].join("\n")}\n`;
}
