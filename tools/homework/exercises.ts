import ts from "@tslab/typescript-for-tslab";
import type { Cell, Notebook } from "../notebook/document";
import { CellProblem, findRegions, type MarkerKind, type Region } from "./markers";

/** What a cell is to an assignment: `exercise` is answered, `check` tests the answer, `plain` is all the rest. */
export type MasterRole = "plain" | "exercise" | "check";

/** A cell of the instructor's notebook. */
export interface MasterCell {
  readonly cell: Cell;
  readonly role: MasterRole;
  /** The exercise that it answers or checks; absent on plain cells. */
  readonly exercise?: Exercise;
  readonly regions: readonly Region[];
}

/** A question of an assignment. */
export interface Exercise {
  readonly name: string;
  readonly points: number;
}

const DECLARATION = /^\/\/ exercise: ([a-z0-9]+(?:-[a-z0-9]+)*), (\d+(?:\.\d{1,2})?) points?\s*$/;
const ALMOST = /^\s*\/\/\s*exercise\s*:/i;
const FORM = "write // exercise: kl-gaussian, 3 points (small letters, digits and -, points above 0)";

/** The name of the exercise that a text's first line declares, if it does. */
export function exerciseNamedIn(source: string): string | undefined {
  return DECLARATION.exec(source.split("\n", 1)[0] ?? "")?.[1];
}

/** The exercise that a code cell's first line declares. */
function declaredIn(source: string): Exercise | undefined {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => ALMOST.test(line));
  if (at < 0) return undefined;
  if (at > 0) throw new CellProblem(at + 1, "an exercise must be declared in its cell's first line; move it");
  const [, name, points] = DECLARATION.exec(lines[0] ?? "") ?? [];
  if (name === undefined || !(Number(points) > 0))
    throw new CellProblem(1, `"${lines[0]?.trim() ?? ""}" declares no exercise; ${FORM}`);
  return { name, points: Number(points) };
}

/** Whether a cell calls the function `check`. */
function callsCheck(source: string): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "check") ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true));
}

const PLACES: Readonly<Record<MarkerKind, string>> = {
  "SOLUTION": "a code cell whose first line declares an exercise",
  "HIDDEN TESTS": "the code cell behind an exercise, which calls check",
  "MARK SCHEME": "a Markdown cell",
};

function checkPlaces(regions: readonly Region[], allowed: MarkerKind | undefined): void {
  const wrong = regions.find(({ kind }) => kind !== allowed);
  if (wrong)
    throw new CellProblem(
      wrong.begin,
      `// BEGIN ${wrong.kind} is in the wrong kind of cell; it belongs into ${PLACES[wrong.kind]}`,
    );
}

/** Reads one cell; `asked` is the exercise that still waits for its check. */
function readCell(cell: Cell, asked: Exercise | undefined): MasterCell {
  const regions = findRegions(cell.source);
  if (cell.cell_type !== "code") {
    checkPlaces(regions, cell.cell_type === "markdown" ? "MARK SCHEME" : undefined);
    return { cell, role: "plain", regions };
  }
  const exercise = declaredIn(cell.source);
  if (exercise) {
    if (asked) throw new CellProblem(1, `exercise ${asked.name} before it has no check; ${HOW_TO_CHECK}`);
    checkPlaces(regions, "SOLUTION");
    if (regions.length === 0)
      throw new CellProblem(
        1,
        `exercise ${exercise.name} has no solution; put it between // BEGIN SOLUTION and // END SOLUTION`,
      );
    return { cell, role: "exercise", exercise, regions };
  }
  if (!asked || cell.source.trim() === "") {
    checkPlaces(regions, undefined);
    return { cell, role: "plain", regions };
  }
  checkPlaces(regions, "HIDDEN TESTS");
  if (!callsCheck(cell.source))
    throw new CellProblem(1, `the cell behind exercise ${asked.name} does not call check; ${HOW_TO_CHECK}`);
  return { cell, role: "check", exercise: asked, regions };
}

const HOW_TO_CHECK = "let the code cell behind an exercise call check(…), points need evidence";

/**
 * The cells of an instructor's notebook with what each is for.
 *
 * @param path what errors call the notebook.
 * @throws one error that tells every problem with cell (counted from 1), line and remedy.
 */
export function readMaster({ cells }: Notebook, path: string): MasterCell[] {
  const problems: string[] = [];
  const read: MasterCell[] = [];
  const names = new Set<string>();
  const ids = new Set<string>();
  let asked: Exercise | undefined;
  for (const [index, cell] of cells.entries()) {
    try {
      if (ids.has(cell.id)) throw new CellProblem(1, `a second cell has the id ${cell.id}; give it another`);
      ids.add(cell.id);
      const master = readCell(cell, asked);
      read.push(master);
      if (master.role === "check") asked = undefined;
      if (master.role !== "exercise") continue;
      asked = master.exercise;
      if (asked && names.has(asked.name))
        throw new CellProblem(1, `a second exercise is called ${asked.name}; rename one of them`);
      names.add(asked?.name ?? "");
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      problems.push(`${path}, cell ${index + 1}, line ${error.line}: ${error.message}`);
    }
  }
  if (problems.length === 0 && asked)
    problems.push(`${path}: exercise ${asked.name} has no check; ${HOW_TO_CHECK}`);
  if (problems.length === 0 && names.size === 0)
    problems.push(`${path} has no exercise; to declare one, ${FORM}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}
