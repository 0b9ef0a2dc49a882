import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readMaster, type Exercise, type MasterCell } from "../../homework/exercises";
import { readManifest, type Manifest } from "../../homework/manifest";
import { releasedSource } from "../../homework/released-cells";
import type { Cell, Notebook } from "../../notebook/document";
import { readNotebook } from "../../notebook/read";
import { serializeNotebook } from "../../notebook/write";
import { withParameters } from "../../notebook/with-parameters";
import type { AssignedRole } from "../channel/messages";

/** A cell of an assignment. */
export interface AssignedCell {
  readonly cell: Cell;
  /** Absent for Markdown and for empty code cells. */
  readonly role?: AssignedRole;
  /** The exercise that it answers or checks. */
  readonly exercise?: string;
  /** For an answer cell: its source as released. */
  readonly stub?: string;
  /** For other code cells: its source as released, without hidden tests. */
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

function assigned(master: MasterCell): AssignedCell {
  const { cell, role, exercise } = master;
  if (cell.cell_type !== "code" || cell.source.trim() === "") return { cell };
  const of = exercise === undefined ? {} : { exercise: exercise.name };
  if (role === "exercise") return { cell, ...of, role: "answer", stub: releasedSource(master) };
  return {
    cell,
    ...of,
    role: role === "check" ? "check" : "given",
    visible: releasedSource(master),
  };
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
  const exercises = masters.flatMap(({ role, exercise }) =>
    role === "exercise" && exercise ? [exercise] : [],
  );
  return { ...source, version, notebook, cells: masters.map(assigned), exercises };
}
