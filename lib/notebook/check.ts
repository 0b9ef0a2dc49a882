import { difference, showValue, type Comparable } from "./compare";
import { isStrict, kernel, messageOf } from "./kernel-hook";

/** One thing that is true of a right solution. */
export interface Check {
  /** What is checked, as a learner would say it: `KL is 0 between equal distributions`. */
  readonly name: string;
  /** The solution's value, or a function that computes it, so that one failure leaves the other checks alone. */
  readonly got: unknown;
  readonly expected: Comparable;
  /** Greatest absolute difference of numbers; 1e-6 by default. */
  readonly tolerance?: number;
  /** Said when the check fails: where to look, not what to write. */
  readonly hint?: string;
}

/** How one exercise stands. */
export interface CheckResult {
  readonly exercise: string;
  readonly status: "passed" | "failed" | "not attempted";
  readonly passed: number;
  readonly failed: number;
}

/** Thrown when a solution is wrong. */
export class CheckFailed extends Error {
  override readonly name = "CheckFailed";
  /** The message alone: the frames would show this library's code, not the learner's. */
  override readonly stack = `CheckFailed: ${this.message}`;
}

const defaultTolerance = 1e-6;
const results = new Map<string, CheckResult>();

/** How each exercise stood when its checks last ran, in the order of their first runs. */
export const checkReport = (): readonly CheckResult[] => [...results.values()];

/**
 * Checks an exercise and tells what was expected, what came, and a hint.
 *
 * A wrong solution throws {@link CheckFailed}: a notebook whose solution is broken fails wherever it is executed, and
 * a learner meets the message where the mistake is. An exercise that is still open (its code throws an error with the
 * words `YOUR CODE HERE`) only prints a notice: "Run All" stops at the first error, and a learner who reads on first,
 * or leaves an exercise out, must be able to run what follows. `LATENT_STRICT=1` makes open exercises fail as well,
 * so that the project's own runs notice a solution that got lost.
 *
 * @param exercise its title.
 * @param checks computes them; what it throws is told as a failure. With an async function, await the result.
 * @throws CheckFailed when a check fails.
 */
export function check(exercise: string, checks: () => readonly Check[]): void;
export function check(exercise: string, checks: () => Promise<readonly Check[]>): Promise<void>;
export function check(
  exercise: string,
  checks: () => readonly Check[] | Promise<readonly Check[]>,
): void | Promise<void> {
  let listed: ReturnType<typeof checks>;
  try {
    listed = checks();
  } catch (error) {
    conclude(exercise, [outcomeOf("the solution runs", error)]);
    return;
  }
  if (listed instanceof Promise) return concludeLater(exercise, listed);
  conclude(exercise, listed.map(run));
}

async function concludeLater(exercise: string, listed: Promise<readonly Check[]>): Promise<void> {
  const outcomes = await listed.then(
    (list) => list.map(run),
    (error: unknown) => [outcomeOf("the solution runs", error)],
  );
  conclude(exercise, outcomes);
}

/** What came of one check. */
type Outcome =
  | { readonly status: "passed" | "open"; readonly name: string }
  | { readonly status: "failed"; readonly name: string; readonly lines: readonly string[] };

function run({ name, got, expected, tolerance = defaultTolerance, hint }: Check): Outcome {
  let value: unknown;
  try {
    value = typeof got === "function" ? (got as () => unknown)() : got;
  } catch (error) {
    return outcomeOf(name, error);
  }
  const problem = difference(value, expected, tolerance);
  if (problem === undefined) return { status: "passed", name };
  const exact = typeof expected === "string" || typeof expected === "boolean";
  const within = exact ? "" : ` within ${tolerance < 1e-3 ? tolerance.toExponential() : tolerance}`;
  const advice = hint === undefined ? [] : [`hint: ${hint}`];
  return { status: "failed", name, lines: [`expected ${showValue(expected)}${within}`, problem, ...advice] };
}

const outcomeOf = (name: string, error: unknown): Outcome =>
  /YOUR CODE HERE/i.test(messageOf(error))
    ? { status: "open", name }
    : { status: "failed", name, lines: [`stopped with an error: ${messageOf(error)}`] };

function conclude(exercise: string, outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0)
    throw new Error(
      `check: checks of "${exercise}" must not be empty, got []; list what is true of a right solution`,
    );
  const passed = outcomes.filter(({ status }) => status === "passed").length;
  const failed = outcomes.filter(({ status }) => status === "failed").length;
  const status = failed > 0 ? "failed" : passed < outcomes.length ? "not attempted" : "passed";
  const result: CheckResult = { exercise, status, passed, failed };
  results.set(exercise, result);
  tell(report(result, outcomes), result);
  if (status === "failed")
    throw new CheckFailed(`${exercise}: ${failed} of ${counted(outcomes.length)} failed`);
  if (status === "not attempted" && isStrict()) throw new CheckFailed(`${exercise}: not attempted`);
}

function tell(paint: (colored: boolean) => string, result: CheckResult): void {
  const hook = kernel();
  if (hook === undefined) console.log(paint(process.stdout.isTTY));
  else hook.display({ data: { "text/plain": paint(true) }, metadata: { latent: { check: result } } }, false);
}

/** Sign and ANSI colour, which notebooks show; the words say the same without either. */
const signs = { passed: ["✓", 32], failed: ["✗", 31], open: ["○", 33] } as const;

const report = (result: CheckResult, outcomes: readonly Outcome[]) => (colored: boolean) => {
  const { exercise, status, passed, failed } = result;
  const line = (kind: keyof typeof signs, words: string): string => {
    const [sign, color] = signs[kind];
    return colored ? `\u001b[${color}m${sign} ${words}\u001b[0m` : `${sign} ${words}`;
  };
  if (status === "passed") return line("passed", `${exercise}: ${passed} of ${counted(passed)} passed`);
  if (status === "not attempted") return `${line("open", `${exercise}: not attempted yet.`)} ${whatToDo}`;
  const details = outcomes.flatMap((outcome) => [
    `   ${line(outcome.status, outcome.name)}`,
    ...("lines" in outcome ? outcome.lines.map((words) => `     ${words}`) : []),
  ]);
  return [line("failed", `${exercise}: ${failed} of ${counted(outcomes.length)} failed`), ...details].join(
    "\n",
  );
};

const counted = (checks: number): string => `${checks} ${checks === 1 ? "check" : "checks"}`;

const whatToDo = "Write your code where it says YOUR CODE HERE, run that cell, then this one.";
