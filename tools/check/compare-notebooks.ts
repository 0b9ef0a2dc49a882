import { isRunnable } from "../notebook/document";
import type { Notebook } from "../notebook/document";
import { compareOutputs, type Finding } from "./compare-outputs";
import { rulesOf } from "./rules";

/** Whether a notebook has outputs to compare with: any of its cells was executed. */
export const isExecuted = ({ cells }: Notebook): boolean =>
  cells.some(({ execution_count: count }) => typeof count === "number");

/**
 * Reads every cell's rules, so that a mistake in one is told before the notebook runs.
 *
 * @throws naming the cell and its line.
 */
export const checkRules = ({ cells }: Notebook): void => {
  for (const [index, { source }] of cells.filter(isRunnable).entries()) {
    try {
      rulesOf(source);
    } catch (error) {
      throw new Error(`cell [${index + 1}], ${(error as Error).message}`, { cause: error });
    }
  }
};

/** The outputs in which a notebook and its rerun differ. */
export const compareNotebooks = (committed: Notebook, rerun: Notebook): Finding[] => {
  const now = rerun.cells.filter(isRunnable);
  return committed.cells
    .filter(isRunnable)
    .flatMap((cell, index) => compareOutputs(cell, now[index]?.outputs ?? [], index + 1));
};
