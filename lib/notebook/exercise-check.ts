/**
 * The check of an exercise: `check("KL", () => [{ name, got, expected }])` in the cell after the learner's
 * code.
 */
import {
  allowedDifference,
  describeDifference,
  formatApart,
  formatValue,
  type Comparable,
  type Tolerance,
} from "./answer-difference";
import { isStrict, kernelHook, messageOf } from "./kernel-hook";

/** One statement that holds for a correct solution. */
export interface Check {
  /** What is checked, in the learner's terms: `KL is 0 between equal distributions`. */
  readonly name: string;
  /**
   * The solution's value, or a function that computes it; a function that throws fails only its own check.
   */
  readonly got: unknown;
  /** The correct value. */
  readonly expected: Comparable;
  /**
   * The largest absolute difference allowed between numbers; by default 1e-6 of the expected number, and at
   * least 1e-6.
   */
  readonly tolerance?: number;
  /** Printed when the check fails: where to look, not what to write. */
  readonly hint?: string;
}

/** The result of an exercise's checks. */
export interface CheckResult {
  /** The exercise's title. */
  readonly exercise: string;
  /** The result of the exercise as a whole. */
  readonly status: "passed" | "failed" | "not attempted";
  /** The number of checks that passed. */
  readonly passed: number;
  /** The number of checks that failed. */
  readonly failed: number;
}

/** Thrown by {@link check} if a solution is wrong. */
export class CheckFailed extends Error {
  /** The name that tracebacks show. */
  override readonly name = "CheckFailed";
  /**
   * The message without stack frames, which would point into this library and not into the learner's code.
   */
  override readonly stack = `CheckFailed: ${this.message}`;
}

const results = new Map<string, CheckResult>();

/** Returns the latest result of each exercise, in the order in which the exercises were first checked. */
export function checkReport(): readonly CheckResult[] {
  return [...results.values()];
}

/**
 * Checks an exercise and prints, for each failed check, the expected value, the actual value and a hint.
 *
 * A wrong solution throws {@link CheckFailed}, so the notebook fails wherever it is executed and the learner
 * sees the message next to the mistake. An exercise that has not been attempted (its code throws an error
 * that contains `YOUR CODE HERE`) only prints a notice: "Run All" stops at the first error, and a learner who
 * skips an exercise must be able to run the cells after it. With the environment variable `LATENT_STRICT=1`
 * it throws too, so that the project's own runs detect a solution that was lost.
 *
 * @param exercise its title.
 * @param checks returns the checks; an error that it throws counts as one failed check. Await the result if
 *   it is async.
 * @throws if a check fails, or `checks` returns none.
 */
export function check(exercise: string, checks: () => readonly Check[]): void;
export function check(exercise: string, checks: () => Promise<readonly Check[]>): Promise<void>;
export function check(
  exercise: string,
  checks: () => readonly Check[] | Promise<readonly Check[]>,
): void | Promise<void> {
  let list: ReturnType<typeof checks>;
  try {
    list = checks();
  } catch (error) {
    report(exercise, [outcomeOfError("the solution runs", error)]);
    return;
  }
  if (list instanceof Promise) return reportAsync(exercise, list);
  report(exercise, list.map(outcomeOf));
}

async function reportAsync(exercise: string, list: Promise<readonly Check[]>): Promise<void> {
  const outcomes = await list.then(
    (checks) => checks.map(outcomeOf),
    (error: unknown) => [outcomeOfError("the solution runs", error)],
  );
  report(exercise, outcomes);
}

/** The outcome of one check; `lines` explain a failure. */
type Outcome =
  | { readonly status: "passed" | "open"; readonly name: string }
  | { readonly status: "failed"; readonly name: string; readonly lines: readonly string[] };

function outcomeOf({ name, got, expected, tolerance, hint }: Check): Outcome {
  let value: unknown;
  try {
    value = typeof got === "function" ? (got as () => unknown)() : got;
  } catch (error) {
    return outcomeOfError(name, error);
  }
  const difference = describeDifference(value, expected, tolerance);
  if (difference === undefined) return { status: "passed", name };
  const hints = hint === undefined ? [] : [`hint: ${hint}`];
  return {
    status: "failed",
    name,
    lines: [`expected ${describeExpected(value, expected, tolerance)}`, difference, ...hints],
  };
}

/** Formats the expected value, and how near a number must be. */
function describeExpected(got: unknown, expected: Comparable, tolerance: Tolerance): string {
  if (typeof expected === "string" || typeof expected === "boolean") return formatValue(expected);
  const text =
    typeof expected === "number" && typeof got === "number"
      ? formatApart(expected, got)[0]
      : formatValue(expected);
  if (tolerance === undefined && typeof expected === "object") return `${text} within 1e-6`;
  const allowed = allowedDifference(typeof expected === "number" ? expected : 0, tolerance);
  return `${text} within ${allowed < 1e-3 ? Number(allowed.toPrecision(3)).toExponential() : allowed}`;
}

function outcomeOfError(name: string, error: unknown): Outcome {
  return /YOUR CODE HERE/i.test(messageOf(error))
    ? { status: "open", name }
    : { status: "failed", name, lines: [`stopped with an error: ${messageOf(error)}`] };
}

/** Stores and prints the result, then throws if the exercise failed. */
function report(exercise: string, outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0)
    throw new Error(
      `check: the checks of "${exercise}" must not be empty, got []; ` +
        "list statements that hold for a correct solution",
    );
  const passed = outcomes.filter(({ status }) => status === "passed").length;
  const failed = outcomes.filter(({ status }) => status === "failed").length;
  const status = failed > 0 ? "failed" : passed < outcomes.length ? "not attempted" : "passed";
  const result: CheckResult = { exercise, status, passed, failed };
  results.set(exercise, result);
  print(result, outcomes);
  if (status === "failed")
    throw new CheckFailed(`${exercise}: ${failed} of ${countOf(outcomes.length)} failed`);
  if (status === "not attempted" && isStrict()) throw new CheckFailed(`${exercise}: not attempted`);
}

/** Displays the result in the notebook, with the result as metadata for `latent grade`; or logs it. */
function print(result: CheckResult, outcomes: readonly Outcome[]): void {
  const hook = kernelHook();
  if (hook === undefined) console.log(formatResult(result, outcomes, process.stdout.isTTY));
  else {
    const text = formatResult(result, outcomes, true);
    hook.display({ data: { "text/plain": text }, metadata: { latent: { check: result } } }, false);
  }
}

/** Symbol and ANSI colour of each status; the text is complete without either. */
const SYMBOLS = { passed: ["✓", 32], failed: ["✗", 31], open: ["○", 33] } as const;

const HOW_TO_ATTEMPT = "Write your code where it says YOUR CODE HERE, run that cell, then this one.";

function formatResult(result: CheckResult, outcomes: readonly Outcome[], inColor: boolean): string {
  const { exercise, status, passed, failed } = result;
  const line = (kind: keyof typeof SYMBOLS, text: string): string => {
    const [symbol, color] = SYMBOLS[kind];
    return inColor ? `\u001b[${color}m${symbol} ${text}\u001b[0m` : `${symbol} ${text}`;
  };
  if (status === "passed") return line("passed", `${exercise}: ${passed} of ${countOf(passed)} passed`);
  if (status === "not attempted")
    return `${line("open", `${exercise}: not attempted yet.`)} ${HOW_TO_ATTEMPT}`;
  const details = outcomes.flatMap((outcome) => [
    `   ${line(outcome.status, outcome.name)}`,
    ...("lines" in outcome ? outcome.lines.map((text) => `     ${text}`) : []),
  ]);
  const summary = line("failed", `${exercise}: ${failed} of ${countOf(outcomes.length)} failed`);
  return [summary, ...details].join("\n");
}

function countOf(checks: number): string {
  return `${checks} ${checks === 1 ? "check" : "checks"}`;
}
