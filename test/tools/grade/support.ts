import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAssignment, type Assignment } from "../../../tools/grade/assignment/assignment";
import type { Submission } from "../../../tools/grade/submissions/submissions";

/** Loads the small assignment and its submissions, which `npm run test:homework` also grades. */
export function loadClass() {
  return import("../../homework/class.mjs");
}

/** Creates a temporary folder. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "latent-grade-"));
}

/** Reads an instructor's notebook as the assignment `tiny`. */
export function tinyAssignment(master: string): Assignment {
  const path = join(newFolder(), "tiny.ipynb");
  writeFileSync(path, master);
  return readAssignment(path, false);
}

/** Returns a submission with the given text. */
export function submission(student: string, text: string): Submission {
  return {
    student: { id: student },
    folder: student,
    isMissing: false,
    timing: { isMarkedLate: false },
    where: `${student}.ipynb`,
    read: () => text,
  };
}
