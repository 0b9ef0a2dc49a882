import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";

/** A submission that was found, and its text when it is asked for. */
export interface Submission {
  readonly student: string;
  /** Where it lies, for messages. */
  readonly where: string;
  /** @throws when it is too large, a link, or cannot be read. */
  readonly read: () => string;
}

const MIB = 1024 ** 2;
/** The largest notebook, and the largest archive, that are read. */
export const LARGEST_NOTEBOOK = 50 * MIB;
export const LARGEST_ARCHIVE = 500 * MIB;

const STUDENT = /^[\p{L}\p{N}_@+-][\p{L}\p{N}_.@+-]*$/u;
/** Names of the class's own files, beside which each student gets a folder. */
const TAKEN = ["grades.csv", "reference.json", "summary.html", "summary.md"];
function isHidden(name: string): boolean {
  return name.startsWith(".") || name.startsWith("__MACOSX");
}

function tooLarge(where: string, size: number): Error {
  return new Error(
    `${where} has ${Math.ceil(size / MIB)} MiB; a notebook of at most ${LARGEST_NOTEBOOK / MIB} MiB is read`,
  );
}

/** Opens a file, and no link to one. */
function openPlain(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP")
      throw new Error(`${path} is a link; a submission must be a file`, { cause: error });
    throw error;
  }
}

/** Reads a file that is one: neither a link nor a pipe. */
function readPlainFile(path: string): string {
  const file = openPlain(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error(`${path} is not a plain file`);
    if (stat.size > LARGEST_NOTEBOOK) throw tooLarge(path, stat.size);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function refused(student: string, where: string, why: string): Submission {
  return {
    student,
    where,
    read: () => {
      throw new Error(why);
    },
  };
}

/** The paths of all notebooks below a folder, `/` between their parts; links are listed, and never followed. */
function filesBelow(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (isHidden(entry.name)) return [];
    const below = entry.isDirectory() && depth > 0 ? filesBelow(join(folder, entry.name), depth - 1) : [];
    const self = entry.name.endsWith(".ipynb") || entry.isSymbolicLink() ? [entry.name] : [];
    return [...self, ...below.map((name) => `${entry.name}/${name}`)];
  });
}

/** The student whose work lies at a path: STUDENT.ipynb, STUDENT/x.ipynb or STUDENT/ASSIGNMENT/x.ipynb. */
function studentAt(path: string, assignment: string): string | undefined {
  const parts = path.replace(/^submitted\//, "").split("/");
  if (parts.length === 1) return basename(parts[0] ?? "", ".ipynb");
  if (parts.length === 2 && parts[1] !== assignment) return parts[0];
  return parts[1] === assignment ? parts[0] : undefined;
}

/** One submission a student: of several notebooks, the one that is called as the assignment. */
function choose(
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
      if (!STUDENT.test(student) || TAKEN.includes(student.toLowerCase()))
        throw new Error(
          `latent grade: ${JSON.stringify(student)} cannot be a student's name in a file; rename it, with letters, digits, . _ @ + -`,
        );
      const named = own.find((path) => path.endsWith(`/${assignment}.ipynb`));
      const [path = "", second] = named === undefined ? own : [named];
      return second === undefined
        ? { student, where: path, read: open(path) }
        : refused(student, path, `has ${own.length} notebooks, and none is called ${assignment}.ipynb`);
    });
}

function isUnsafe(name: string): boolean {
  return (
    name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.includes("\\") || name.split("/").includes("..")
  );
}

/** The submissions in an archive, of which nothing is ever written to disk by its own name. */
function fromArchive(path: string, assignment: string): Submission[] {
  const { size } = lstatSync(path);
  if (size > LARGEST_ARCHIVE)
    throw new Error(`latent grade: ${path} has ${Math.ceil(size / MIB)} MiB; unpack it and give the folder`);
  const sizes = new Map<string, number>();
  unzipSync(readFileSync(path), {
    filter: ({ name, originalSize }) => {
      if (isUnsafe(name))
        throw new Error(
          `latent grade: ${path} holds ${JSON.stringify(name)}, which leads out of it; refused`,
        );
      if (name.endsWith(".ipynb") && !name.split("/").some(isHidden)) sizes.set(name, originalSize);
      return false;
    },
  });
  const open = (wanted: string) => (): string => {
    const expected = sizes.get(wanted) ?? 0;
    if (expected > LARGEST_NOTEBOOK) throw tooLarge(wanted, expected);
    let taken = false;
    const first = ({ name }: { readonly name: string }): boolean => {
      const isIt = name === wanted && !taken;
      taken ||= isIt;
      return isIt;
    };
    const content = unzipSync(readFileSync(path), { filter: first })[wanted];
    if (content?.length !== expected) throw new Error(`${wanted} is damaged in the archive`);
    return Buffer.from(content).toString();
  };
  return choose([...sizes.keys()], assignment, open);
}

/**
 * Finds the submissions in a folder or a zip archive: `STUDENT.ipynb`, `STUDENT/x.ipynb`, or nbgrader's
 * `STUDENT/ASSIGNMENT/x.ipynb`, also below `submitted/`.
 *
 * @throws when there is nothing, a name cannot be a student's, or an archive's entry leads out of it.
 */
export function findSubmissions(path: string, assignment: string): Submission[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Error(`latent grade: ${path} does not exist`);
  const found = stat.isDirectory()
    ? choose(filesBelow(path, 3), assignment, (name) => () => readPlainFile(join(path, name)))
    : fromArchive(path, assignment);
  if (found.length === 0)
    throw new Error(
      `latent grade: no submissions in ${path}; expected STUDENT.ipynb or STUDENT/${assignment}/*.ipynb`,
    );
  return found;
}
