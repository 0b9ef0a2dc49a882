import { join } from "node:path";
import { Command, Option } from "commander";
import { currentLibrary } from "../homework/library";
import { count, nonNegative, seconds } from "../common/option-parsers";
import { loadPlotLibrary } from "./report/plot-library";
import { loadRenderer } from "../notebook/named-figures";
import { readAssignment, type Assignment } from "./assignment/assignment";
import { DEFAULT_IMAGE } from "./sandbox/container";
import { gradeAttempts, type Counting } from "./attempts";
import { gradeAll } from "./grade";
import { INSTRUCTOR } from "./grade-one";
import type { LatePolicy } from "./lateness/late-policy";
import { formatTime, isZone, machineZone, parseTime } from "./lateness/time-zone";
import { readMarks } from "./manual/read-marks";
import { readRoster } from "./submissions/roster";
import { findSubmissions } from "./submissions/submissions";
import { DEFAULT_LIMITS, timeLimit } from "./sandbox/limits";
import type { Result } from "./marking/result";
import { chooseIsolation, SANDBOXES, type Sandbox } from "./sandbox/choose-isolation";
import { MARKS } from "./write-class";
import type { CsvKind } from "./report/csv";
import { countSubmissions } from "./report/class-statistics";

interface Options {
  readonly assignment: string;
  readonly out: string;
  readonly jobs: number;
  readonly sandbox: Sandbox | false;
  readonly image: string;
  readonly smoke?: boolean;
  readonly timeout: number;
  readonly cellTimeout: number;
  readonly memory: number;
  readonly names?: string;
  readonly marks?: string;
  readonly attempts: Counting;
  readonly due?: string;
  readonly timeZone: string;
  readonly latePenalty: number;
  readonly lateMax: number;
  readonly grace: number;
  readonly fileTimes?: boolean;
  readonly csv: CsvKind | "nbgrader";
  readonly column?: string;
}

const EXIT_GRADING_FAILED = 3;
const KINDS = ["nbgrader", "canvas", "moodle"];
const MIB = 1024 ** 2;

function warnIfLibraryDiffers({ name, release }: Assignment): void {
  const library = release?.library;
  const current = currentLibrary();
  if (library === undefined || library.build === current.build) return;
  console.error(
    `latent grade: warning: ${name} was released with version ${library.version} of the library ` +
      `(build ${library.build}), but is graded with version ${current.version} (build ${current.build})`,
  );
}

/** Reads the rules for late submissions. */
function latePolicy(options: Options): LatePolicy {
  const { due, timeZone: zone, latePenalty, lateMax, grace, fileTimes = false } = options;
  if (!isZone(zone))
    throw new Error(`latent grade: --time-zone must be like Europe/Zurich or +01:00, got ${zone}`);
  const policy: LatePolicy = {
    zone,
    percentPerDay: latePenalty,
    maxPercent: lateMax,
    graceMinutes: grace,
    usesFileTimes: fileTimes,
  };
  if (due === undefined) return policy;
  try {
    const instant = parseTime(due, zone, "later");
    console.error(`latent grade: due ${formatTime(instant, zone)} (${zone})`);
    return { ...policy, due: instant };
  } catch (error) {
    throw new Error(`latent grade: --due ${(error as Error).message}`, { cause: error });
  }
}

async function grade(paths: readonly string[], options: Options): Promise<void> {
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new Error("latent grade: interrupted; run the same command again to continue"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const isolation = chooseIsolation(options.sandbox || "none", options.image);
  const assignment = readAssignment(options.assignment, options.smoke === true);
  warnIfLibraryDiffers(assignment);
  const roster = options.names === undefined ? undefined : readRoster(options.names);
  const attempts = paths.map((path) => findSubmissions(path, assignment, roster));
  const ids = attempts.map((submissions) => submissions.map(({ student }) => student.id));
  const marks = options.marks === undefined ? [] : readMarks(options.marks, assignment.exercises, ids);
  const common = {
    isolation,
    limits: {
      ...DEFAULT_LIMITS,
      cell: timeLimit(options.cellTimeout),
      total: timeLimit(options.timeout),
      cpu: 4 * timeLimit(options.timeout),
      memory: options.memory * MIB,
    },
    out: options.out,
    policy: latePolicy(options),
    ...(options.csv === "nbgrader"
      ? {}
      : {
          platform: {
            kind: options.csv,
            ...(options.column === undefined ? {} : { column: options.column }),
          },
        }),
    jobs: options.jobs,
    signal: controller.signal,
    log: (line: string) => console.error(line),
    drawing: {
      renderSvg: async (spec: unknown) => (await loadRenderer()).renderSvg(spec),
      loadPlot: loadPlotLibrary,
    },
  };
  const [first = []] = attempts;
  const results =
    attempts.length > 1
      ? await gradeAttempts(attempts, assignment, { ...common, marks }, options.attempts)
      : await gradeAll(first, assignment, { ...common, marks: marks[0] ?? new Map() });
  const failed = results.filter(({ status }) => status === "grading failed");
  const count = (status: Result["status"]): number =>
    results.filter((result) => result.status === status).length;
  const [unreadable, missing, unmarked] = [count("unreadable"), count("not submitted"), count("needs marks")];
  const list = join(options.out, INSTRUCTOR, MARKS);
  console.log(
    `${countSubmissions(results.length - missing)}: ${count("graded")} graded, ${failed.length} failed` +
      (unmarked > 0 ? `, ${unmarked} with answers to be marked (fill in ${list} for --marks)` : "") +
      (unreadable > 0 ? `, ${unreadable} could not be read (blank in grades.csv)` : "") +
      (missing > 0 ? `; ${missing} in --names did not hand in` : "") +
      (failed.length > 0 ? "; run the same command again to retry" : ""),
  );
  if (failed.length > 0) process.exitCode = EXIT_GRADING_FAILED;
}

/** The command `latent grade SUBMISSIONS`. */
export const gradeCommand = new Command("grade")
  .description("grade submitted notebooks, each in a sandbox")
  .argument(
    "<submissions...>",
    "a folder or zip: STUDENT.ipynb, STUDENT/…, or as nbgrader, Moodle or Canvas has it; several: attempts",
  )
  .requiredOption(
    "--assignment <manifest>",
    "the manifest written by latent release, or the instructor's notebook",
  )
  .requiredOption("--out <dir>", "the folder for results; submissions already graded there are not rerun")
  .option("--jobs <n>", "the number of submissions graded at the same time", count, 1)
  .option("--smoke", "use the small parameters in the notebook's metadata")
  .option("--timeout <seconds>", "time limit per submission; 0 means no limit", seconds, DEFAULT_LIMITS.total)
  .option("--cell-timeout <seconds>", "time limit per cell; 0 means no limit", seconds, DEFAULT_LIMITS.cell)
  .option("--memory <MiB>", "memory limit per submission", count, DEFAULT_LIMITS.memory / MIB)
  .option("--names <csv>", "a table of names with the columns submission, student_id, first_name, …")
  .option("--marks <csv>", "points and comments of a person: student_id, exercise, points, comment")
  .addOption(
    new Option("--attempts <which>", "which of several attempts counts")
      .choices(["last", "best"])
      .default("last"),
  )
  .option("--due <time>", "the due date: 2026-11-30 (the end of that day) or 2026-11-30 23:59")
  .option("--time-zone <zone>", "the time zone of the course", machineZone())
  .option("--late-penalty <percent>", "deducted per day begun, of the maximum score", nonNegative, 0)
  .option("--late-max <percent>", "the most that is deducted", nonNegative, 100)
  .option("--grace <minutes>", "minutes after the due date that are not late", nonNegative, 0)
  .option("--file-times", "use times of files, if neither --names nor timestamp.txt has a time")
  .addOption(
    new Option("--csv <kind>", "write grades for this platform also").choices(KINDS).default("nbgrader"),
  )
  .option("--column <title>", "the assignment's column in Canvas, for example 'HW 1 (1234)'")
  .addOption(
    new Option("--sandbox <kind>", "how submissions are isolated").choices(SANDBOXES).default("bwrap"),
  )
  .option("--image <name>", "the image for docker and podman", DEFAULT_IMAGE)
  .option("--no-sandbox", "run submissions with all your permissions: only for code that you trust")
  .action(grade);
