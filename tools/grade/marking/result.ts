import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles } from "../../common/checkout";
import { courseRoot } from "../sandbox/course-files";
import type { Lateness } from "../lateness/late-policy";
import type { ScoredExercise } from "./score";

/** The result of one student, as stored in `instructor/STUDENT/result.json`. */
export interface Result {
  readonly student: string;
  /** The name of the student's folder in the output. */
  readonly folder: string;
  readonly assignment: string;
  /** The number of the attempt that counts, if there are several. */
  readonly attempt?: number;
  /** A hash of everything the result depends on: submission, assignment, limits and installation. */
  readonly key: string;
  /** A submission `needs marks` until a person has marked its written answers. */
  readonly status: "graded" | "needs marks" | "unreadable" | "not submitted" | "grading failed";
  /** Why the submission was not graded. */
  readonly problem?: string;
  /** A remark for the instructor; it does not change points. */
  readonly note?: string;
  /**
   * The points of the exercises, before any deduction. Absent until all of them are known: what could not be
   * read is not worth 0 points.
   */
  readonly score?: number;
  /** The points of all exercises but those for extra credit. */
  readonly maxScore: number;
  /** How late the submission is; absent if that was not asked. */
  readonly lateness?: Lateness;
  readonly exercises: readonly ScoredExercise[];
  readonly seconds: number;
  /** In bytes. */
  readonly peakMemory: number;
  /** The number of kernels started. */
  readonly kernels: number;
  /** What a person says about the submission. */
  readonly comment?: string;
  /** What the submission did that an honest one does not, such as exceeding a limit. */
  readonly incidents?: readonly string[];
}

/** Whether the answers of a submission were run. */
export function isRun({ status }: Pick<Result, "status">): boolean {
  return status === "graded" || status === "needs marks";
}

/** The points of a submission. */
export interface Points {
  readonly raw: number;
  /** The deduction for a late submission. */
  readonly penalty: number;
  readonly final: number;
}

/** Returns the points of a result; undefined if they are not known. */
export function pointsOf({
  score,
  maxScore,
  lateness,
}: Pick<Result, "score" | "maxScore" | "lateness">): Points | undefined {
  if (score === undefined) return undefined;
  const penalty = Math.min(score, (maxScore * (lateness?.percent ?? 0)) / 100);
  return { raw: score, penalty, final: score - penalty };
}

/** Formats the points of a result, for example "3.50 of 5"; points that are not known are a dash. */
export function showPoints(result: Result): string {
  return `${pointsOf(result)?.final.toFixed(2) ?? "–"} of ${result.maxScore}`;
}

/** Returns the remarks on a result for the instructor; empty if there are none. */
export function remarkOn({ problem, note, lateness }: Result): string {
  return [problem, note, lateness?.note]
    .filter((part) => part !== undefined)
    .join("; ")
    .replace(/\s+/g, " ");
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
