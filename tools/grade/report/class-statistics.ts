import { countOf } from "../../common/count-of";
import type { Result } from "../marking/result";

/** How the class did in one exercise, in submissions. */
export interface ExerciseStatistics {
  readonly name: string;
  readonly points: number;
  readonly mean: number;
  /** With all points, with some, with none although answered, and left open: they add up to the class. */
  readonly full: number;
  readonly some: number;
  readonly none: number;
  readonly open: number;
  /** How many passed each check. */
  readonly checks: readonly { readonly name: string; readonly passed: number }[];
}

/** How a class did. */
export interface ClassStatistics {
  readonly submissions: number;
  /** Submissions that could be graded: all other numbers are theirs. */
  readonly graded: number;
  readonly mean: number;
  readonly maxScore: number;
  /** Submissions by tenths of the points; full points are in the last. */
  readonly tenths: readonly number[];
  readonly exercises: readonly ExerciseStatistics[];
  /** What somebody should look at. */
  readonly attention: readonly { readonly student: string; readonly words: string }[];
}

/** "1 submission", "2 submissions". */
export function submissionsIn(count: number): string {
  return countOf(count, "submission");
}

const TENTHS = 10;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function tenthsOf(graded: readonly Result[]): number[] {
  const counts = Array.from({ length: TENTHS }, () => 0);
  for (const { score, maxScore } of graded) {
    const tenth = Math.min(TENTHS - 1, Math.floor((TENTHS * score) / Math.max(maxScore, Number.MIN_VALUE)));
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return counts;
}

function exercisesOf(graded: readonly Result[]): ExerciseStatistics[] {
  return (graded[0]?.exercises ?? []).map(({ name, points, checks }, i) => {
    const all = graded.flatMap(({ exercises }) => exercises[i] ?? []);
    const answered = all.filter(({ state }) => state === "answered");
    const full = answered.filter(({ score }) => score === points).length;
    const none = answered.filter(({ score }) => score === 0).length;
    return {
      name,
      points,
      mean: meanOf(all.map(({ score }) => score)),
      full,
      some: answered.length - full - none,
      none,
      open: all.length - answered.length,
      checks: checks.map((check, k) => ({
        name: check.name,
        passed: answered.filter((exercise) => exercise.checks[k]?.passed === true).length,
      })),
    };
  });
}

/** The statistics of a class's results. */
export function statisticsOf(results: readonly Result[]): ClassStatistics {
  const graded = results.filter(({ exercises, status }) => status === "graded" && exercises.length > 0);
  const odd = results.filter(({ status, note }) => status !== "graded" || note !== undefined);
  return {
    submissions: results.length,
    graded: graded.length,
    mean: meanOf(graded.map(({ score }) => score)),
    maxScore: graded[0]?.maxScore ?? 0,
    tenths: tenthsOf(graded),
    exercises: exercisesOf(graded),
    attention: odd.map(({ student, status, problem, note = "" }) => ({
      student,
      words: `${status}. ${(problem ?? note).replaceAll("\n", " ")}`,
    })),
  };
}
