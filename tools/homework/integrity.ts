import type { Cell, Notebook } from "../notebook/document";
import { checksum, readNbgrader } from "./metadata";

/** What of a released notebook is no longer as it was handed out, by nbgrader's ids. */
export interface Integrity {
  /** Read-only cells with another text, type or metadata. */
  readonly changed: readonly string[];
  readonly duplicated: readonly string[];
  readonly lost: readonly string[];
  /** Exercises that are as they were handed out. */
  readonly untouched: readonly string[];
}

/** nbgrader's id of a cell, if it has one. */
export function gradeIdOf({ metadata }: Cell): string | undefined {
  return readNbgrader(metadata)?.grade_id;
}

/** The ids of the cells that a released notebook was handed out with. */
function handedOut({ metadata }: Notebook): string[] | undefined {
  const { latent } = metadata as { latent?: { assignment?: { cells?: unknown } } | null };
  const cells = latent?.assignment?.cells;
  return Array.isArray(cells) ? cells.filter((id) => typeof id === "string") : undefined;
}

/**
 * Compares a notebook with what it says of its own release: meant for honest slips, the grader trusts none of it.
 *
 * @throws when it was not released by `latent release`.
 */
export function integrityOf(notebook: Notebook, path: string): Integrity {
  const wanted = handedOut(notebook);
  if (!wanted)
    throw new Error(
      `${path} is no assignment: its metadata have no latent.assignment; take the notebook that was handed out`,
    );
  const changed = new Set<string>();
  const untouched = new Set<string>();
  const count = new Map<string, number>();
  for (const cell of notebook.cells) {
    const nbgrader = readNbgrader(cell.metadata);
    if (!nbgrader) continue;
    const { grade_id: id, solution } = nbgrader;
    count.set(id, (count.get(id) ?? 0) + 1);
    const same = nbgrader.checksum === checksum(cell, nbgrader);
    if (solution && same) untouched.add(id);
    if (!solution && !same) changed.add(id);
  }
  return {
    changed: [...changed],
    duplicated: [...count].flatMap(([id, times]) => (times > 1 ? [id] : [])),
    lost: wanted.filter((id) => !count.has(id)),
    untouched: [...untouched],
  };
}
