import { readFileSync } from "node:fs";
import { parseCsv } from "../../common/csv";

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

function isColumn(name: string): name is keyof typeof COLUMNS {
  return Object.hasOwn(COLUMNS, name);
}

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
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`--names ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const [header = [], ...rows] = parseCsv(text);
  const columns = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  const unknown = columns.find((name) => !isColumn(name));
  if (unknown !== undefined || !columns.some((name) => name === "submission" || name === "student_id"))
    throw new Error(
      `--names ${path} must have the column submission or student_id, and may have ` +
        `${Object.keys(COLUMNS).slice(2).join(", ")}; got ${header.join(", ") || "nothing"}`,
    );
  const seen = new Set<string>();
  return rows.map((row, index) => {
    const values: Partial<Record<keyof RosterEntry, string>> = {};
    for (const [at, column] of columns.entries()) {
      const value = row[at]?.normalize("NFC").trim() ?? "";
      if (isColumn(column) && value !== "") values[COLUMNS[column]] = value;
    }
    const submission = values.submission ?? values.studentId;
    if (submission === undefined)
      throw new Error(`--names ${path}, row ${index + 2}: submission and student_id are empty`);
    const key = comparable(submission);
    if (seen.has(key)) throw new Error(`--names ${path}, row ${index + 2}: ${submission} has two rows`);
    seen.add(key);
    return { ...values, submission, studentId: values.studentId ?? submission };
  });
}
