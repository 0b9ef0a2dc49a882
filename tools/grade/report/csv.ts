import { formatCsv } from "../../common/csv";
import type { Result } from "../marking/result";

/** The columns of nbgrader's export, in the same order, and two of our own. */
const COLUMNS =
  "assignment duedate timestamp student_id last_name first_name email " +
  "raw_score late_submission_penalty score max_score status remark";

/** The maximum number of characters of a remark. */
const MAX_REMARK = 500;

function number(value: number): string {
  return String(Number(value.toFixed(4)));
}

/**
 * Returns the grades in nbgrader's columns, then the status and a remark. The score of a submission that was
 * not graded is empty, not 0, and the remark says why.
 */
export function toCsv(results: readonly Result[]): string {
  const rows = results.map(({ assignment, student, status, problem, note, score, maxScore }) => {
    const points = score === undefined ? "" : number(score);
    const penalty = points === "" ? "" : "0";
    const remark = (problem ?? note ?? "").replace(/\s+/g, " ").slice(0, MAX_REMARK);
    return [
      ...[assignment, "", "", student, "", "", "", points, penalty, points, number(maxScore)],
      ...[status, remark],
    ];
  });
  return formatCsv([COLUMNS.split(" "), ...rows]);
}
