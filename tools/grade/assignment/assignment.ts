import { createHash } from "node:crypto";
import { basename } from "node:path";
import {
  exercisesOf,
  readMaster,
  regularPoints,
  type Exercise,
  type MasterCell,
} from "../../homework/exercises";
import { readManifest, type Manifest } from "../../homework/manifest";
import { nbgraderMetadata } from "../../homework/metadata";
import { releasedSource } from "../../homework/released-cells";
import type { Cell, Notebook } from "../../notebook/document";
import { readNotebook } from "../../notebook/read";
import { serializeNotebook } from "../../notebook/write";
import { withParameters } from "../../notebook/with-parameters";
import type { AssignedRole } from "../channel/messages";

/** A cell of an assignment. */
export interface AssignedCell {
  readonly cell: Cell;
  /** Absent for Markdown and for empty code cells. A cell that a student `added` runs like an answer. */
  readonly role?: AssignedRole | "added";
  /** Whether it is to be answered in words. */
  readonly isWritten?: true;
  /** The exercise that it answers or checks, or beside whose answer it was added. */
  readonly exercise?: string;
  /** nbgrader's id of the released cell; absent for Markdown. */
  readonly gradeId?: string;
  /** Its name in stack traces; by default its number among all cells. */
  readonly label?: string;
  /** For a cell to be answered: its source as released. */
  readonly stub?: string;
  /** For other cells: its source as released, without hidden tests and mark schemes. */
  readonly visible?: string;
}

/** An assignment, with everything needed to grade submissions. */
export interface Assignment {
  readonly name: string;
  /** A hash of the assignment's notebook. */
  readonly version: string;
  readonly notebook: Notebook;
  readonly cells: readonly AssignedCell[];
  readonly exercises: readonly Exercise[];
  /** The released version, if known from a manifest. */
  readonly release?: Pick<Manifest, "version" | "library">;
}

/** Returns the exercises that are answered in code, and judged by checks. */
export function checkedExercises({ exercises }: Pick<Assignment, "exercises">): Exercise[] {
  return exercises.filter(({ written }) => !written);
}

/** Returns the points of all exercises but those for extra credit. */
export function maxScoreOf({ exercises }: Pick<Assignment, "exercises">): number {
  return regularPoints(exercises);
}

function assigned(master: MasterCell): AssignedCell {
  const { cell, role, exercise } = master;
  const visible = releasedSource(master);
  const gradeId = nbgraderMetadata(master, visible)?.grade_id;
  const common = {
    cell,
    ...(exercise === undefined ? {} : { exercise: exercise.name }),
    ...(gradeId === undefined ? {} : { gradeId }),
  };
  if (role === "written") return { ...common, isWritten: true, stub: visible, visible };
  if (cell.cell_type !== "code" || cell.source.trim() === "") return { cell, visible };
  if (role === "exercise") return { ...common, role: "answer", stub: visible };
  return { ...common, role: role === "check" ? "check" : "given", visible };
}

/** Reads a manifest of `latent release`, or the instructor's notebook. */
function readSource(path: string): Pick<Assignment, "name" | "notebook" | "release"> {
  if (path.endsWith(".ipynb")) return { name: basename(path, ".ipynb"), notebook: readNotebook(path) };
  const { manifest, notebook } = readManifest(path);
  return { name: manifest.name, notebook, release: manifest };
}

/**
 * Reads an assignment from a manifest or from the instructor's notebook, with solutions and hidden tests.
 *
 * @param smoke whether to use the small parameters in the notebook's metadata.
 * @throws if the file is neither, the manifest was edited, or the notebook has no exercise or an invalid one.
 */
export function readAssignment(path: string, smoke: boolean): Assignment {
  const { notebook: master, ...source } = readSource(path);
  const notebook = withParameters(master, { parameters: {}, smoke });
  const version = createHash("sha256").update(serializeNotebook(notebook)).digest("hex");
  const masters = readMaster(notebook, path);
  return { ...source, version, notebook, cells: masters.map(assigned), exercises: exercisesOf(masters) };
}
