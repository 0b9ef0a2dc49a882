import type { Notebook } from "../../notebook/document";
import type { AddedCell, Answer } from "./match-cells";
import type { AssignedCell, Assignment } from "./assignment";

/** Returns the instructor's solutions as answers. */
export function solutionsOf(assignment: Assignment): Map<string, Answer> {
  return new Map(
    assignment.cells.flatMap(({ cell, exercise, role }) =>
      role === "answer" && exercise !== undefined
        ? [[exercise, { state: "answered", source: cell.source }]]
        : [],
    ),
  );
}

/**
 * Returns a note if a submission states another version of the assignment than the one graded, else
 * undefined. A submission can state anything, so the note is only for the instructor and does not change
 * points.
 */
export function versionMismatch({ metadata }: Notebook, { release }: Assignment): string | undefined {
  const { latent } = metadata as {
    readonly latent?: { readonly assignment?: { readonly version?: unknown } } | null;
  };
  const version = latent?.assignment?.version;
  if (release === undefined || typeof version !== "string" || version === release.version) return undefined;
  return `it was released as version ${version.slice(0, 16)} and graded as version ${release.version}`;
}

/** Returns a cell that a student added as one of the assignment, without the student's metadata. */
function asAssigned({ cell, number, exercise }: AddedCell): AssignedCell {
  const { cell_type: type, source } = cell;
  const id = `added-${number}`;
  const plain = { id, cell_type: type, metadata: {}, source, outputs: [], execution_count: null };
  return { cell: plain, role: "added", exercise, label: `added cell [${number}]` };
}

/** Returns an assignment with the cells that a student added. */
export function withAddedCells(assignment: Assignment, added: readonly AddedCell[]): Assignment {
  const at = (exercise: string | undefined, place: AddedCell["place"]): AssignedCell[] =>
    added.filter((one) => one.exercise === exercise && one.place === place).map(asAssigned);
  const cells = assignment.cells.flatMap((assigned) => {
    const { role, exercise } = assigned;
    return role === "answer" ? [...at(exercise, "before"), assigned, ...at(exercise, "after")] : [assigned];
  });
  return { ...assignment, cells };
}
