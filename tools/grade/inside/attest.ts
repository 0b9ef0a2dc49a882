import { types } from "node:util";
import { DEFAULT_TOLERANCE, plainDifference } from "../channel/plain-difference";
import type { AttestedCheck } from "../channel/messages";
import { toPlain } from "./to-plain";

/** A check as a cell lists it. */
interface Listed {
  readonly name?: unknown;
  readonly got?: unknown;
  readonly expected?: unknown;
  readonly tolerance?: unknown;
  readonly hint?: unknown;
}

/** The `check` that one checking cell is given. */
export interface Attest {
  readonly check: (exercise: unknown, checks: () => unknown) => unknown;
  /** What has been seen so far. */
  readonly outcomes: readonly AttestedCheck[];
  /** Checks that have not come to their end; a cell that leaves one behind has not passed it. */
  readonly pending: () => number;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function messageOf(error: unknown): string {
  try {
    return String((error as { readonly message?: unknown } | null)?.message ?? error).split("\n")[0] ?? "";
  } catch {
    return "an error that cannot be read";
  }
}

function stopped(exercise: string, name: string, error: unknown): AttestedCheck {
  const problem = messageOf(error);
  return /YOUR CODE HERE/i.test(problem)
    ? { exercise, name, status: "open" }
    : { exercise, name, status: "failed", problem: `stopped with an error: ${problem}` };
}

function judge(exercise: string, listed: Listed): AttestedCheck {
  // everything that the assignment says is read before the student's code is called
  const name = text(listed.name, "a check without a name");
  const expected = toPlain(listed.expected);
  const tolerance = typeof listed.tolerance === "number" ? listed.tolerance : DEFAULT_TOLERANCE;
  const about = {
    exercise,
    name,
    expected,
    tolerance,
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
    return { ...about, ...stopped(exercise, name, error) };
  }
}

const { isPromise } = types;
const { apply } = Reflect;
const then = Reflect.get(Promise.prototype, "then") as () => unknown;

/**
 * A `check` for one cell, which writes down what it sees where no other code can reach: points come from here only.
 *
 * It differs from the library's in that a failed check does not end the cell, so that each check counts by itself.
 *
 * @param say shows a line in the cell's output.
 */
export function createAttest(say: (line: string) => void): Attest {
  const outcomes: AttestedCheck[] = [];
  let pending = 0;

  const add = (outcome: AttestedCheck): void => {
    outcomes[outcomes.length] = outcome;
    const sign = { passed: "✓", failed: "✗", open: "○" }[outcome.status];
    say(
      `${sign} ${outcome.exercise}: ${outcome.name}${outcome.problem === undefined ? "" : `: ${outcome.problem}`}`,
    );
  };
  const conclude = (exercise: string, listed: unknown): void => {
    if (!Array.isArray(listed) || listed.length === 0) {
      add({ exercise, name: "the checks", status: "failed", problem: "no checks were listed" });
      return;
    }
    const all = [...(listed as Listed[])];
    for (const one of all) add(judge(exercise, one));
  };

  const check = (title: unknown, checks: () => unknown): unknown => {
    const exercise = text(title, "an exercise");
    let listed: unknown;
    try {
      listed = checks();
    } catch (error) {
      add(stopped(exercise, "the solution runs", error));
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
      (error: unknown) => settle(() => add(stopped(exercise, "the solution runs", error)))(),
    ]);
  };
  return { check, outcomes, pending: () => pending };
}
