import { omit } from "../../common/omit";
import type { Exercise } from "../../homework/exercises";
import { isRun, type Result } from "../marking/result";
import { isUnmarked, type ScoredExercise } from "../marking/score";

/** What a person says about a submission. */
export interface Mark {
  /** Absent for a comment on the whole submission. */
  readonly exercise?: string;
  /** They replace those that the checks gave. */
  readonly points?: number;
  readonly comment?: string;
}

/** The marks of a class, by the student's id. */
export type Marks = ReadonlyMap<string, readonly Mark[]>;

/** Returns an exercise as the checks scored it. */
function withoutMark(exercise: ScoredExercise): ScoredExercise {
  const { automatic, score } = exercise;
  return { ...omit(exercise, "automatic", "comment"), score: automatic ?? score };
}

function marked(exercise: ScoredExercise, mark: Mark | undefined): ScoredExercise {
  const scored = withoutMark(exercise);
  if (mark === undefined) return scored;
  const { points, comment } = mark;
  return {
    ...scored,
    ...(points === undefined ? {} : { score: points, automatic: scored.score }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Returns what is known of an exercise of a submission that could not be graded. */
function unseen({ name, points }: Exercise): ScoredExercise {
  return { name, points, score: 0, state: "missing", checks: [] };
}

/**
 * Returns a result with the marks of a person, in place of those that it had. A submission that could not be
 * graded has a score once every exercise is marked; one with written answers, once each of these is.
 */
export function withMarks(result: Result, marks: readonly Mark[], exercises: readonly Exercise[]): Result {
  const markOf = (name: string): Mark | undefined => marks.find(({ exercise }) => exercise === name);
  const comment = marks.find(({ exercise }) => exercise === undefined)?.comment;
  const known = isRun(result) ? result.exercises : exercises.map(unseen);
  const scored = known.map((one) => marked(one, markOf(one.name)));
  const isScored = isRun(result)
    ? !scored.some(isUnmarked)
    : scored.every(({ automatic }) => automatic !== undefined);
  const isShown = isRun(result) || scored.some(({ name }) => markOf(name) !== undefined);
  return {
    ...omit(result, "score", "comment"),
    status: isRun(result) ? (isScored ? "graded" : "needs marks") : result.status,
    exercises: isShown ? scored : [],
    ...(isScored ? { score: scored.reduce((sum, { score }) => sum + score, 0) } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}
