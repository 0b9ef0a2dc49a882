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
  /** Absent for text. */
  readonly role?: AssignedRole;
  /** Which exercise it answers or checks. */
  readonly exercise?: string;
  /** Of a cell to answer: what the student was given. */
  readonly stub?: string;
  /** Of a cell that checks: what the student was given of it, without hidden tests. */
  readonly visible?: string;
}

/** What submissions are graded by. */
export interface Assignment {
  readonly name: string;
  /** Changes whenever anything of the assignment does. */
  readonly version: string;
  readonly notebook: Notebook;
  readonly cells: readonly AssignedCell[];
  readonly exercises: readonly Exercise[];
  /** How it was handed out, where a manifest tells it. */
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

/** What is graded by: a manifest of `latent release`, or the instructor's notebook itself. */
function readSource(path: string): Pick<Assignment, "name" | "notebook" | "release"> {
  if (path.endsWith(".ipynb")) return { name: basename(path, ".ipynb"), notebook: readNotebook(path) };
  const { manifest, notebook } = readManifest(path);
  return { name: manifest.name, notebook, release: manifest };
}

/**
 * The assignment in a manifest, or in the instructor's notebook, with its solutions and hidden tests.
 *
 * @param smoke whether it is run with the small parameters that its metadata name.
 * @throws when it is neither, was altered, has no exercise, or one that is not as `latent release` wants it.
 */
export function readAssignment(path: string, smoke: boolean): Assignment {
  const { notebook: master, ...handedOut } = readSource(path);
  const notebook = withParameters(master, { parameters: {}, smoke });
  const version = createHash("sha256").update(serializeNotebook(notebook)).digest("hex");
  const masters = readMaster(notebook, path);
  const exercises = masters.flatMap(({ role, exercise }) =>
    role === "exercise" && exercise ? [exercise] : [],
  );
  return { ...handedOut, version, notebook, cells: masters.map(assigned), exercises };
}
