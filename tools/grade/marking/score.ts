import type { Assignment } from "../assignment/assignment";
import { allowedDifference, plainDifference, showPlain } from "../channel/plain-difference";
import type { CheckOutcome, PlainValue } from "../channel/messages";
import type { Answer } from "../assignment/match-cells";
import type { MatchedCells } from "../assignment/match-cells";
import type { ExerciseRun } from "./progress";
import type { SubmissionRun } from "./run-submission";

/** A check as observed when the assignment ran with its own solutions. */
export interface ReferenceCheck extends CheckOutcome {
  /** Whether it is a hidden test. */
  readonly hidden?: true;
}

/** The checks of each exercise in the run with the solutions. */
export type Reference = Readonly<Record<string, readonly ReferenceCheck[]>>;

/** One scored check. */
export interface ScoredCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly problem?: string;
  readonly hint?: string;
  /** Whether the check is a hidden test. */
  readonly hidden: boolean;
  /** For a visible check: what the student may read about it, from before any hidden test ran. */
  readonly feedback?: string;
}

/** One scored exercise. */
export interface ScoredExercise {
  readonly name: string;
  readonly points: number;
  readonly score: number;
  readonly state: Answer["state"];
  readonly checks: readonly ScoredCheck[];
  readonly failure?: string;
  /** Whether the failure may reveal hidden tests. */
  readonly isSecret?: true;
  readonly note?: string;
  /** The points by the checks, if a person has given others. */
  readonly automatic?: number;
  /** What a person says about it. */
  readonly comment?: string;
  /** For an answer in words, which has no checks: its text. */
  readonly text?: string;
}

/** Whether an answer counts only once a person has marked it. */
export function isUnmarked({ text, state, automatic }: ScoredExercise): boolean {
  return text !== undefined && state === "answered" && automatic === undefined;
}

/**
 * Relative difference allowed between an expected value and the reference: the order of rounding may differ.
 */
const RELATIVE_TOLERANCE = 1e-4;

/** Returns the largest absolute value of a number or list; 0 for other values. */
function magnitude(value: PlainValue | undefined): number {
  return typeof value === "number"
    ? Math.abs(value)
    : typeof value === "object" && !("other" in value)
      ? value.reduce((most, x) => Math.max(most, Number.isFinite(x) ? Math.abs(x) : 0), 0)
      : 0;
}

/** Whether a check is that of the reference run, and passed. */
export function hasAgreed(observed: CheckOutcome, reference: CheckOutcome): boolean {
  return observed.name === reference.name && reasonToReject(observed, reference) === undefined;
}

/** Returns why a check does not count as passed, or undefined if it does. */
function reasonToReject(observed: CheckOutcome, reference: CheckOutcome): string | undefined {
  if (observed.status !== "passed") return observed.problem ?? "not attempted";
  const { expected } = reference;
  if (observed.expected === undefined || expected === undefined) return "nothing was compared";
  const largest = magnitude(expected);
  const size = Number.isFinite(largest) ? largest : 0;
  const tolerance = allowedDifference(size, reference.tolerance);
  const slack = tolerance + RELATIVE_TOLERANCE * size;
  const isSame = plainDifference(observed.expected, expected, slack) === undefined;
  const isAsStrict =
    observed.tolerance === undefined
      ? reference.tolerance === undefined
      : observed.tolerance <= tolerance * (1 + RELATIVE_TOLERANCE) + Number.MIN_VALUE;
  return isSame && isAsStrict
    ? undefined
    : "the expected value or tolerance differs from the reference run with the solutions";
}

/** Returns what a student may read about a visible check that failed. */
function feedbackOn({ status, problem = "", expected }: CheckOutcome): string | undefined {
  if (status === "passed") return undefined;
  if (status === "open") return "not attempted";
  const isCompared = expected !== undefined && problem.startsWith("got");
  return isCompared ? `${problem}, expected ${showPlain(expected)}` : problem;
}

function scoreCheck(
  observed: CheckOutcome | undefined,
  reference: ReferenceCheck,
  shown: CheckOutcome | undefined,
): ScoredCheck {
  const hidden = reference.hidden === true;
  const feedback = hidden || shown === undefined ? undefined : feedbackOn(shown);
  const about = {
    name: reference.name,
    hidden,
    ...(reference.hint === undefined ? {} : { hint: reference.hint }),
    ...(feedback === undefined ? {} : { feedback }),
  };
  const problem =
    observed?.name === reference.name ? reasonToReject(observed, reference) : "the check did not run";
  return problem === undefined ? { ...about, passed: true } : { ...about, passed: false, problem };
}

/**
 * Scores an exercise: its points times the fraction of its checks that passed. A check counts as passed only
 * if the grader's own code observed it, it is the same check as in the reference run, and it compared with
 * the same value.
 */
export function scoreExercise(
  assignment: Assignment,
  name: string,
  run: ExerciseRun | undefined,
  reference: Reference,
  answer: Answer | undefined,
): ScoredExercise {
  const points = assignment.exercises.find((exercise) => exercise.name === name)?.points ?? 0;
  const expected = reference[name] ?? [];
  const isComplete = run !== undefined && run.failure === undefined && run.checks.length === expected.length;
  const seen = run?.shown ?? [];
  const checks = expected.map((check, i) =>
    scoreCheck(
      run?.checks[i],
      check,
      seen.find((one) => one.name === check.name),
    ),
  );
  const passed = checks.filter((check) => check.passed).length;
  const isAnswered = answer?.state === "answered";
  return {
    name,
    points,
    score: isComplete && isAnswered && expected.length > 0 ? (points * passed) / expected.length : 0,
    state: answer?.state ?? "missing",
    checks,
    ...(run?.failure === undefined ? {} : { failure: run.failure }),
    ...(run?.isSecret === undefined ? {} : { isSecret: run.isSecret }),
    ...(answer?.note === undefined ? {} : { note: answer.note }),
  };
}

/** Returns an answer in words, whose points a person will give. */
function writtenAnswer(name: string, points: number, answer: Answer | undefined): ScoredExercise {
  const { state = "missing", source = "", note } = answer ?? {};
  const text = state === "answered" ? source.slice(0, MAX_TEXT) : "";
  return { name, points, score: 0, state, checks: [], text, ...(note === undefined ? {} : { note }) };
}

/** The maximum number of characters of an answer in words. */
const MAX_TEXT = 50_000;

/**
 * Scores all exercises of a run.
 *
 * @param hasAdded whether the cells that the student added were run. One of them may answer an exercise whose
 *   own cell is untouched.
 */
export function scoreAll(
  assignment: Assignment,
  run: SubmissionRun,
  reference: Reference,
  { answers, added }: MatchedCells,
  hasAdded: boolean,
): ScoredExercise[] {
  return assignment.exercises.map(({ name, points, written }) => {
    const answer = answers.get(name);
    if (written) return writtenAnswer(name, points, answer);
    const score = (given: Answer | undefined): ScoredExercise =>
      scoreExercise(assignment, name, run.exercises.get(name), reference, given);
    const scored = score(answer);
    const isBeside = hasAdded && added.some(({ exercise }) => exercise === name);
    if (answer === undefined || answer.state === "answered" || !isBeside) return scored;
    const beside = score({ ...answer, state: "answered" });
    return beside.score > 0 ? { ...beside, note: "it was answered in an added cell" } : scored;
  });
}
