import { readTable } from "../../common/table";
import type { Exercise } from "../../homework/exercises";
import { comparable } from "../submissions/roster";
import type { Mark, Marks } from "./marks";

const COLUMNS = ["student_id", "attempt", "exercise", "points", "comment", "max_points", "answer"] as const;

const POINTS = /^\d+(?:[.,]\d+)?$/;

/** @throws if a text is not a number of points that the exercise can have. */
function readPoints(text: string, exercise: Exercise | undefined, at: string): number {
  if (exercise === undefined)
    throw new Error(`${at}: points need an exercise; name one, or leave them empty`);
  const points = POINTS.test(text) ? Number(text.replace(",", ".")) : NaN;
  if (!(points >= 0 && points <= exercise.points))
    throw new Error(
      `${at}: the points of ${exercise.name} must be from 0 to ${exercise.points}, got "${text}"`,
    );
  return points;
}

/** Returns the index of the attempt that a row names. */
function readAttempt(text: string | undefined, count: number, at: string): number {
  if (text === undefined && count === 1) return 0;
  const attempt = Number(text);
  if (Number.isInteger(attempt) && attempt >= 1 && attempt <= count) return attempt - 1;
  throw new Error(`${at}: the attempt must be a number from 1 to ${count}, got "${text ?? ""}"`);
}

/**
 * Reads a table of marks: CSV with the columns `student_id` and `exercise`, `points` or `comment`, and
 * `attempt` if there are several. A row without exercise is a comment on the whole submission; rows without
 * points and comment say nothing, so that the list of answers to be marked can be filled in step by step.
 *
 * @param students the ids of all students, for each attempt.
 * @returns the marks of each attempt, by id.
 * @throws if the file cannot be read, or a row names an unknown student, attempt or exercise, invalid points,
 *   or what another row has marked.
 */
export function readMarks(
  path: string,
  exercises: readonly Exercise[],
  students: readonly (readonly string[])[],
): Marks[] {
  const rows = readTable(path, {
    option: "--marks",
    columns: COLUMNS,
    isComplete: (columns) =>
      columns.includes("student_id") && (columns.includes("points") || columns.includes("comment")),
    requirement: "the columns student_id, exercise, points and comment",
  });
  const names = exercises.map((one) => one.name);
  const ids = students.map((attempt) => new Map(attempt.map((id) => [comparable(id), id])));
  const marks = students.map(() => new Map<string, Mark[]>());
  for (const { number, values } of rows) {
    const { student_id: student = "", exercise: name, points, comment } = values;
    const at = `--marks ${path}, row ${number}`;
    const attempt = readAttempt(values.attempt, students.length, at);
    const id = ids[attempt]?.get(comparable(student));
    if (id === undefined)
      throw new Error(`${at}: no student has the id "${student}"; see grades.csv for the ids`);
    if (points === undefined && comment === undefined) continue;
    const exercise = exercises.find((one) => one.name === name);
    if (name !== undefined && exercise === undefined)
      throw new Error(`${at}: no exercise is named "${name}"; the exercises are ${names.join(", ")}`);
    const given = marks[attempt]?.get(id) ?? [];
    if (given.some((mark) => mark.exercise === name))
      throw new Error(
        `${at}: another row marks ${name ?? "the whole submission"} of ${id}; keep one of them`,
      );
    given.push({
      ...(name === undefined ? {} : { exercise: name }),
      ...(points === undefined ? {} : { points: readPoints(points, exercise, at) }),
      ...(comment === undefined ? {} : { comment }),
    });
    marks[attempt]?.set(id, given);
  }
  return marks;
}
