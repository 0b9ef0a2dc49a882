import { isObject, type Json } from "../notebook/json";
import type { Notebook } from "../notebook/document";
import type { Exercise, MasterCell, MasterRole } from "./exercises";
import type { Nbgrader } from "./metadata";
import { releasedCell } from "./released-cells";

/** A code cell, or one to be answered in words, as it was handed out. */
export interface HandedOutCell {
  readonly grade_id: string;
  readonly id: string;
  readonly role: MasterRole;
  readonly exercise?: Exercise;
  readonly source: string;
  readonly tags?: unknown;
}

/**
 * An assignment as it was handed out, recorded in the metadata of the released notebook: `latent validate`
 * rebuilds the notebook from it, as `latent grade` does from the manifest.
 */
export interface Handout {
  readonly name: string;
  readonly version: string;
  /** The instructor's label for the version. */
  readonly label?: string;
  /** The code cells and those to be answered in words, in order. */
  readonly cells: readonly HandedOutCell[];
}

/** Returns the cells of an instructor's notebook that are recorded, as they are handed out. */
export function handedOutCells(masters: readonly MasterCell[]): HandedOutCell[] {
  return masters.flatMap((master) => {
    const { id, source, metadata } = releasedCell(master);
    const { nbgrader, tags } = metadata as { readonly nbgrader?: Nbgrader; readonly tags?: unknown };
    if (nbgrader === undefined) return [];
    const { role, exercise } = master;
    return [
      {
        grade_id: nbgrader.grade_id,
        id,
        role,
        source,
        ...(exercise === undefined ? {} : { exercise }),
        ...(tags === undefined ? {} : { tags }),
      },
    ];
  });
}

function isHandedOutCell(value: unknown): value is HandedOutCell {
  if (!isObject(value)) return false;
  const { grade_id: gradeId, id, role, source, exercise } = value;
  const hasTexts = [gradeId, id, source].every((text) => typeof text === "string");
  const isOfExercise = isObject(exercise) && typeof exercise["name"] === "string";
  const isKnown = role === "exercise" || role === "check" || role === "written";
  return hasTexts && (role === "plain" || (isKnown && isOfExercise));
}

/** Returns the assignment that a notebook records in its metadata; undefined if there is none. */
export function readHandout({ metadata }: Notebook): Handout | undefined {
  const { latent } = metadata;
  const assignment = isObject(latent) ? latent["assignment"] : undefined;
  const { name, version, cells } = isObject(assignment) ? assignment : ({} as Json);
  if (typeof name !== "string" || typeof version !== "string" || !Array.isArray(cells)) return undefined;
  return cells.length > 0 && cells.every(isHandedOutCell) ? { name, version, cells } : undefined;
}
