import { Command, Option } from "commander";
import { currentLibrary } from "../homework/library";
import { count, seconds } from "../common/option-parsers";
import { loadPlotLibrary } from "./report/plot-library";
import { loadRenderer } from "../notebook/named-figures";
import { readAssignment, type Assignment } from "./assignment/assignment";
import { DEFAULT_IMAGE } from "./sandbox/container";
import { gradeAll } from "./grade";
import { readRoster } from "./submissions/roster";
import { findSubmissions } from "./submissions/submissions";
import { DEFAULT_LIMITS, timeLimit } from "./sandbox/limits";
import { chooseIsolation, SANDBOXES, type Sandbox } from "./sandbox/choose-isolation";
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
}

const EXIT_GRADING_FAILED = 3;
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

async function grade(path: string, options: Options): Promise<void> {
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new Error("latent grade: interrupted; run the same command again to continue"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const isolation = chooseIsolation(options.sandbox || "none", options.image);
  const assignment = readAssignment(options.assignment, options.smoke === true);
  warnIfLibraryDiffers(assignment);
  const roster = options.names === undefined ? undefined : readRoster(options.names);
  const results = await gradeAll(findSubmissions(path, assignment, roster), assignment, {
    isolation,
    limits: {
      ...DEFAULT_LIMITS,
      cell: timeLimit(options.cellTimeout),
      total: timeLimit(options.timeout),
      cpu: 4 * timeLimit(options.timeout),
      memory: options.memory * MIB,
    },
    out: options.out,
    jobs: options.jobs,
    signal: controller.signal,
    log: (line) => console.error(line),
    drawing: {
      renderSvg: async (spec) => (await loadRenderer()).renderSvg(spec),
      loadPlot: loadPlotLibrary,
    },
  });
  const failed = results.filter(({ status }) => status === "grading failed");
  const count = (status: string): number => results.filter((result) => result.status === status).length;
  const [unreadable, missing] = [count("unreadable"), count("not submitted")];
  console.log(
    `${countSubmissions(results.length - missing)}: ${count("graded")} graded, ${failed.length} failed` +
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
    "<submissions>",
    "a folder or zip: STUDENT.ipynb, STUDENT/…, or as nbgrader, Moodle or Canvas has it",
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
  .addOption(
    new Option("--sandbox <kind>", "how submissions are isolated").choices(SANDBOXES).default("bwrap"),
  )
  .option("--image <name>", "the image for docker and podman", DEFAULT_IMAGE)
  .option("--no-sandbox", "run submissions with all your permissions: only for code that you trust")
  .action(grade);
