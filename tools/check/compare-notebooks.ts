import { isRunnable } from "../notebook/document";
import type { Notebook } from "../notebook/document";
import { compareOutputs, type Finding } from "./compare-outputs";
import { rulesOf } from "./rules";

/** Whether any cell of a notebook has been executed, so that there are outputs to compare with. */
export function isExecuted({ cells }: Notebook): boolean {
  return cells.some(({ execution_count: count }) => typeof count === "number");
}

/**
 * Validates the rules of all cells before the notebook runs.
 *
 * @throws if a rule is invalid, with the cell and line.
 */
export function validateRules({ cells }: Notebook): void {
  for (const [index, { source }] of cells.filter(isRunnable).entries()) {
    try {
      rulesOf(source);
    } catch (error) {
      throw new Error(`cell [${index + 1}], ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The outputs in which a notebook and its rerun differ. */
export function compareNotebooks(committed: Notebook, rerun: Notebook): Finding[] {
  const now = rerun.cells.filter(isRunnable);
  return committed.cells
    .filter(isRunnable)
    .flatMap((cell, index) => compareOutputs(cell, now[index]?.outputs ?? [], index + 1));
}
