import { exerciseNamedIn } from "../../homework/exercises";
import type { Cell, Notebook } from "../../notebook/document";
import type { Assignment } from "./assignment";

/** A student's answer to one exercise. */
export interface Answer {
  readonly state: "answered" | "untouched" | "missing";
  readonly source: string;
  /** A remark on how it was found. */
  readonly note?: string;
}

/** Returns a source with `\n` line ends, and without trailing spaces and surrounding blank lines. */
function normalizeWhitespace(source: string): string {
  return source
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

function gradeId({ metadata }: Cell): unknown {
  const { nbgrader } = metadata;
  return typeof nbgrader === "object" && nbgrader !== null ? Reflect.get(nbgrader, "grade_id") : undefined;
}

/**
 * Returns the code cells that answer an exercise: by nbgrader's id, else the cell's id, else the first line.
 */
function candidates(submission: Notebook, exercise: string, id: string): Cell[] {
  const code = submission.cells.filter((cell) => cell.cell_type === "code");
  for (const matches of [
    (cell: Cell) => gradeId(cell) === exercise,
    (cell: Cell) => cell.id === id,
    (cell: Cell) => exerciseNamedIn(cell.source) === exercise,
  ]) {
    const found = code.filter(matches);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Returns the answers in a submission by exercise; nothing else in a submission is used.
 *
 * If several cells have the id of an exercise, the first one that differs from the released cell counts.
 */
export function answersIn(submission: Notebook, assignment: Assignment): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const { cell, exercise, stub } of assignment.cells) {
    if (exercise === undefined || stub === undefined) continue;
    const found = candidates(submission, exercise, cell.id);
    const edited = found.find(({ source }) => normalizeWhitespace(source) !== normalizeWhitespace(stub));
    const note =
      found.length > 1
        ? `${found.length} cells have this exercise's id; the first edited one was graded`
        : undefined;
    const [state, source] =
      found.length === 0
        ? (["missing", stub] as const)
        : edited
          ? (["answered", edited.source] as const)
          : (["untouched", stub] as const);
    answers.set(exercise, { state, source, ...(note === undefined ? {} : { note }) });
  }
  return answers;
}

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
