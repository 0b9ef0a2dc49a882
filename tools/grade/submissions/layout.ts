import type { SubmittedFile } from "./files";

/** The files of one student. */
export interface StudentFiles {
  /** The name by which the files were found: of a folder or file, or the part of it that is the student's. */
  readonly name: string;
  /** The number that Moodle or Canvas gives to a student, from the name of the download. */
  readonly platformId?: string;
  /** Whether Canvas marked the submission as late. */
  readonly isMarkedLate: boolean;
  /** The files, with paths below the student's folder. */
  readonly files: readonly SubmittedFile[];
}

interface Found {
  readonly name: string;
  readonly platformId?: string;
  readonly isMarkedLate?: boolean;
  /** The name of the file itself, if the student's name is part of the file's. */
  readonly file?: string;
}

/** Moodle: `Ada Lovelace_12345_assignsubmission_file`, a folder or the beginning of a file's name. */
const MOODLE = /^(.+)_(\d+)_assignsubmission_[a-z]+(?:_(.*))?$/;

/** Canvas: `lovelaceada_LATE_12345_67890_hw1.ipynb`, also `anon_abc_67890_…` and `…_12345_text.html`. */
const CANVAS =
  /^(?:(?<name>.+?)_)??(?<late>LATE_)?(?<id>\d+|anon_[A-Za-z0-9]+)_(?:\d+_(?<file>.+)|(?:text|link)\.html)$/;

/** The endings of a notebook's name; browsers and editors add the last two. */
const NOTEBOOK = /\.ipynb(\.txt|\.json)?$/i;

/** Whether a file is named like a notebook. */
export function isNotebook({ isFolder, parts }: SubmittedFile): boolean {
  return !isFolder && NOTEBOOK.test(parts.at(-1) ?? "");
}

/** Returns the name of a file without its ending. */
export function stemOf(name: string): string {
  const stem = name.replace(NOTEBOOK, "");
  return stem === name ? name.replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, "") : stem;
}

/** Whether a name is that of the assignment, apart from case and from what is added to copies of a file. */
function isLikeAssignment(name: string, assignment: string): boolean {
  return stemOf(name).toLowerCase().startsWith(assignment.toLowerCase());
}

/** Recognizes a student in the first part of a path. */
function recognize(part: string, isFile: boolean): Found {
  const [, moodleName, moodleId, moodleFile] = MOODLE.exec(part) ?? [];
  if (moodleName !== undefined && moodleId !== undefined)
    return { name: moodleName, platformId: moodleId, ...(moodleFile ? { file: moodleFile } : {}) };
  const canvas = isFile ? CANVAS.exec(part)?.groups : undefined;
  const { name, id, late, file } = canvas ?? {};
  if (id !== undefined)
    return {
      name: name ?? id,
      platformId: id,
      isMarkedLate: late !== undefined,
      ...(file === undefined ? {} : { file }),
    };
  return { name: isFile ? stemOf(part) : part };
}

/** Whether the only folder of a class contains the students, rather than being one student's folder. */
function isWrapper(name: string, inside: readonly SubmittedFile[], assignment: string): boolean {
  if (/^submitted$/i.test(name)) return true;
  if (MOODLE.test(name)) return false;
  const direct = inside.filter(({ parts }) => parts.length === 2);
  const folders = new Set(inside.filter(({ parts }) => parts.length > 2).map(({ parts }) => parts[1] ?? ""));
  for (const { isFolder, parts } of direct) if (isFolder) folders.add(parts[1] ?? "");
  const files = direct.filter(({ isFolder }) => !isFolder).map(({ parts }) => parts[1] ?? "");
  if (files.some((file) => CANVAS.test(file))) return true;
  if (files.some((file) => isLikeAssignment(file, assignment))) return false;
  const hasNotebook = (folder: string): boolean =>
    inside.some((file) => file.parts.length > 2 && file.parts[1] === folder && isNotebook(file));
  if (direct.filter(isNotebook).length === 1 && ![...folders].some(hasNotebook)) return false;
  const isNbgrader = folders.size > 0 && [...folders].every((folder) => isLikeAssignment(folder, assignment));
  return !isNbgrader && (folders.size > 0 || files.length > 1);
}

/** Removes folders that contain the whole class: `submitted/`, and the one in which an archive wraps all. */
function unwrapped(files: readonly SubmittedFile[], assignment: string): readonly SubmittedFile[] {
  const [first] = files;
  const top = first?.parts[0] ?? "";
  const isOnly = files.every(({ parts, isFolder }) => parts[0] === top && (isFolder || parts.length > 1));
  if (!isOnly || !files.some(({ parts }) => parts.length > 1) || !isWrapper(top, files, assignment))
    return files;
  const inside = files.flatMap((file) =>
    file.parts.length > 1 ? [{ ...file, parts: file.parts.slice(1) }] : [],
  );
  return unwrapped(inside, assignment);
}

/**
 * Groups files by student: `STUDENT.ipynb`, `STUDENT/…`, nbgrader's `STUDENT/ASSIGNMENT/…`, also below
 * `submitted/`, and the downloads of Moodle and Canvas, each also in one folder of any name.
 */
export function groupByStudent(files: readonly SubmittedFile[], assignment: string): StudentFiles[] {
  const groups = new Map<string, StudentFiles>();
  for (const file of unwrapped(files, assignment)) {
    const parts = file.parts[0] === "submitted" ? file.parts.slice(1) : file.parts;
    const [first, ...rest] = parts;
    if (first === undefined) continue;
    const isFile = rest.length === 0 && !file.isFolder;
    const { name, platformId, isMarkedLate = false, file: own } = recognize(first, isFile);
    const below = isFile ? [own ?? first] : rest;
    const key = platformId === undefined ? `name ${name}` : `id ${platformId}`;
    const known = groups.get(key);
    groups.set(key, {
      name,
      ...(platformId === undefined ? {} : { platformId }),
      isMarkedLate: isMarkedLate || known?.isMarkedLate === true,
      files: [...(known?.files ?? []), ...(file.isFolder ? [] : [{ ...file, parts: below }])],
    });
  }
  return [...groups.values()];
}
