import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";

/** A submission, whose text is read on demand. */
export interface Submission {
  readonly student: string;
  /** Its path, for messages. */
  readonly where: string;
  /** @throws if it is too large, a link, or unreadable. */
  readonly read: () => string;
}

const MIB = 1024 ** 2;
/** The maximum sizes, in bytes, of a notebook and of an archive. */
const MAX_NOTEBOOK_BYTES = 50 * MIB;
const MAX_ARCHIVE_BYTES = 500 * MIB;

const STUDENT = /^[\p{L}\p{N}_@+-][\p{L}\p{N}_.@+-]*$/u;
/** Files of the class in the output folder, which also contains one folder per student. */
const RESERVED_NAMES = ["grades.csv", "reference.json", "summary.html", "summary.md"];
function isHidden(name: string): boolean {
  return name.startsWith(".") || name.startsWith("__MACOSX");
}

function tooLarge(where: string, size: number): Error {
  return new Error(
    `${where} must be at most ${MAX_NOTEBOOK_BYTES / MIB} MiB, got ${Math.ceil(size / MIB)} MiB; ` +
      "clear the notebook's outputs",
  );
}

/** Opens a file without following links. */
function openNoFollow(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP")
      throw new Error(`${path} must be a regular file, got a symbolic link; copy the notebook instead`, {
        cause: error,
      });
    throw error;
  }
}

/** Reads a regular file, but not a link or a pipe. */
function readRegularFile(path: string): string {
  const file = openNoFollow(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error(`${path} must be a regular file; replace it by a notebook`);
    if (stat.size > MAX_NOTEBOOK_BYTES) throw tooLarge(path, stat.size);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/** Returns a submission that cannot be read, for example because it is ambiguous. */
function rejected(student: string, where: string, reason: string): Submission {
  return {
    student,
    where,
    read: () => {
      throw new Error(reason);
    },
  };
}

/**
 * Returns the relative paths of all notebooks below a folder, separated by `/`; links are listed, not
 * followed.
 */
function notebooksBelow(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (isHidden(entry.name)) return [];
    const below = entry.isDirectory() && depth > 0 ? notebooksBelow(join(folder, entry.name), depth - 1) : [];
    const self = entry.name.endsWith(".ipynb") || entry.isSymbolicLink() ? [entry.name] : [];
    return [...self, ...below.map((name) => `${entry.name}/${name}`)];
  });
}

/** Returns the student of a path: STUDENT.ipynb, STUDENT/x.ipynb or STUDENT/ASSIGNMENT/x.ipynb. */
function studentAt(path: string, assignment: string): string | undefined {
  const parts = path.replace(/^submitted\//, "").split("/");
  if (parts.length === 1) return basename(parts[0] ?? "", ".ipynb");
  if (parts.length === 2 && parts[1] !== assignment) return parts[0];
  return parts[1] === assignment ? parts[0] : undefined;
}

/** Returns one submission per student: of several notebooks, the one named after the assignment. */
function onePerStudent(
  paths: readonly string[],
  assignment: string,
  open: (path: string) => () => string,
): Submission[] {
  const byStudent = new Map<string, string[]>();
  for (const path of paths) {
    const student = studentAt(path, assignment);
    if (student !== undefined) byStudent.set(student, [...(byStudent.get(student) ?? []), path]);
  }
  return [...byStudent]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([student, own]) => {
      if (!STUDENT.test(student) || RESERVED_NAMES.includes(student.toLowerCase()))
        throw new Error(
          "latent grade: the name of a submission must consist of letters, digits and . _ @ + - " +
            `and not be reserved, got ${JSON.stringify(student)}; rename the file or folder`,
        );
      const named = own.find((path) => path.endsWith(`/${assignment}.ipynb`));
      const [path = "", second] = named === undefined ? own : [named];
      return second === undefined
        ? { student, where: path, read: open(path) }
        : rejected(
            student,
            path,
            `the submission has ${own.length} notebooks; rename the one to grade to ${assignment}.ipynb`,
          );
    });
}

/** Whether the path of an archive's entry is absolute, leaves the archive, or uses backslashes. */
function isUnsafe(name: string): boolean {
  return (
    name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.includes("\\") || name.split("/").includes("..")
  );
}

/** Returns the submissions in an archive; no entry is extracted to disk. */
function fromArchive(path: string, assignment: string): Submission[] {
  const { size } = lstatSync(path);
  if (size > MAX_ARCHIVE_BYTES)
    throw new Error(
      `latent grade: an archive must be at most ${MAX_ARCHIVE_BYTES / MIB} MiB, ` +
        `got ${Math.ceil(size / MIB)} MiB in ${path}; unpack it and pass the folder`,
    );
  const sizes = new Map<string, number>();
  unzipSync(readFileSync(path), {
    filter: ({ name, originalSize }) => {
      if (isUnsafe(name))
        throw new Error(
          `latent grade: ${path} contains the unsafe path ${JSON.stringify(name)}; remove that entry`,
        );
      if (name.endsWith(".ipynb") && !name.split("/").some(isHidden)) sizes.set(name, originalSize);
      return false;
    },
  });
  const open = (wanted: string) => (): string => {
    const expected = sizes.get(wanted) ?? 0;
    if (expected > MAX_NOTEBOOK_BYTES) throw tooLarge(wanted, expected);
    let isFound = false;
    const isFirstMatch = ({ name }: { readonly name: string }): boolean => {
      const matches = name === wanted && !isFound;
      isFound ||= matches;
      return matches;
    };
    const content = unzipSync(readFileSync(path), { filter: isFirstMatch })[wanted];
    if (content?.length !== expected)
      throw new Error(`${wanted} is damaged in the archive; create the archive again`);
    return Buffer.from(content).toString();
  };
  return onePerStudent([...sizes.keys()], assignment, open);
}

/**
 * Finds the submissions in a folder or a zip archive: `STUDENT.ipynb`, `STUDENT/x.ipynb`, or nbgrader's
 * `STUDENT/ASSIGNMENT/x.ipynb`, also below `submitted/`.
 *
 * @throws if there are no submissions, a student's name is invalid, or an archive contains an unsafe path.
 */
export function findSubmissions(path: string, assignment: string): Submission[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Error(`latent grade: ${path} does not exist`);
  const found = stat.isDirectory()
    ? onePerStudent(notebooksBelow(path, 3), assignment, (name) => () => readRegularFile(join(path, name)))
    : fromArchive(path, assignment);
  if (found.length === 0)
    throw new Error(
      `latent grade: ${path} has no submissions; expected STUDENT.ipynb or STUDENT/${assignment}/*.ipynb`,
    );
  return found;
}
