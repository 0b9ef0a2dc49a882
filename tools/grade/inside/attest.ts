import { types } from "node:util";
import { plainDifference } from "../channel/plain-difference";
import type { CheckOutcome } from "../channel/messages";
import { toPlain } from "./to-plain";

/** A check as listed in a cell. */
interface ListedCheck {
  readonly name?: unknown;
  readonly got?: unknown;
  readonly expected?: unknown;
  readonly tolerance?: unknown;
  readonly hint?: unknown;
}

/** The `check` function given to one checking cell, with its record. */
export interface AttestingCheck {
  readonly check: (exercise: unknown, checks: () => unknown) => unknown;
  /** The outcomes so far. */
  readonly outcomes: readonly CheckOutcome[];
  /**
   * The number of asynchronous checks still running; a cell that ends before its checks has not passed them.
   */
  readonly pending: () => number;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function messageOf(error: unknown): string {
  try {
    return String((error as { readonly message?: unknown } | null)?.message ?? error).split("\n")[0] ?? "";
  } catch {
    return "an error whose message cannot be read";
  }
}

function outcomeOfError(exercise: string, name: string, error: unknown): CheckOutcome {
  const problem = messageOf(error);
  return /YOUR CODE HERE/i.test(problem)
    ? { exercise, name, status: "open" }
    : { exercise, name, status: "failed", problem: `stopped with an error: ${problem}` };
}

function runCheck(exercise: string, listed: ListedCheck): CheckOutcome {
  // Read everything that the assignment specifies before calling the student's code.
  const name = text(listed.name, "unnamed check");
  const expected = toPlain(listed.expected);
  const tolerance = typeof listed.tolerance === "number" ? listed.tolerance : undefined;
  const about = {
    exercise,
    name,
    expected,
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(typeof listed.hint === "string" ? { hint: listed.hint } : {}),
  };
  const { got } = listed;
  try {
    const value = toPlain(typeof got === "function" ? (got as () => unknown)() : got);
    const problem = plainDifference(value, expected, tolerance);
    return problem === undefined
      ? { ...about, got: value, status: "passed" }
      : { ...about, got: value, status: "failed", problem };
  } catch (error) {
    return { ...about, ...outcomeOfError(exercise, name, error) };
  }
}

const { isPromise } = types;
const { apply } = Reflect;
const then = Reflect.get(Promise.prototype, "then") as () => unknown;

/**
 * Creates the `check` function of one cell. It records outcomes where no other code can reach them, and it is
 * the only source of points.
 *
 * Unlike in the library's `check`, a failed check does not end the cell, so that each check counts
 * separately.
 *
 * @param print shows a line in the cell's output.
 */
export function createAttestingCheck(print: (line: string) => void): AttestingCheck {
  const outcomes: CheckOutcome[] = [];
  let pending = 0;

  const add = (outcome: CheckOutcome): void => {
    outcomes[outcomes.length] = outcome;
    const sign = { passed: "✓", failed: "✗", open: "○" }[outcome.status];
    const problem = outcome.problem === undefined ? "" : `: ${outcome.problem}`;
    print(`${sign} ${outcome.exercise}: ${outcome.name}${problem}`);
  };
  const conclude = (exercise: string, listed: unknown): void => {
    if (!Array.isArray(listed) || listed.length === 0) {
      add({ exercise, name: "the checks", status: "failed", problem: "the list of checks is empty" });
      return;
    }
    const all = [...(listed as ListedCheck[])];
    for (const one of all) add(runCheck(exercise, one));
  };

  const check = (title: unknown, checks: () => unknown): unknown => {
    const exercise = text(title, "unnamed exercise");
    let listed: unknown;
    try {
      listed = checks();
    } catch (error) {
      add(outcomeOfError(exercise, "the solution runs", error));
      return undefined;
    }
    if (!isPromise(listed)) {
      conclude(exercise, listed);
      return undefined;
    }
    pending += 1;
    const settle = (body: () => void) => (): void => {
      pending -= 1;
      body();
    };
    return apply(then, listed, [
      (list: unknown) => settle(() => conclude(exercise, list))(),
      (error: unknown) => settle(() => add(outcomeOfError(exercise, "the solution runs", error)))(),
    ]);
  };
  return { check, outcomes, pending: () => pending };
}
