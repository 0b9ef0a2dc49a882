/**
 * The messages between the grader and a process in a sandbox, one a line. A line is a JSON object for the
 * grader, or a call between answers and judge, which begins with `CALL` and which the grader passes on.
 */

/** The first character of a line with a call or a reply, see `peer.ts`. */
export const CALL = "=";

/** The maximum length of a line, in characters. */
export const MAX_LINE = 16 * 1024 ** 2;

/**
 * The role of a code cell: `given` by the assignment, the student's `answer`, or a `check` of the assignment.
 */
export type AssignedRole = "given" | "answer" | "check";

/** The first message to a process. */
export interface StartMessage {
  /** Relative paths and imports are resolved against this folder. */
  readonly folder: string;
}

/** A cell to run. */
export interface CellRequest {
  readonly type: "cell";
  readonly id: string;
  /** A check cell that a process of answers runs only for what it declares has the role `declarations`. */
  readonly role: AssignedRole | "declarations";
  readonly source: string;
  /** The name of the cell in stack traces, for example `cell [4]`. */
  readonly label: string;
  /** The exercise of an answer or a check. */
  readonly exercise?: string;
  /** For a check with hidden tests: its source without them. */
  readonly visible?: string;
  /** The names that the instructor's answers up to here declare, to which a check refers. */
  readonly names?: readonly string[];
}

/** Asks a process of answers to keep the variables of this moment for the check of an exercise. */
export interface KeepRequest {
  readonly type: "keep";
  readonly id: string;
  readonly exercise: string;
}

/** Asks the judge to judge an exercise. */
export interface JudgeRequest {
  readonly type: "judge";
  readonly id: string;
  readonly exercise: string;
  /** Whether to leave out the hidden tests. */
  readonly visible: boolean;
  /** Whether cells below the check have run since. */
  readonly later: boolean;
  /** Whether to judge the solutions in the judge's own process; or the reply that stands for all answers. */
  readonly own: boolean | string;
}

/** A message of the grader. */
export type Request = CellRequest | KeepRequest | JudgeRequest;

/** A value compared by a check, as plain data; `other` describes a value that cannot be compared. */
export type PlainValue = number | string | boolean | readonly number[] | { readonly other: string };

/** The outcome of one check. */
export interface CheckOutcome {
  readonly exercise: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "open";
  readonly got?: PlainValue;
  readonly expected?: PlainValue;
  /** The largest difference allowed; absent if the check leaves it to the default. */
  readonly tolerance?: number;
  readonly hint?: string;
  /** Why it failed. */
  readonly problem?: string;
}

/** How a cell ended inside the sandbox. */
export interface CellEnd {
  readonly status: "ok" | "error";
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** A message of a process. */
export type SandboxMessage =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly update: boolean; readonly content: string }
  | { readonly type: "result"; readonly text: string }
  /** What an answer asked for and did not get, such as `process.exit`. */
  | { readonly type: "refused"; readonly what: string }
  | {
      readonly type: "done";
      readonly id: string;
      readonly end: CellEnd;
      /** Outcomes of the checks in a cell; empty unless its role is `check`. */
      readonly checks: readonly CheckOutcome[];
    };
