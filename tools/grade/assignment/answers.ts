import { exerciseNamedIn } from "../../homework/exercises";
import type { Cell, Notebook } from "../../notebook/document";
import type { Assignment } from "./assignment";

/** What a student answered to one exercise. */
export interface Answer {
  readonly state: "answered" | "untouched" | "lost";
  readonly source: string;
  /** Something to know about how it was found. */
  readonly note?: string;
}

function normal(source: string): string {
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

/** The code cells of a submission that answer an exercise: by nbgrader's id, else the cell's, else the first line. */
function candidates(submission: Notebook, exercise: string, id: string): Cell[] {
  const code = submission.cells.filter((cell) => cell.cell_type === "code");
  for (const isIt of [
    (cell: Cell) => gradeId(cell) === exercise,
    (cell: Cell) => cell.id === id,
    (cell: Cell) => exerciseNamedIn(cell.source) === exercise,
  ]) {
    const found = code.filter(isIt);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The answers in a submission: nothing else of it is ever used.
 *
 * Of several cells with one exercise's id the first counts that is not as it was handed out.
 */
export function answersIn(submission: Notebook, assignment: Assignment): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const { cell, exercise, stub } of assignment.cells) {
    if (exercise === undefined || stub === undefined) continue;
    const found = candidates(submission, exercise, cell.id);
    const touched = found.find(({ source }) => normal(source) !== normal(stub));
    const note =
      found.length > 1
        ? `${found.length} cells carry this exercise's id; the first changed one was graded`
        : undefined;
    const [state, source] =
      found.length === 0
        ? (["lost", stub] as const)
        : touched
          ? (["answered", touched.source] as const)
          : (["untouched", stub] as const);
    answers.set(exercise, { state, source, ...(note === undefined ? {} : { note }) });
  }
  return answers;
}

/** The instructor's own answers. */
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
 * That a submission answers another version of the assignment than is graded, in words. The submission says so itself, and
 * may be wrong: this is for a person to look at, and changes no points.
 */
export function otherVersion({ metadata }: Notebook, { release }: Assignment): string | undefined {
  const { latent } = metadata as {
    readonly latent?: { readonly assignment?: { readonly version?: unknown } } | null;
  };
  const version = latent?.assignment?.version;
  if (release === undefined || typeof version !== "string" || version === release.version) return undefined;
  return `it was handed out as version ${version.slice(0, 16)}, and graded as version ${release.version}`;
}
