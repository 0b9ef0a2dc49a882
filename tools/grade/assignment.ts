import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Cell, Notebook } from "../run/notebook";
import { serializeNotebook } from "../run/notebook";
import { readNotebook } from "../run/notebook";
import { withParameters } from "../run/prepare";
import type { Role } from "./messages";

/** A question of an assignment, with the cell that is answered and the cell that checks the answer. */
export interface Exercise {
  readonly name: string;
  readonly points: number;
}

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

const EXERCISE = /^\/\/ exercise: ([a-z0-9-]+), (\d+(?:\.\d+)?) points?\s*$/;
const LEFT_OPEN = 'throw new Error("YOUR CODE HERE");';

/** The name and points in a cell's first line, `// exercise: kl-gaussian, 3 points`. */
export const exerciseOf = (source: string): Exercise | undefined => {
  const [, name, points] = EXERCISE.exec(source.split("\n", 1)[0] ?? "") ?? [];
  return name === undefined ? undefined : { name, points: Number(points) };
};

/** A source without what lies between two markers; `instead` gets the indentation of the first. */
const without = (source: string, what: string, instead: readonly string[], where: string): string => {
  const kept: string[] = [];
  let inside = false;
  for (const line of source.split("\n")) {
    const begins = line.includes(`BEGIN ${what}`);
    const ends = line.includes(`END ${what}`);
    if ((begins && inside) || (ends && !inside))
      throw new Error(`${where}: "${line.trim()}" without its ${begins ? "end before it" : "beginning"}`);
    if (begins) kept.push(...instead.map((text) => (/^\s*/.exec(line)?.[0] ?? "") + text));
    else if (!ends && !inside) kept.push(line);
    inside = begins || (inside && !ends);
  }
  if (inside) throw new Error(`${where}: "BEGIN ${what}" without "END ${what}"`);
  return kept.join("\n");
};

const assign = (cells: readonly Cell[], where: string): { cells: AssignedCell[]; exercises: Exercise[] } => {
  const exercises: Exercise[] = [];
  let open: string | undefined;
  const assigned = cells.map((cell, index): AssignedCell => {
    if (cell.cell_type !== "code" || cell.source.trim() === "") return { cell };
    const at = `${where}, cell ${index + 1}`;
    const found = exerciseOf(cell.source);
    if (found) {
      if (open !== undefined) throw new Error(`${at}: exercise ${open} has no cell that checks it`);
      if (exercises.some(({ name }) => name === found.name))
        throw new Error(`${at}: a second exercise is called ${found.name}`);
      exercises.push(found);
      open = found.name;
      const stub = without(cell.source, "SOLUTION", ["// YOUR CODE HERE", LEFT_OPEN], at);
      return { cell, role: "answer", exercise: found.name, stub };
    }
    const visible = without(cell.source, "HIDDEN TESTS", [], at);
    if (open === undefined) return { cell, role: "given", visible };
    if (!/\bcheck\s*\(/.test(cell.source))
      throw new Error(
        `${at}: the cell behind exercise ${open} must call check(…): points need evidence of a pass`,
      );
    const exercise = open;
    open = undefined;
    return { cell, role: "check", exercise, visible };
  });
  if (open !== undefined) throw new Error(`${where}: exercise ${open} has no cell that checks it`);
  if (exercises.length === 0)
    throw new Error(`${where} has no exercise; one begins with the line "// exercise: name, 3 points"`);
  return { cells: assigned, exercises };
};

/**
 * The assignment in the instructor's notebook, with its solutions and hidden tests.
 *
 * @param smoke whether it is run with the small parameters that its metadata name.
 * @throws when it is no notebook, has no exercise, or one without a cell that checks it.
 */
export const readAssignment = (path: string, smoke: boolean): Assignment => {
  if (!path.endsWith(".ipynb"))
    throw new Error(`latent grade: --assignment must be the instructor's notebook (.ipynb), got ${path}`);
  const notebook = withParameters(readNotebook(path), { parameters: {}, smoke });
  const version = createHash("sha256").update(serializeNotebook(notebook)).digest("hex");
  return { name: basename(path, ".ipynb"), version, notebook, ...assign(notebook.cells, path) };
};
