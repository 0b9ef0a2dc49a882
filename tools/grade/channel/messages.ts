/** What the grader and the process in the sandbox say to each other, a JSON text a line. */

/** Whose cell it is: the assignment's, the student's, or one of the assignment's that checks an answer. */
export type AssignedRole = "given" | "answer" | "check";

/** The first message to the sandbox. */
export interface Start {
  /** The folder that relative paths and imports start from. */
  readonly folder: string;
}

/** A cell to run. */
export interface ToSandbox {
  readonly id: string;
  readonly role: AssignedRole;
  readonly source: string;
  /** What stacks call it: `cell [4]`. */
  readonly label: string;
}

/** A value that a check compares, as data. */
export type Plain = number | string | boolean | readonly number[] | { readonly other: string };

/** What became of one check, as the grader's own code saw it. */
export interface AttestedCheck {
  readonly exercise: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "open";
  readonly got?: Plain;
  readonly expected?: Plain;
  readonly tolerance?: number;
  readonly hint?: string;
  /** Why it failed, in words. */
  readonly problem?: string;
}

/** How a cell ended inside the sandbox. */
export interface CellEnd {
  readonly status: "ok" | "error";
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** From the sandbox. */
export type FromSandbox =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly update: boolean; readonly content: string }
  | { readonly type: "result"; readonly text: string }
  | {
      readonly type: "done";
      readonly id: string;
      readonly end: CellEnd;
      /** Outcomes of the checks that this cell made; empty but for cells that check. */
      readonly checks: readonly AttestedCheck[];
    };
