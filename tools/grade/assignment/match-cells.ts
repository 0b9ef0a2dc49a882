import { exercisesNamedIn, writtenExercisesNamedIn } from "../../homework/exercises";
import type { Cell, Notebook } from "../../notebook/document";
import type { AssignedCell, Assignment } from "./assignment";

/** A student's answer to one exercise. */
export interface Answer {
  readonly state: "answered" | "untouched" | "missing";
  readonly source: string;
  /** The number of its code cell in the submission, from 1; absent if there is none. */
  readonly number?: number;
  /** A remark on how it was found. */
  readonly note?: string;
}

/** A code cell that a student added; it runs just before or after the answer to an exercise. */
export interface AddedCell {
  readonly cell: Cell;
  /** Its number among the code cells of the submission, from 1. */
  readonly number: number;
  readonly exercise: string;
  readonly place: "before" | "after";
}

/** What a submission contributes to the notebook that is graded; nothing else in it is used. */
export interface MatchedCells {
  /** One answer for each exercise. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The cells that the student added, in order. */
  readonly added: readonly AddedCell[];
  /** The numbers of added cells below the last check: no check depends on them, and they are not run. */
  readonly below: readonly number[];
  /** The numbers of cells that the student changed, and of which the original is graded. */
  readonly changed: readonly number[];
}

/** A code cell of a submission. */
interface CodeCell {
  readonly cell: Cell;
  readonly number: number;
  readonly normalized: string;
  /** The exercises whose answer it may be. */
  readonly exercises: readonly string[];
  /** The exercise whose check it is, if any. */
  readonly checks: string | undefined;
  /** Whether it is another cell of the assignment, of which the original is graded. */
  readonly isGiven: boolean;
  /** Whether that original has another source. */
  readonly isChanged: boolean;
}

/** Returns a source with `\n` line ends, and without trailing spaces and surrounding blank lines. */
export function normalizeWhitespace(source: string): string {
  return source
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** Whether a source has neither code nor anything but comments of one line. */
function isBlank(source: string): boolean {
  return source.split("\n").every((line) => line.trim() === "" || line.trimStart().startsWith("//"));
}

/** Returns nbgrader's id of a cell, if its metadata has one. */
export function gradeIdOf({ metadata }: Cell): string | undefined {
  const { nbgrader } = metadata;
  const id: unknown =
    typeof nbgrader === "object" && nbgrader !== null ? Reflect.get(nbgrader, "grade_id") : undefined;
  return typeof id === "string" ? id : undefined;
}

/** Returns the code cells of a submission with what they are in the assignment. */
function codeCells(submission: Notebook, { cells }: Assignment): CodeCell[] {
  const code = cells.filter(({ cell }) => cell.cell_type === "code");
  const byKey = new Map<string, AssignedCell>();
  for (const assigned of code) {
    const { cell, gradeId = cell.id, visible = "" } = assigned;
    const keys = [`grade id ${gradeId}`, `id ${cell.id}`];
    if (visible.trim() !== "") keys.push(`source ${normalizeWhitespace(visible)}`);
    for (const key of keys) if (!byKey.has(key)) byKey.set(key, assigned);
  }
  const exercises = new Set(
    code.flatMap(({ role, exercise }) => (role === "answer" ? (exercise ?? []) : [])),
  );
  const words = new Set(cells.flatMap(({ isWritten, cell }) => (isWritten ? [cell.id] : [])));
  const submitted = submission.cells.filter(({ cell_type: type }) => type === "code");
  return submitted.map((cell, index) => {
    const normalized = normalizeWhitespace(cell.source);
    const keys = [`grade id ${gradeIdOf(cell) ?? ""}`, `id ${cell.id}`, `source ${normalized}`];
    const originals = keys.flatMap((key) => byKey.get(key) ?? []);
    const own = originals.flatMap(({ role, exercise }) => (role === "answer" ? (exercise ?? []) : []));
    const others = originals.filter(({ role }) => role !== "answer");
    const named = exercisesNamedIn(normalized).filter((name) => exercises.has(name));
    return {
      cell,
      number: index + 1,
      normalized,
      exercises: [...new Set([...own, ...named])],
      checks: others.find(({ role }) => role === "check")?.exercise,
      isGiven: others.length > 0 || words.has(cell.id),
      isChanged:
        others.length > 0 && !others.some(({ visible = "" }) => normalizeWhitespace(visible) === normalized),
    };
  });
}

/**
 * Chooses the cell that answers an exercise. Editors copy a cell's id with it, when they copy or split it:
 * the last edited cell above the check counts, as it does when the notebook runs from top to bottom. Cells
 * that declare the exercise come before those that only have its id.
 */
function chooseAnswer(code: readonly CodeCell[], exercise: string, stub: string): CodeCell | undefined {
  const found = code.filter(({ exercises }) => exercises.includes(exercise));
  const edited = found.filter(({ normalized }) => normalized !== normalizeWhitespace(stub));
  const check = code.find(({ checks }) => checks === exercise)?.number ?? Infinity;
  const declares = ({ normalized }: CodeCell): boolean => exercisesNamedIn(normalized).includes(exercise);
  const [heads, rest] = [edited.filter(declares), edited.filter((one) => !declares(one))];
  const above = (cells: readonly CodeCell[]): CodeCell | undefined =>
    cells.filter(({ number }) => number < check).at(-1) ?? cells[0];
  return above(heads) ?? above(rest);
}

function noteOn(found: readonly CodeCell[], chosen: CodeCell | undefined): string | undefined {
  return found.length > 1 && chosen !== undefined
    ? `code cells ${found.map(({ number }) => number).join(", ")} have this exercise's id or name; ` +
        `${chosen.number} was graded as its answer`
    : undefined;
}

/**
 * Places the cells that a student added: before the next answer, or after an answer if its check follows. An
 * added cell above the first answer runs after the given cells above that answer, so that it cannot change
 * what they do.
 */
function placeAdded(
  code: readonly CodeCell[],
  answers: ReadonlyMap<string, Answer>,
  stubs: ReadonlySet<string>,
): Pick<MatchedCells, "added" | "below"> {
  const placed: AddedCell[] = [];
  const checked = new Set<string>();
  let pending: CodeCell[] = [];
  let last: readonly string[] = [];
  const attach = (exercise: string, place: AddedCell["place"]): void => {
    placed.push(...pending.map(({ cell, number }) => ({ cell, number, exercise, place })));
    pending = [];
  };
  for (const one of code) {
    const answered = one.exercises.filter((exercise) => answers.get(exercise)?.number === one.number);
    const { checks } = one;
    if (answered[0] !== undefined) {
      attach(answered[0], "before");
      last = answered;
    } else if (checks !== undefined) {
      const follows = last.includes(checks) || answers.get(checks)?.number === undefined;
      if (follows && !checked.has(checks)) attach(checks, "after");
      checked.add(checks);
    } else if (!one.isGiven && !isBlank(one.normalized) && !stubs.has(one.normalized)) pending.push(one);
  }
  const unchecked = last.find((exercise) => !checked.has(exercise));
  if (unchecked !== undefined) attach(unchecked, "after");
  return { added: placed, below: pending.map(({ number }) => number) };
}

/**
 * Finds the answer in words to an exercise. The last edited cell with its id or declaration counts, as in
 * code; the cell may be of any type, because editors change that with a key.
 */
function writtenAnswer({ cells }: Notebook, assigned: AssignedCell, exercise: string): Answer {
  const { cell, gradeId, stub = "" } = assigned;
  const found = cells.filter(
    (one) =>
      one.id === cell.id ||
      (gradeId !== undefined && gradeIdOf(one) === gradeId) ||
      writtenExercisesNamedIn(one.source).includes(exercise),
  );
  const edited = found.filter(({ source }) => normalizeWhitespace(source) !== normalizeWhitespace(stub));
  const chosen = edited.filter(({ source }) => hasWords(source)).at(-1);
  return {
    state: chosen ? "answered" : found.length > 0 ? "untouched" : "missing",
    source: chosen?.source ?? stub,
    ...(edited.length > 1 ? { note: `${edited.length} cells have its id or name; the last was taken` } : {}),
  };
}

/** Whether a text has more than the declaration of an exercise. */
function hasWords(source: string): boolean {
  return source.split("\n").some((line) => line.trim() !== "" && writtenExercisesNamedIn(line).length === 0);
}

/** Finds the answers and the added cells in a submission, by nbgrader's ids, cell ids and declarations. */
export function matchCells(submission: Notebook, assignment: Assignment): MatchedCells {
  const code = codeCells(submission, assignment);
  const answers = new Map<string, Answer>();
  const stubs = new Set<string>();
  for (const assigned of assignment.cells) {
    const { exercise, stub } = assigned;
    if (exercise === undefined || stub === undefined) continue;
    if (assigned.isWritten) {
      answers.set(exercise, writtenAnswer(submission, assigned, exercise));
      continue;
    }
    stubs.add(normalizeWhitespace(stub));
    const found = code.filter(({ exercises }) => exercises.includes(exercise));
    const chosen = chooseAnswer(code, exercise, stub);
    const note = noteOn(found, chosen);
    const number = chosen?.number ?? found[0]?.number;
    answers.set(exercise, {
      state: chosen ? "answered" : found.length > 0 ? "untouched" : "missing",
      source: chosen?.cell.source ?? stub,
      ...(number === undefined ? {} : { number }),
      ...(note === undefined ? {} : { note }),
    });
  }
  const changed = code.flatMap(({ isChanged, exercises, number }) =>
    isChanged && exercises.length === 0 ? [number] : [],
  );
  return { answers, ...placeAdded(code, answers, stubs), changed };
}
