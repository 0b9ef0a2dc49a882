import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readMaster, type Exercise, type MasterCell } from "../homework/exercises";
import { replaceRegions } from "../homework/markers";
import { readNotebook, serializeNotebook, type Cell, type Notebook } from "../run/notebook";
import { withParameters } from "../run/prepare";
import type { Role } from "./messages";

/** A cell of an assignment. */
export interface AssignedCell {
  readonly cell: Cell;
  /** Absent for text. */
  readonly role?: Role;
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
}

const EXERCISE = /^\/\/ exercise: ([a-z0-9-]+), \d/;
const STUB = ["// YOUR CODE HERE", 'throw new Error("YOUR CODE HERE");'];

/** The name in a cell's first line, `// exercise: kl-gaussian, 3 points`. */
export const exerciseOf = (source: string): string | undefined =>
  EXERCISE.exec(source.split("\n", 1)[0] ?? "")?.[1];

const assigned = ({ cell, role, exercise, regions }: MasterCell): AssignedCell => {
  if (cell.cell_type !== "code" || cell.source.trim() === "") return { cell };
  const of = exercise === undefined ? {} : { exercise: exercise.name };
  if (role === "exercise")
    return { cell, ...of, role: "answer", stub: replaceRegions(cell.source, regions, STUB) };
  return {
    cell,
    ...of,
    role: role === "check" ? "check" : "given",
    visible: replaceRegions(cell.source, regions, []),
  };
};

/**
 * The assignment in the instructor's notebook, with its solutions and hidden tests.
 *
 * @param smoke whether it is run with the small parameters that its metadata name.
 * @throws when it is no notebook, has no exercise, or one that is not as `latent release` wants it.
 */
export const readAssignment = (path: string, smoke: boolean): Assignment => {
  if (!path.endsWith(".ipynb"))
    throw new Error(`latent grade: --assignment must be the instructor's notebook (.ipynb), got ${path}`);
  const notebook = withParameters(readNotebook(path), { parameters: {}, smoke });
  const version = createHash("sha256").update(serializeNotebook(notebook)).digest("hex");
  const masters = readMaster(notebook, path);
  const exercises = masters.flatMap(({ role, exercise }) =>
    role === "exercise" && exercise ? [exercise] : [],
  );
  return { name: basename(path, ".ipynb"), version, notebook, cells: masters.map(assigned), exercises };
};
