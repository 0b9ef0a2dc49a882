import { readTable } from "../../common/table";
import type { Exercise } from "../../homework/exercises";
import { comparable } from "../submissions/roster";
import type { Mark, Marks } from "./marks";

const COLUMNS = ["student_id", "exercise", "points", "comment", "max_points", "answer"] as const;

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

/**
 * Reads a table of marks: CSV with the columns `student_id` and `exercise`, `points` or `comment`. A row
 * without exercise is a comment on the whole submission; rows without points and comment say nothing, so that
 * the list of answers to be marked can be filled in step by step.
 *
 * @param students the ids of all students.
 * @returns the marks by id.
 * @throws if the file cannot be read, or a row names an unknown student or exercise, invalid points, or what
 *   another row has marked.
 */
export function readMarks(path: string, exercises: readonly Exercise[], students: readonly string[]): Marks {
  const rows = readTable(path, {
    option: "--marks",
    columns: COLUMNS,
    isComplete: (columns) =>
      columns.includes("student_id") && (columns.includes("points") || columns.includes("comment")),
    requirement: "the columns student_id, exercise, points and comment",
  });
  const names = exercises.map((one) => one.name);
  const ids = new Map(students.map((id) => [comparable(id), id]));
  const marks = new Map<string, Mark[]>();
  for (const { number, values } of rows) {
    const { student_id: student = "", exercise: name, points, comment } = values;
    const at = `--marks ${path}, row ${number}`;
    const id = ids.get(comparable(student));
    if (id === undefined)
      throw new Error(`${at}: no student has the id "${student}"; see grades.csv for the ids`);
    if (points === undefined && comment === undefined) continue;
    const exercise = exercises.find((one) => one.name === name);
    if (name !== undefined && exercise === undefined)
      throw new Error(`${at}: no exercise is named "${name}"; the exercises are ${names.join(", ")}`);
    const given = marks.get(id) ?? [];
    if (given.some((mark) => mark.exercise === name))
      throw new Error(
        `${at}: another row marks ${name ?? "the whole submission"} of ${id}; keep one of them`,
      );
    given.push({
      ...(name === undefined ? {} : { exercise: name }),
      ...(points === undefined ? {} : { points: readPoints(points, exercise, at) }),
      ...(comment === undefined ? {} : { comment }),
    });
    marks.set(id, given);
  }
  return marks;
}
