import type { Assignment } from "../assignment/assignment";
import { matchCells } from "../assignment/match-cells";
import { parseNotebookOfAnyLanguage } from "../../notebook/read";
import { decodeText, type SubmittedFile } from "./files";
import { isNotebook, stemOf } from "./layout";

/** The notebook of a student that is graded, or why there is none. */
export type Choice =
  | { readonly file: SubmittedFile; readonly note?: string }
  | { readonly problem: string; readonly where: string };

/** nbgrader's file with the time of the submission. */
export const TIMESTAMP = "timestamp.txt";

/** The number of files that a message lists. */
const MAX_LISTED = 8;

function pathOf({ parts }: SubmittedFile): string {
  return parts.join("/");
}

function listed(files: readonly SubmittedFile[]): string {
  const shown = files.slice(0, MAX_LISTED).map(pathOf).join(", ");
  return files.length > MAX_LISTED ? `${shown} and ${files.length - MAX_LISTED} more` : shown;
}

/** Returns the answers in a notebook as one text; undefined if it has none or cannot be read. */
function answersIn(file: SubmittedFile, assignment: Assignment): string | undefined {
  try {
    const notebook = parseNotebookOfAnyLanguage(decodeText(file.read()), file.where);
    const { answers, added } = matchCells(notebook, assignment);
    const answered = [...answers].filter(([, { state }]) => state === "answered");
    if (answered.length === 0) return undefined;
    return JSON.stringify([
      answered.map(([name, { source }]) => [name, source]),
      added.map(({ cell }) => cell.source),
    ]);
  } catch {
    return undefined;
  }
}

/** Returns the notebooks in nbgrader's folder of the assignment, or all if there are none in it. */
function notebooksFor(files: readonly SubmittedFile[], assignment: string): SubmittedFile[] {
  const all = files.filter(isNotebook);
  const own = all.filter(
    ({ parts }) => parts.length > 1 && parts[0]?.toLowerCase() === assignment.toLowerCase(),
  );
  return own.length > 0 ? own : all;
}

/**
 * Chooses the notebook of a student that is graded. Of several, it is the one named after the assignment if
 * that has answers, else the only one with answers.
 */
export function chooseNotebook(
  name: string,
  files: readonly SubmittedFile[],
  assignment: Assignment,
): Choice {
  const notebooks = notebooksFor(files, assignment.name);
  const [first, second] = notebooks;
  if (!first) {
    const others = files.filter(({ parts }) => parts.at(-1) !== TIMESTAMP);
    const found = others.length === 0 ? "it is empty" : `it has ${listed(others)}`;
    return { where: name, problem: `there is no notebook (.ipynb) in the submission: ${found}` };
  }
  if (!second) return { file: first };
  const solved = notebooks.flatMap((file) => {
    const answers = answersIn(file, assignment);
    return answers === undefined ? [] : [{ file, answers }];
  });
  const isNamed = ({ parts }: SubmittedFile): boolean =>
    stemOf(parts.at(-1) ?? "").toLowerCase() === assignment.name.toLowerCase();
  const named = solved.filter(({ file }) => isNamed(file));
  const candidates = named.length > 0 ? named : solved;
  const chosen = candidates[0]?.file ?? notebooks.find(isNamed) ?? first;
  if (new Set(candidates.map(({ answers }) => answers)).size > 1)
    return {
      where: pathOf(chosen),
      problem:
        `several notebooks have answers: ${listed(candidates.map(({ file }) => file))}; ` +
        `rename the one to grade to ${assignment.name}.ipynb, and the others to something else`,
    };
  const others = notebooks.filter((file) => file !== chosen);
  const why = solved.length === 0 ? "none of them has answers" : "it has answers";
  return { file: chosen, note: `${pathOf(chosen)} was graded (${why}), not ${listed(others)}` };
}
