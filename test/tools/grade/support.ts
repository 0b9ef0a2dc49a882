import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAssignment, type Assignment } from "../../../tools/grade/assignment/assignment";
import type { Submission } from "../../../tools/grade/assignment/submissions";

/** The small assignment and its submissions, which `npm run test:homework` grades as well. */
export function loadClass() {
  return import("../../homework/class.mjs");
}

/** A folder of the test's own. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "latent-grade-"));
}

/** The small assignment that submissions are made for. */
export function tinyAssignment(master: string): Assignment {
  const path = join(newFolder(), "tiny.ipynb");
  writeFileSync(path, master);
  return readAssignment(path, false);
}

export function submission(student: string, text: string): Submission {
  return {
    student,
    where: `${student}.ipynb`,
    read: () => text,
  };
}
