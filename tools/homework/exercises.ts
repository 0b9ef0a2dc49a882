import ts from "@tslab/typescript-for-tslab";
import type { Cell, Notebook } from "../notebook/document";
import { requireJudgeable } from "./judgeable";
import { ReleaseError, findRegions, type MarkerKind, type Region } from "./markers";

/**
 * The role of a cell in an assignment: `exercise` is to be answered, `check` tests the answer, `plain` is the
 * rest.
 */
export type MasterRole = "plain" | "exercise" | "check";

/** A cell of the instructor's notebook. */
export interface MasterCell {
  readonly cell: Cell;
  readonly role: MasterRole;
  /** The exercise that it answers or checks; absent for plain cells. */
  readonly exercise?: Exercise;
  readonly regions: readonly Region[];
}

/** An exercise of an assignment. */
export interface Exercise {
  readonly name: string;
  readonly points: number;
  /** Whether its points are extra credit, which the maximum score does not count. */
  readonly extra?: true;
}

/** Returns the points of all exercises but those for extra credit. */
export function regularPoints(exercises: readonly Exercise[]): number {
  return exercises.reduce((sum, { points, extra }) => (extra ? sum : sum + points), 0);
}

const DECLARATION = /^\/\/ exercise: ([a-z0-9]+(?:-[a-z0-9]+)*), (\d+(?:\.\d{1,2})?) (extra )?points?\s*$/;
const NEAR_MISS = /^\s*\/\/\s*exercise\s*:/i;
const DECLARATION_HELP =
  "write // exercise: kl-gaussian, 3 points (lower-case letters, digits and - in the name; positive points)";

/** The maximum length of a declaration: a regular expression overflows the stack on a line of megabytes. */
const MAX_DECLARATION = 1000;

/** Returns the names of the exercises that a source declares; after a merge of cells, any line may. */
export function exercisesNamedIn(source: string): string[] {
  return source.split("\n").flatMap((line) => DECLARATION.exec(line.slice(0, MAX_DECLARATION))?.[1] ?? []);
}

/** Returns the exercise declared in the first line of a code cell, if any. */
function declaredIn(source: string): Exercise | undefined {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => NEAR_MISS.test(line));
  if (at < 0) return undefined;
  if (at > 0)
    throw new ReleaseError(
      at + 1,
      "an exercise must be declared in the first line of its cell; move this line",
    );
  const [, name, points, extra] = DECLARATION.exec(lines[0] ?? "") ?? [];
  if (name === undefined || !(Number(points) > 0))
    throw new ReleaseError(
      1,
      `"${lines[0]?.trim() ?? ""}" is not a valid declaration of an exercise; ${DECLARATION_HELP}`,
    );
  return { name, points: Number(points), ...(extra === undefined ? {} : { extra: true }) };
}

/** Whether a cell calls the function `check`. */
function callsCheck(source: string): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "check") ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true));
}

const ALLOWED_CELLS: Readonly<Record<MarkerKind, string>> = {
  "SOLUTION": "a code cell whose first line declares an exercise",
  "HIDDEN TESTS": "the next code cell after an exercise, which calls check",
  "MARK SCHEME": "a Markdown cell",
};

/** @throws ReleaseError if a region has another kind than `allowed`. */
function checkKinds(regions: readonly Region[], allowed: MarkerKind | undefined): void {
  const wrong = regions.find(({ kind }) => kind !== allowed);
  if (wrong)
    throw new ReleaseError(
      wrong.begin,
      `// BEGIN ${wrong.kind} is in the wrong kind of cell; move it to ${ALLOWED_CELLS[wrong.kind]}`,
    );
}

/** Reads one cell; `unchecked` is the preceding exercise if its check has not been found yet. */
function readCell(cell: Cell, unchecked: Exercise | undefined): MasterCell {
  const regions = findRegions(cell.source);
  if (cell.cell_type !== "code") {
    checkKinds(regions, cell.cell_type === "markdown" ? "MARK SCHEME" : undefined);
    return { cell, role: "plain", regions };
  }
  const exercise = declaredIn(cell.source);
  if (exercise) {
    if (unchecked)
      throw new ReleaseError(1, `the preceding exercise ${unchecked.name} has no check; ${CHECK_HELP}`);
    checkKinds(regions, "SOLUTION");
    if (regions.length === 0)
      throw new ReleaseError(
        1,
        `exercise ${exercise.name} has no solution; write it between // BEGIN SOLUTION and // END SOLUTION`,
      );
    return { cell, role: "exercise", exercise, regions };
  }
  if (!unchecked || cell.source.trim() === "") {
    checkKinds(regions, undefined);
    return { cell, role: "plain", regions };
  }
  checkKinds(regions, "HIDDEN TESTS");
  if (!callsCheck(cell.source))
    throw new ReleaseError(1, `the cell after exercise ${unchecked.name} does not call check; ${CHECK_HELP}`);
  return { cell, role: "check", exercise: unchecked, regions };
}

const CHECK_HELP = "the next code cell after an exercise must call check(…)";

/**
 * Returns the cells of an instructor's notebook with their roles.
 *
 * @param path the name of the notebook in errors.
 * @throws one error that lists every problem with its cell (counted from 1), line and remedy.
 */
export function readMaster({ cells }: Notebook, path: string): MasterCell[] {
  const problems: string[] = [];
  const read: MasterCell[] = [];
  const names = new Set<string>();
  const ids = new Set<string>();
  let unchecked: Exercise | undefined;
  let answer = "";
  for (const [index, cell] of cells.entries()) {
    try {
      if (ids.has(cell.id))
        throw new ReleaseError(1, `another cell has the same id, ${cell.id}; change one of them`);
      ids.add(cell.id);
      const master = readCell(cell, unchecked);
      read.push(master);
      if (master.role === "check") {
        unchecked = undefined;
        requireJudgeable(master.exercise?.name ?? "", answer, cell.source);
      }
      if (master.role !== "exercise") continue;
      unchecked = master.exercise;
      answer = cell.source;
      if (unchecked && names.has(unchecked.name))
        throw new ReleaseError(1, `another exercise is also named ${unchecked.name}; rename one of them`);
      names.add(unchecked?.name ?? "");
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      problems.push(`${path}, cell ${index + 1}, line ${error.line}: ${error.message}`);
    }
  }
  if (problems.length === 0 && unchecked)
    problems.push(`${path}: exercise ${unchecked.name} has no check; ${CHECK_HELP}`);
  if (problems.length === 0 && names.size === 0)
    problems.push(`${path} has no exercise; to declare one, ${DECLARATION_HELP}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}
