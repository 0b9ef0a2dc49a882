import ts from "@tslab/typescript-for-tslab";
import type { Cell, Notebook } from "../notebook/document";
import { requireJudgeable } from "./judgeable";
import { ReleaseError, findRegions, type MarkerKind, type Region } from "./markers";

/**
 * The role of a cell in an assignment: `exercise` is to be answered in code, `check` tests the answer,
 * `written` is to be answered in words, `plain` is the rest.
 */
export type MasterRole = "plain" | "exercise" | "check" | "written";

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
  /** Whether it is answered in words, and marked by a person. */
  readonly written?: true;
}

/** Returns the points of all exercises but those for extra credit. */
export function regularPoints(exercises: readonly Exercise[]): number {
  return exercises.reduce((sum, { points, extra }) => (extra ? sum : sum + points), 0);
}

/** The declaration of an exercise, without the marks of a comment. */
const DECLARED = "exercise: ([a-z0-9]+(?:-[a-z0-9]+)*), (\\d+(?:\\.\\d{1,2})?) (extra )?points?";

/** How an exercise is declared in a kind of cell. */
interface Declaration {
  readonly exact: RegExp;
  readonly nearMiss: RegExp;
  readonly help: string;
}

const HELP = "(lower-case letters, digits and - in the name; positive points)";
const CODE: Declaration = {
  exact: new RegExp(`^// ${DECLARED}\\s*$`),
  nearMiss: /^\s*\/\/\s*exercise\s*:/i,
  help: `write // exercise: kl-gaussian, 3 points ${HELP}`,
};
const MARKDOWN: Declaration = {
  exact: new RegExp(`^<!-- ${DECLARED} -->\\s*$`),
  nearMiss: /^\s*(?:<!--|\/\/)\s*exercise\s*:/i,
  help: `write <!-- exercise: why-it-collapses, 3 points --> ${HELP}`,
};

/** The maximum length of a declaration: a regular expression overflows the stack on a line of megabytes. */
const MAX_DECLARATION = 1000;

/**
 * Returns the names of the exercises that a source declares; after a merge of cells, any line may.
 *
 * @param declaration of which kind of cell; by default of code.
 */
export function exercisesNamedIn(source: string, { exact }: Pick<Declaration, "exact"> = CODE): string[] {
  return source.split("\n").flatMap((line) => exact.exec(line.slice(0, MAX_DECLARATION))?.[1] ?? []);
}

/** Returns the names of the exercises to be answered in words that a source declares. */
export function writtenExercisesNamedIn(source: string): string[] {
  return exercisesNamedIn(source, MARKDOWN);
}

/** Returns the exercise declared in the first line of a cell, if any. */
function declaredIn(source: string, { exact, nearMiss, help }: Declaration): Exercise | undefined {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => nearMiss.test(line.slice(0, MAX_DECLARATION)));
  if (at < 0) return undefined;
  if (at > 0)
    throw new ReleaseError(
      at + 1,
      "an exercise must be declared in the first line of its cell; move this line",
    );
  const [, name, points, extra] = exact.exec(lines[0] ?? "") ?? [];
  if (name === undefined || !(Number(points) > 0))
    throw new ReleaseError(
      1,
      `"${lines[0]?.trim() ?? ""}" is not a valid declaration of an exercise; ${help}`,
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
  "SOLUTION": "a cell whose first line declares an exercise",
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

/** Reads a cell that is not code. */
function readText(cell: Cell, regions: readonly Region[]): MasterCell {
  const exercise = cell.cell_type === "markdown" ? declaredIn(cell.source, MARKDOWN) : undefined;
  if (exercise === undefined) {
    checkKinds(regions, cell.cell_type === "markdown" ? "MARK SCHEME" : undefined);
    return { cell, role: "plain", regions };
  }
  checkKinds(regions, "SOLUTION");
  if (regions.length === 0) throw new ReleaseError(1, `exercise ${exercise.name} has no ${SOLUTION_HELP}`);
  return { cell, role: "written", exercise: { ...exercise, written: true }, regions };
}

/** Reads one cell; `unchecked` is the preceding exercise if its check has not been found yet. */
function readCell(cell: Cell, unchecked: Exercise | undefined): MasterCell {
  const regions = findRegions(cell.source);
  if (cell.cell_type !== "code") return readText(cell, regions);
  const exercise = declaredIn(cell.source, CODE);
  if (exercise) {
    if (unchecked)
      throw new ReleaseError(1, `the preceding exercise ${unchecked.name} has no check; ${CHECK_HELP}`);
    checkKinds(regions, "SOLUTION");
    if (regions.length === 0) throw new ReleaseError(1, `exercise ${exercise.name} has no ${SOLUTION_HELP}`);
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

const SOLUTION_HELP = "solution; write it between // BEGIN SOLUTION and // END SOLUTION";
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
      if (master.role !== "exercise" && master.role !== "written") continue;
      const { name = "" } = master.exercise ?? {};
      if (master.role === "exercise") {
        unchecked = master.exercise;
        answer = cell.source;
      }
      if (names.has(name))
        throw new ReleaseError(1, `another exercise is also named ${name}; rename one of them`);
      names.add(name);
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      problems.push(`${path}, cell ${index + 1}, line ${error.line}: ${error.message}`);
    }
  }
  if (problems.length === 0 && unchecked)
    problems.push(`${path}: exercise ${unchecked.name} has no check; ${CHECK_HELP}`);
  if (problems.length === 0 && names.size === 0)
    problems.push(`${path} has no exercise; to declare one, ${CODE.help}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}

/** Returns the exercises of an instructor's notebook, in order. */
export function exercisesOf(masters: readonly MasterCell[]): Exercise[] {
  return masters.flatMap(({ role, exercise }) =>
    (role === "exercise" || role === "written") && exercise ? [exercise] : [],
  );
}
