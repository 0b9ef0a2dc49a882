import type { Notebook } from "../notebook/document";
import { checksum, readNbgrader } from "./metadata";

/** The differences between a notebook and its release, as lists of nbgrader's ids. */
export interface Integrity {
  /** Read-only cells whose source, type or nbgrader metadata changed. */
  readonly changed: readonly string[];
  readonly duplicated: readonly string[];
  readonly missing: readonly string[];
  /** Exercises that are unchanged since the release. */
  readonly untouched: readonly string[];
}

/** Returns nbgrader's ids of the cells at release, from the notebook's metadata. */
function releasedIds({ metadata }: Notebook): string[] | undefined {
  const { latent } = metadata as { latent?: { assignment?: { cells?: unknown } } | null };
  const cells = latent?.assignment?.cells;
  return Array.isArray(cells) ? cells.filter((id) => typeof id === "string") : undefined;
}

/**
 * Compares a notebook with the release described in its own metadata. It detects accidental changes; the
 * grader does not rely on it.
 *
 * @throws if the notebook was not released by `latent release`.
 */
export function integrityOf(notebook: Notebook, path: string): Integrity {
  const expected = releasedIds(notebook);
  if (!expected)
    throw new Error(
      `${path} is not an assignment: its metadata has no latent.assignment; ` +
        "use the notebook that you were given",
    );
  const changed = new Set<string>();
  const untouched = new Set<string>();
  const count = new Map<string, number>();
  for (const cell of notebook.cells) {
    const nbgrader = readNbgrader(cell.metadata);
    if (!nbgrader) continue;
    const { grade_id: id, solution } = nbgrader;
    count.set(id, (count.get(id) ?? 0) + 1);
    const isUnchanged = nbgrader.checksum === checksum(cell, nbgrader);
    if (solution && isUnchanged) untouched.add(id);
    if (!solution && !isUnchanged) changed.add(id);
  }
  return {
    changed: [...changed],
    duplicated: [...count].flatMap(([id, times]) => (times > 1 ? [id] : [])),
    missing: expected.filter((id) => !count.has(id)),
    untouched: [...untouched],
  };
}
