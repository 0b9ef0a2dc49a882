import { declaredNames } from "../../homework/declared-names";
import type { AssignedCell, Assignment } from "../assignment/assignment";
import type { CellRequest, SandboxMessage } from "../channel/messages";
import type { Reply, SandboxProcess } from "../sandbox/sandbox-process";

/** A check to be judged. */
export interface CheckToJudge {
  readonly exercise: string;
  /** Whether to leave out the hidden tests. */
  readonly visible: boolean;
  /** Whether cells below the check have run since. */
  readonly later: boolean;
}

/** Runs the checks of an assignment on the answers in a process. */
export interface Judge {
  /**
   * Returns the outcomes of a check, or why the process of the answers ended.
   *
   * @param onShown receives what the check shows.
   */
  readonly judge: (
    check: CheckToJudge,
    answers: SandboxProcess,
    onShown: (message: SandboxMessage) => void,
  ) => Promise<Reply>;
}

/** Returns the name of a cell in stack traces. */
export function labelOf({ label }: AssignedCell, index: number): string {
  return label ?? `cell [${index + 1}]`;
}

/** Returns the names that the answers up to a cell declare: its check refers to them. */
function namesBefore({ cells }: Assignment, index: number): string[] {
  const answers = cells.slice(0, index).filter(({ role }) => role === "answer");
  return [...new Set(answers.flatMap(({ cell }) => declaredNames(cell.source).values))];
}

/** Returns the request that runs a check cell where the judging is done. */
export function checkRequest(assignment: Assignment, index: number, assigned: AssignedCell): CellRequest {
  const { cell, exercise = "", visible = cell.source } = assigned;
  return {
    type: "cell",
    id: `check ${index}`,
    role: "check",
    source: cell.source,
    label: labelOf(assigned, index),
    exercise,
    names: namesBefore(assignment, index),
    ...(visible === cell.source ? {} : { visible }),
  };
}

/**
 * Returns a judge that runs the checks in the process of the answers itself: for a student's own notebook,
 * where nothing is hidden.
 */
export function judgeBeside(assignment: Assignment): Judge {
  return {
    judge: async ({ exercise }, answers, onShown) => {
      const index = assignment.cells.findIndex((one) => one.role === "check" && one.exercise === exercise);
      const assigned = assignment.cells[index];
      if (!assigned) throw new Error(`exercise ${exercise} has no check`);
      return answers.request(checkRequest(assignment, index, assigned), onShown);
    },
  };
}
