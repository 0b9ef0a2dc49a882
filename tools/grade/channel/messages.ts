/** The messages between the grader and the process in the sandbox, one JSON value per line. */

/**
 * The role of a code cell: `given` by the assignment, the student's `answer`, or a `check` of the assignment.
 */
export type AssignedRole = "given" | "answer" | "check";

/** The first message to the sandbox. */
export interface StartMessage {
  /** Relative paths and imports are resolved against this folder. */
  readonly folder: string;
}

/** A cell to run. */
export interface CellRequest {
  readonly id: string;
  readonly role: AssignedRole;
  readonly source: string;
  /** The name of the cell in stack traces, for example `cell [4]`. */
  readonly label: string;
}

/** A value compared by a check, as plain data; `other` describes a value that cannot be compared. */
export type PlainValue = number | string | boolean | readonly number[] | { readonly other: string };

/** The outcome of one check, as observed by the grader's own code. */
export interface AttestedCheck {
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

/** A message from the sandbox. */
export type SandboxMessage =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly update: boolean; readonly content: string }
  | { readonly type: "result"; readonly text: string }
  | {
      readonly type: "done";
      readonly id: string;
      readonly end: CellEnd;
      /** Outcomes of the checks in this cell; empty unless its role is `check`. */
      readonly checks: readonly AttestedCheck[];
    };
