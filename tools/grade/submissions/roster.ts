import { readTable } from "../../common/table";

/** A student, as a row of the table `--names` describes one. */
export interface RosterEntry {
  /** The name under which the student's files are found. */
  readonly submission: string;
  readonly studentId: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** The number that Moodle or Canvas gives to the student. */
  readonly platformId?: string;
  /** The student's own due date. */
  readonly due?: string;
  /** When the student handed in, if the files do not tell. */
  readonly submitted?: string;
}

/** The columns of the table and the fields that they fill. */
const COLUMNS = {
  submission: "submission",
  student_id: "studentId",
  first_name: "firstName",
  last_name: "lastName",
  email: "email",
  platform_id: "platformId",
  due: "due",
  submitted: "submitted",
} as const satisfies Record<string, keyof RosterEntry>;

const COLUMN_NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** The form in which names are compared: composed Unicode, without differences of case and white space. */
export function comparable(name: string): string {
  return name.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
}

/**
 * Reads a table of names: CSV with the columns `submission` or `student_id`, and those of the others that are
 * needed.
 *
 * @throws if the file cannot be read, a column is unknown, a row has neither name, or two rows have the same.
 */
export function readRoster(path: string): RosterEntry[] {
  const rows = readTable(path, {
    option: "--names",
    columns: COLUMN_NAMES,
    isComplete: (columns) => columns.some((name) => name === "submission" || name === "student_id"),
    requirement: `the column submission or student_id, and may have ${COLUMN_NAMES.slice(2).join(", ")}`,
  });
  const seen = new Set<string>();
  return rows.map(({ number, values }) => {
    const entry: Partial<Record<keyof RosterEntry, string>> = {};
    for (const name of COLUMN_NAMES) {
      const value = values[name];
      if (value !== undefined) entry[COLUMNS[name]] = value;
    }
    const submission = entry.submission ?? entry.studentId;
    if (submission === undefined)
      throw new Error(`--names ${path}, row ${number}: submission and student_id are empty`);
    const key = comparable(submission);
    if (seen.has(key)) throw new Error(`--names ${path}, row ${number}: ${submission} has two rows`);
    seen.add(key);
    return { ...entry, submission, studentId: entry.studentId ?? submission };
  });
}
