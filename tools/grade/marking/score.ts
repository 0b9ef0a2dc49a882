import type { Assignment } from "../assignment/assignment";
import { plainDifference } from "../channel/plain-difference";
import type { AttestedCheck, Plain } from "../channel/messages";
import type { Answer } from "../assignment/answers";
import type { ExerciseRun } from "./run-submission";

/** What the checks of each exercise saw when the assignment ran with its own solutions. */
export type Reference = Readonly<Record<string, readonly AttestedCheck[]>>;

/** One check as it counts. */
export interface ScoredCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly problem?: string;
  readonly hint?: string;
  /** Whether the student was not given this check. */
  readonly hidden: boolean;
}

/** One exercise as it counts. */
export interface ScoredExercise {
  readonly name: string;
  readonly points: number;
  readonly score: number;
  readonly state: Answer["state"];
  readonly checks: readonly ScoredCheck[];
  readonly failure?: string;
  readonly note?: string;
}

/** What a value that a check expects may differ from the one with the solutions, relatively: rounding in another order. */
const ROUNDING = 1e-4;

function size(value: Plain | undefined): number {
  return typeof value === "number"
    ? Math.abs(value)
    : typeof value === "object" && !("other" in value)
      ? value.reduce((most, x) => Math.max(most, Number.isFinite(x) ? Math.abs(x) : 0), 0)
      : 0;
}

/** Why a check that passed does not count; undefined when it does. */
function whyNot(seen: AttestedCheck, reference: AttestedCheck): string | undefined {
  if (seen.status !== "passed") return seen.problem ?? "not attempted";
  const { expected, tolerance = 0 } = reference;
  if (seen.expected === undefined || expected === undefined) return "nothing was compared";
  const slack = tolerance + ROUNDING * (Number.isFinite(size(expected)) ? size(expected) : 0);
  const isSame = plainDifference(seen.expected, expected, slack) === undefined;
  const isAsStrict = (seen.tolerance ?? 0) <= tolerance * (1 + ROUNDING) + Number.MIN_VALUE;
  return isSame && isAsStrict ? undefined : "it was compared with another value than the assignment's own";
}

function scoreCheck(seen: AttestedCheck | undefined, reference: AttestedCheck, visible: string): ScoredCheck {
  const hidden = !visible.includes(reference.name);
  const about = {
    name: reference.name,
    hidden,
    ...(reference.hint === undefined ? {} : { hint: reference.hint }),
  };
  const problem = seen?.name === reference.name ? whyNot(seen, reference) : "it did not run";
  return problem === undefined ? { ...about, passed: true } : { ...about, passed: false, problem };
}

/**
 * The score of an exercise: its points by the share of its checks that passed. A check counts that the grader's own code saw
 * pass, that is the same check as with the solutions, and that compared with the same value.
 */
export function scoreExercise(
  assignment: Assignment,
  name: string,
  run: ExerciseRun | undefined,
  reference: Reference,
  answer: Answer | undefined,
): ScoredExercise {
  const points = assignment.exercises.find((exercise) => exercise.name === name)?.points ?? 0;
  const cell = assignment.cells.find(({ exercise, role }) => exercise === name && role === "check");
  const expected = reference[name] ?? [];
  const isWhole = run !== undefined && run.failure === undefined && run.checks.length === expected.length;
  const checks = expected.map((check, i) => scoreCheck(run?.checks[i], check, cell?.visible ?? ""));
  const passed = checks.filter((check) => check.passed).length;
  const isOpen = answer?.state !== "answered";
  return {
    name,
    points,
    score: isWhole && !isOpen && expected.length > 0 ? (points * passed) / expected.length : 0,
    state: answer?.state ?? "lost",
    checks,
    ...(run?.failure === undefined ? {} : { failure: run.failure }),
    ...(answer?.note === undefined ? {} : { note: answer.note }),
  };
}
