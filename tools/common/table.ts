import { readFileSync } from "node:fs";
import { parseCsv } from "./csv";

/** A row of a table. */
export interface TableRow<Column extends string> {
  /** Its number in the file, where the header is row 1. */
  readonly number: number;
  /** The text of each column that is not empty, without surrounding spaces and in composed Unicode. */
  readonly values: Readonly<Partial<Record<Column, string>>>;
}

/** How a table must look. */
export interface TableOptions<Column extends string> {
  /** The option of the command line that names the file. */
  readonly option: string;
  readonly columns: readonly Column[];
  /** Whether a list of columns is enough. */
  readonly isComplete: (columns: readonly Column[]) => boolean;
  /** What `isComplete` asks for, for errors. */
  readonly requirement: string;
}

/**
 * Reads a CSV file with a header. Case, spaces and hyphens in the names of columns do not matter.
 *
 * @throws if the file cannot be read, or a column is unknown or missing.
 */
export function readTable<Column extends string>(
  path: string,
  { option, columns, isComplete, requirement }: TableOptions<Column>,
): TableRow<Column>[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${option} ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const [header = [], ...rows] = parseCsv(text);
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  const known = names.flatMap((name) => columns.filter((column) => column === name));
  if (known.length < names.length || !isComplete(known))
    throw new Error(`${option} ${path} must have ${requirement}; got ${header.join(", ") || "nothing"}`);
  return rows.map((row, index) => {
    const values: Partial<Record<Column, string>> = {};
    for (const [at, column] of known.entries()) {
      // a quote before a sign keeps spreadsheets from reading a formula, as in the files that we write
      const value = (row[at] ?? "")
        .normalize("NFC")
        .trim()
        .replace(/^'(?=[=+\-@])/, "");
      if (value !== "") values[column] = value;
    }
    return { number: index + 2, values };
  });
}
