import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import { INSTRUCTOR } from "./grade-one";
import { toMarksList } from "./manual/marks-list";
import { statisticsOf } from "./report/class-statistics";
import { platformCsv, toCsv, type CsvKind, type Row } from "./report/csv";
import { toSummary } from "./report/summary";
import { toSummaryPage, type Drawing } from "./report/summary-page";

/** The list of marks, in the folder of what reveals solutions. */
export const MARKS = "marks.csv";

/** Options of `writeClass`. */
export interface ClassOptions {
  /** The folder for results. */
  readonly out: string;
  /** Prints a line of progress. */
  readonly log: (line: string) => void;
  /** Draws the figures of the summary. */
  readonly drawing: Drawing;
  /** The learning platform for which a second CSV file is written, and its column for the assignment. */
  readonly platform?: { readonly kind: CsvKind; readonly column?: string };
}

/** Writes the grades, the list of marks and the summary of a class. */
export async function writeClass(
  rows: readonly Row[],
  assignment: string,
  { out, log, drawing, platform }: ClassOptions,
): Promise<void> {
  const results = rows.map(({ result }) => result);
  writeAtomic(join(out, "grades.csv"), toCsv(rows));
  const list = toMarksList(results);
  if (list !== undefined) writeAtomic(join(out, INSTRUCTOR, MARKS), list);
  if (platform !== undefined) {
    const { file, text, warnings } = platformCsv(rows, assignment, platform.kind, platform.column);
    writeAtomic(join(out, file), text);
    for (const warning of warnings) log(`${file}: ${warning}`);
  }
  const statistics = statisticsOf(results);
  writeAtomic(join(out, INSTRUCTOR, "summary.md"), toSummary(assignment, statistics));
  writeAtomic(
    join(out, INSTRUCTOR, "summary.html"),
    await toSummaryPage(assignment, statistics, results, drawing),
  );
}
