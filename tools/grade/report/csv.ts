import { countOf } from "../../common/count-of";
import { formatCsv } from "../../common/csv";
import { isRun, pointsOf, remarkOn, type Result } from "../marking/result";
import { isUnmarked } from "../marking/score";
import type { Student } from "../submissions/submissions";

/** A result with what is known about the student. */
export interface Row {
  readonly result: Result;
  readonly student: Student;
}

/** A learning platform into which grades are imported. */
export type CsvKind = "canvas" | "moodle";

/** The columns of nbgrader's export, in the same order, and two of our own. */
const COLUMNS =
  "assignment duedate timestamp student_id last_name first_name email " +
  "raw_score late_submission_penalty score max_score status remark";

/** The maximum number of characters of a remark. */
const MAX_REMARK = 500;

function number(value: number): string {
  return String(Number(value.toFixed(4)));
}

/** Names the exercises that a person has to mark; empty if there are none. */
function unmarkedIn({ exercises }: Result): string {
  const unmarked = exercises.filter(isUnmarked).map(({ name }) => name);
  return unmarked.length === 0 ? "" : `to be marked: ${unmarked.join(", ")}`;
}

/** Names the exercises whose points a person has given; empty if there are none. */
function markedIn({ exercises, ...result }: Result): string {
  const marked = exercises.flatMap(({ name, score, automatic, text }) => {
    if (automatic === undefined) return [];
    const instead = isRun(result) && text === undefined ? ` instead of ${number(automatic)}` : "";
    return [`${name} ${number(score)}${instead}`];
  });
  return marked.length === 0 ? "" : `marked by hand: ${marked.join(", ")}`;
}

/**
 * Returns the grades in nbgrader's columns, then the status and a remark. The score of a submission that was
 * not graded is empty, not 0, and the remark says why.
 */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map(({ result, student }) => {
    const { id, lastName = "", firstName = "", email = "" } = student;
    const { due = "", submitted = "" } = result.lateness ?? {};
    const { raw, penalty, final } = pointsOf(result) ?? {};
    const remark = [remarkOn(result), unmarkedIn(result), markedIn(result)]
      .filter((part) => part !== "")
      .join("; ");
    const points = [raw, penalty, final].map((value) => (value === undefined ? "" : number(value)));
    return [
      ...[result.assignment, due, submitted, id, lastName, firstName, email],
      ...[...points, number(result.maxScore), result.status, remark.slice(0, MAX_REMARK)],
    ];
  });
  return formatCsv([COLUMNS.split(" "), ...lines]);
}

/** A file for a learning platform, and what it does not contain. */
export interface PlatformCsv {
  readonly file: string;
  readonly text: string;
  readonly warnings: readonly string[];
}

function nameOf({ id, firstName = "", lastName = "" }: Student): string {
  return `${firstName} ${lastName}`.trim() || id;
}

function idsOf(rows: readonly Row[]): string {
  return rows.map(({ student }) => student.id).join(", ");
}

/**
 * Returns the grades as Canvas imports them (lib/gradebook_importer.rb of Canvas): a student is found by the
 * number, else by the login, else by the name. An empty field would delete a grade, so that students without
 * a score have no row.
 */
function canvasLines(rows: readonly Row[], maxScore: number, column: string): string[][] {
  const lines = rows.flatMap(({ result, student }) => {
    const points = pointsOf(result);
    if (!points) return [];
    const { id, platformId = "" } = student;
    return [[nameOf(student), platformId, "", platformId === "" ? id : "", "", number(points.final)]];
  });
  return [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column],
    ["Points Possible", "", "", "", "", number(maxScore)],
    ...lines,
  ];
}

/**
 * Returns the grades as Moodle's "Upload grading worksheet" imports them (mod/assign/feedback/offline of
 * Moodle): a student is found by the number of the participant, and an empty grade changes nothing.
 */
function moodleLines(rows: readonly Row[]): string[][] {
  const lines = rows.map(({ result, student }) => {
    const points = pointsOf(result);
    return [
      ...[`Participant ${student.platformId ?? ""}`, nameOf(student), student.email ?? ""],
      ...[points ? number(points.final) : "", number(result.maxScore), ""],
    ];
  });
  return [
    ["Identifier", "Full name", "Email address", "Grade", "Maximum grade", "Last modified (grade)"],
    ...lines,
  ];
}

/**
 * Returns the grades for import into a learning platform.
 *
 * @param column the assignment's column in Canvas, as in its own export; by default the assignment's name.
 */
export function platformCsv(
  rows: readonly Row[],
  assignment: string,
  kind: CsvKind,
  column: string = assignment,
): PlatformCsv {
  const maxScore = rows[0]?.result.maxScore ?? 0;
  const file = `grades-${kind}.csv`;
  const warnings: string[] = [];
  const warn = (what: string, found: readonly Row[]): void => {
    if (found.length > 0) warnings.push(`${countOf(found.length, "student")} ${what}: ${idsOf(found)}`);
  };
  warn(
    "without a score",
    rows.filter(({ result }) => pointsOf(result) === undefined),
  );
  if (kind === "canvas") return { file, text: formatCsv(canvasLines(rows, maxScore, column)), warnings };
  const numbered = rows.filter(({ student }) => student.platformId !== undefined);
  warn(
    "left out without Moodle's number; add it to --names in the column platform_id",
    rows.filter(({ student }) => student.platformId === undefined),
  );
  warn(
    "above the maximum, which Moodle does not import; raise the maximum grade there",
    numbered.filter(({ result }) => (pointsOf(result)?.final ?? 0) > result.maxScore),
  );
  return { file, text: formatCsv(moodleLines(numbered)), warnings };
}
