import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAssignment, type Assignment } from "../../../tools/grade/assignment/assignment";
import type { Submission } from "../../../tools/grade/assignment/submissions";

/** The small assignment and its submissions, which `npm run test:homework` grades as well. */
export const loadClass = () => import("../../homework/class.mjs");

/** A folder of the test's own. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), "latent-grade-"));

/** The small assignment that submissions are made for. */
export const tinyAssignment = (master: string): Assignment => {
  const path = join(newFolder(), "tiny.ipynb");
  writeFileSync(path, master);
  return readAssignment(path, false);
};

export const submission = (student: string, text: string): Submission => ({
  student,
  where: `${student}.ipynb`,
  read: () => text,
});
