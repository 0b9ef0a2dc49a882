import { countOf } from "../../common/count-of";
import { isRun, pointsOf, remarkOn, type Result } from "../marking/result";

/** Statistics of one exercise; the counts are numbers of submissions. */
export interface ExerciseStatistics {
  readonly name: string;
  readonly points: number;
  readonly mean: number;
  /** Submissions with all points, some points, no points, and without an answer; they sum to `graded`. */
  readonly full: number;
  readonly some: number;
  readonly none: number;
  readonly open: number;
  /** The number of submissions that passed each check. */
  readonly checks: readonly { readonly name: string; readonly passed: number }[];
}

/** Statistics of a class. */
export interface ClassStatistics {
  readonly submissions: number;
  /** The number of submissions with answers that a person still has to mark. */
  readonly unmarked: number;
  /** The number of graded submissions; all other statistics refer to them. */
  readonly graded: number;
  readonly mean: number;
  readonly maxScore: number;
  /** The number of submissions per tenth of the maximum score; the maximum counts in the last tenth. */
  readonly tenths: readonly number[];
  readonly exercises: readonly ExerciseStatistics[];
  /** Results that the instructor should look at. */
  readonly attention: readonly { readonly student: string; readonly reason: string }[];
}

/** Returns "1 submission", "2 submissions", … */
export function countSubmissions(count: number): string {
  return countOf(count, "submission");
}

const TENTHS = 10;

/** The maximum number of characters of a reason. */
const MAX_REASON = 1000;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function tenthsOf(graded: readonly Result[]): number[] {
  const counts = Array.from({ length: TENTHS }, () => 0);
  for (const result of graded) {
    const part = (pointsOf(result)?.final ?? 0) / Math.max(result.maxScore, Number.MIN_VALUE);
    const tenth = Math.min(TENTHS - 1, Math.floor(TENTHS * part));
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

/** Computes the statistics of a class. */
export function statisticsOf(results: readonly Result[]): ClassStatistics {
  const graded = results.filter(({ exercises, status }) => status === "graded" && exercises.length > 0);
  const reasonOf = (result: Result): string =>
    [remarkOn(result), ...(result.incidents ?? [])].filter((part) => part !== "").join("; ");
  const unusual = results.filter((result) => !isRun(result) || reasonOf(result) !== "");
  return {
    submissions: results.filter(({ status }) => status !== "not submitted").length,
    unmarked: results.filter(({ status }) => status === "needs marks").length,
    graded: graded.length,
    mean: meanOf(graded.map((result) => pointsOf(result)?.final ?? 0)),
    maxScore: graded[0]?.maxScore ?? 0,
    tenths: tenthsOf(graded),
    exercises: exercisesOf(graded),
    attention: unusual.map((result) => ({
      student: result.student,
      reason: `${result.status}. ${reasonOf(result).replace(/\s+/g, " ").slice(0, MAX_REASON)}`,
    })),
  };
}
