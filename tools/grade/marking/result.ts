import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles } from "../../common/checkout";
import { courseRoot } from "../sandbox/course-files";
import type { ScoredExercise } from "./score";

/** The result of one student, as stored in `STUDENT/result.json`. */
export interface Result {
  readonly student: string;
  /** The name of the student's folder in the output. */
  readonly folder: string;
  readonly assignment: string;
  /** A hash of everything the result depends on: submission, assignment, limits and installation. */
  readonly key: string;
  readonly status: "graded" | "unreadable" | "not submitted" | "grading failed";
  /** Why the submission was not graded. */
  readonly problem?: string;
  /** A remark for the instructor; it does not change points. */
  readonly note?: string;
  /** Absent unless the submission was graded: what could not be read is not worth 0 points. */
  readonly score?: number;
  readonly maxScore: number;
  readonly exercises: readonly ScoredExercise[];
  readonly seconds: number;
  /** In bytes. */
  readonly peakMemory: number;
  /** The number of kernels started. */
  readonly kernels: number;
}

/** Formats the points of a result, for example "3.50 of 5"; points that are not known are a dash. */
export function showPoints({ score, maxScore }: Pick<Result, "score" | "maxScore">): string {
  return `${score === undefined ? "–" : score.toFixed(2)} of ${maxScore}`;
}

/** Returns the SHA-256 of a list of texts; the boundaries between them matter. */
export function hashOf(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex");
}

/**
 * Returns a hash of the installation: the built library, kernel and grader, the lock file and the Node.js
 * version.
 */
export function installationHash(): string {
  const folders = ["lib/dist", ...["kernel", "grade", "homework"].map((name) => `tools/dist/${name}`)];
  const files = [...folders.flatMap(builtFiles), join(courseRoot, "package-lock.json")];
  const contents = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  return hashOf(process.version, ...contents);
}

/** Parses a JSON file; returns undefined if it is missing or incomplete. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
