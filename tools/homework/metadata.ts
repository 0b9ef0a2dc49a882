import { createHash } from "node:crypto";
import type { Cell } from "../notebook/document";
import type { MasterCell } from "./exercises";

/** nbgrader's metadata of a cell (schema version 3). */
export interface Nbgrader {
  readonly schema_version: 3;
  readonly grade: boolean;
  readonly solution: boolean;
  readonly locked: boolean;
  readonly task: false;
  readonly grade_id: string;
  readonly cell_type: string;
  readonly checksum: string;
  readonly points?: number;
}

type Unsigned = Omit<Nbgrader, "checksum">;

/** Formats values as Python's `str` does, for the checksum. */
function bool(value: boolean): string {
  return value ? "True" : "False";
}
function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Returns nbgrader's checksum of a cell (`nbgrader.utils.compute_checksum`, 0.9), 32 hexadecimal digits. */
export function checksum(
  { source, cell_type: type }: Pick<Cell, "source" | "cell_type">,
  { grade, solution, locked, grade_id: id, points }: Unsigned,
): string {
  const isLocked = !solution && (grade || locked);
  const parts = [source, type, bool(grade), bool(solution), bool(isLocked), id];
  if (grade) parts.push(float(points ?? 0));
  return createHash("md5").update(parts.join(""), "utf8").digest("hex");
}

/**
 * Returns nbgrader's metadata for a cell. An exercise is a manually named solution cell, its check a locked
 * test cell with the points, an answer in words a solution that is graded by hand, and other code is
 * read-only; other Markdown has no metadata and stays editable.
 *
 * @param source the source as released.
 */
export function nbgraderMetadata({ cell, role, exercise }: MasterCell, source: string): Nbgrader | undefined {
  if (cell.cell_type !== "code" && role !== "written") return undefined;
  const common = { schema_version: 3, task: false, cell_type: cell.cell_type } as const;
  const points = exercise?.extra ? 0 : (exercise?.points ?? 0); // nbgrader has no extra credit for cells
  const what: Unsigned =
    exercise === undefined
      ? { ...common, grade: false, solution: false, locked: true, grade_id: `cell-${cell.id}` }
      : role === "exercise"
        ? { ...common, grade: false, solution: true, locked: false, grade_id: exercise.name }
        : role === "written"
          ? { ...common, grade: true, solution: true, locked: false, grade_id: exercise.name, points }
          : {
              ...common,
              grade: true,
              solution: false,
              locked: true,
              grade_id: `${exercise.name}-check`,
              points,
            };
  return { ...what, checksum: checksum({ source, cell_type: cell.cell_type }, what) };
}
