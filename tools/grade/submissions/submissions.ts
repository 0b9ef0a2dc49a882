import type { Assignment } from "../assignment/assignment";
import { chooseNotebook, TIMESTAMP } from "./choose-notebook";
import { decodeText, submittedFiles, type FileTime, type SubmittedFile } from "./files";
import { folderNames } from "./folder-names";
import { groupByStudent, stemOf, type StudentFiles } from "./layout";
import { comparable, type RosterEntry } from "./roster";

/** Who handed in, as far as it is known. */
export interface Student {
  /** The id in the grades, unique in the class. */
  readonly id: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** The number that Moodle or Canvas gives to the student. */
  readonly platformId?: string;
}

/** When a submission was handed in. */
export interface Timing {
  /** The time in text, from the table of names or from nbgrader's file. */
  readonly stated?: string;
  /** The time of the last change of the file. */
  readonly modified?: FileTime;
  /** The student's own due date. */
  readonly due?: string;
  readonly isMarkedLate: boolean;
}

/** A submission, whose text is read on demand. */
export interface Submission {
  readonly student: Student;
  /** The name of the student's folder in the output. */
  readonly folder: string;
  /** Its path, for messages. */
  readonly where: string;
  /** Whether nothing was handed in. */
  readonly isMissing: boolean;
  readonly timing: Timing;
  /** A remark on how it was found. */
  readonly note?: string;
  /** @throws if it is too large, a link, unreadable, or there is no notebook or not one that is meant. */
  readonly read: () => string;
}

function fail(reason: string): () => never {
  return () => {
    throw new Error(reason);
  };
}

function statedTime(files: readonly SubmittedFile[]): string | undefined {
  const file = files.find(({ parts }) => parts.at(-1) === TIMESTAMP);
  try {
    return file && decodeText(file.read()).trim();
  } catch {
    return undefined;
  }
}

/** Joins remarks; undefined if there are none. */
function joined(...notes: readonly (string | undefined)[]): string | undefined {
  const all = notes.filter((note) => note !== undefined);
  return all.length === 0 ? undefined : all.join("; ");
}

type Unplaced = Omit<Submission, "folder">;

/** A student with what is known of them. */
function studentOf(
  id: string,
  {
    firstName,
    lastName,
    email,
    platformId,
  }: { readonly [K in keyof Omit<Student, "id">]: Student[K] | undefined },
): Student {
  return {
    id,
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(email === undefined ? {} : { email }),
    ...(platformId === undefined ? {} : { platformId }),
  };
}

function fromFiles(
  found: StudentFiles,
  id: string,
  entry: RosterEntry | undefined,
  isListed: boolean,
  assignment: Assignment,
): Unplaced {
  const { name, files, isMarkedLate } = found;
  const choice = chooseNotebook(name, files, assignment);
  const platformId = entry?.platformId ?? found.platformId;
  const stated = entry?.submitted ?? statedTime(files);
  const file = "file" in choice ? choice.file : undefined;
  const note = joined(
    file && "note" in choice ? choice.note : undefined,
    isListed ? undefined : "not in the table --names",
  );
  const due = entry?.due;
  return {
    student: studentOf(id, { ...entry, platformId }),
    where: "file" in choice ? choice.file.where : choice.where,
    isMissing: false,
    timing: {
      isMarkedLate,
      ...(stated === undefined ? {} : { stated }),
      ...(file?.modified === undefined ? {} : { modified: file.modified }),
      ...(due === undefined ? {} : { due }),
    },
    ...(note === undefined ? {} : { note }),
    read: "file" in choice ? () => decodeText(choice.file.read()) : fail(choice.problem),
  };
}

function notSubmitted(entry: RosterEntry): Unplaced {
  return {
    student: studentOf(entry.studentId, entry),
    where: entry.studentId,
    isMissing: true,
    timing: { isMarkedLate: false },
    read: fail("nothing was handed in"),
  };
}

/** Finds the row of each student: by the name of the submission, else by the student's id or number. */
function rosterEntries(
  groups: readonly StudentFiles[],
  roster: readonly RosterEntry[],
): ReadonlyMap<StudentFiles, RosterEntry> {
  const found = new Map<StudentFiles, RosterEntry>();
  const used = new Set<RosterEntry>();
  const assign = (isOf: (entry: RosterEntry, names: readonly string[], id?: string) => boolean): void => {
    for (const group of groups) {
      const { name, platformId } = group;
      const names = [name, stemOf(name), platformId ?? name].map(comparable);
      const entry = roster.find((one) => !used.has(one) && isOf(one, names, platformId));
      if (!entry || found.has(group)) continue;
      found.set(group, entry);
      used.add(entry);
    }
  };
  assign(({ submission }, names) => names.includes(comparable(submission)));
  assign(
    ({ studentId, platformId }, names, id) =>
      names.includes(comparable(studentId)) || (id !== undefined && platformId === id),
  );
  return found;
}

/** Gives a number to students of the same name whom the learning platform distinguishes. */
function idOf({ name, platformId }: StudentFiles, all: readonly StudentFiles[]): string {
  const isUnique = all.filter((other) => comparable(other.name) === comparable(name)).length === 1;
  return isUnique || platformId === undefined ? name : `${name} (${platformId})`;
}

/** Gives a number to all but the first of the submissions with the same id. */
function withUniqueIds(submissions: readonly Unplaced[]): Unplaced[] {
  const times = new Map<string, number>();
  return submissions.map((submission) => {
    const { id } = submission.student;
    const count = (times.get(id) ?? 0) + 1;
    times.set(id, count);
    if (count === 1) return submission;
    const note = joined(submission.note, `another submission is also from ${id}`) ?? "";
    return { ...submission, student: { ...submission.student, id: `${id} (${count})` }, note };
  });
}

/**
 * Finds the submissions in a folder or a zip archive, one per student, and the students of the table who did
 * not hand in. Nothing that is found is left out: what cannot be graded has a reason.
 *
 * @param roster the table of names; undefined if there is none.
 * @throws if there are no submissions, or the path is neither a folder nor an archive.
 */
export function findSubmissions(
  path: string,
  assignment: Assignment,
  roster?: readonly RosterEntry[],
): Submission[] {
  const groups = groupByStudent(submittedFiles(path), assignment.name);
  if (groups.length === 0)
    throw new Error(
      `latent grade: ${path} has no submissions; expected STUDENT.ipynb, ` +
        `STUDENT/${assignment.name}/*.ipynb, or a download of Moodle or Canvas`,
    );
  const entries = rosterEntries(groups, roster ?? []);
  const found = groups.map((group) => {
    const entry = entries.get(group);
    const isListed = roster === undefined || entry !== undefined;
    return fromFiles(group, entry?.studentId ?? idOf(group, groups), entry, isListed, assignment);
  });
  const used = new Set(entries.values());
  const missing = (roster ?? []).filter((entry) => !used.has(entry)).map(notSubmitted);
  const all = withUniqueIds([...found, ...missing].sort((a, b) => (a.student.id < b.student.id ? -1 : 1)));
  const folders = folderNames(all.map(({ student }) => student.id));
  return all.map((one, index) => ({ ...one, folder: folders[index] ?? "" }));
}
