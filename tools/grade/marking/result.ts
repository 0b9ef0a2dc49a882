import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles } from "../../common/checkout";
import { courseRoot } from "../sandbox/course-files";
import type { ScoredExercise } from "./score";

/** What is written of a student, `STUDENT/result.json`. */
export interface Result {
  readonly student: string;
  readonly assignment: string;
  /** What the result depends on: the submission, the assignment with its limits, and the library. */
  readonly key: string;
  /** `unreadable` submissions have no points; where the machinery failed nothing is known, and there is no score. */
  readonly status: "graded" | "unreadable" | "machinery failed";
  readonly problem?: string;
  /** Something to look at that changed no points. */
  readonly note?: string;
  readonly score: number;
  readonly maxScore: number;
  readonly exercises: readonly ScoredExercise[];
  readonly seconds: number;
  readonly peakMemory: number;
  readonly kernels: number;
}

/** The hash of texts; where one ends and the next begins counts. */
export function hashOf(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex");
}

/** What of this installation a result depends on: the library, the kernel, the grader, the lock file and Node.js. */
export function libraryVersion(): string {
  const folders = ["lib/dist", "tools/dist/kernel", "tools/dist/grade"];
  const files = [...folders.flatMap(builtFiles), join(courseRoot, "package-lock.json")];
  const contents = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  return hashOf(process.version, ...contents);
}

/** What a file of an earlier run holds, when it is there and whole. */
export function readWritten(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
