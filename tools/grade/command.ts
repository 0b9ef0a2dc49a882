import { Command, Option } from "commander";
import { thisLibrary } from "../homework/library";
import { count, seconds } from "../common/option-parsers";
import { loadRenderer } from "../notebook/named-figures";
import { readAssignment, type Assignment } from "./assignment/assignment";
import { DEFAULT_IMAGE } from "./sandbox/container";
import { gradeAll } from "./grade";
import { findSubmissions } from "./assignment/submissions";
import { DEFAULT_LIMITS } from "./sandbox/limits";
import { chooseIsolation, SANDBOXES, type Sandbox } from "./sandbox/choose-isolation";
import { submissionsIn } from "./report/class-statistics";

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
}

const EXIT_MACHINERY = 3;
const MIB = 1024 ** 2;

function warnOfAnotherLibrary({ name, release }: Assignment): void {
  const library = release?.library;
  const here = thisLibrary();
  if (library === undefined || library.build === here.build) return;
  console.error(
    `latent grade: ${name} was released with another build of the library (${library.version}, ${library.build}; ` +
      `here ${here.version}, ${here.build}); points are given by what the solutions do here`,
  );
}

async function grade(path: string, options: Options): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error("latent grade: stopped; run it again to continue"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const isolation = chooseIsolation(options.sandbox || "none", options.image);
  const assignment = readAssignment(options.assignment, options.smoke === true);
  warnOfAnotherLibrary(assignment);
  const results = await gradeAll(findSubmissions(path, assignment.name), assignment, {
    isolation,
    limits: {
      ...DEFAULT_LIMITS,
      cell: options.cellTimeout,
      total: options.timeout,
      cpu: 4 * options.timeout,
      memory: options.memory * MIB,
    },
    out: options.out,
    jobs: options.jobs,
    signal: controller.signal,
    say: (line) => console.error(line),
    renderSvg: async (spec) => (await loadRenderer()).renderSvg(spec),
  });
  const failed = results.filter(({ status }) => status === "machinery failed");
  console.log(
    `${submissionsIn(results.length)}, ${results.length - failed.length} graded, ${failed.length} to grade again`,
  );
  if (failed.length > 0) process.exitCode = EXIT_MACHINERY;
}

/** `latent grade SUBMISSIONS`: marks a class's notebooks, each in a sandbox. */
export const gradeCommand = new Command("grade")
  .description("grade submitted notebooks, each isolated from the machine and from the checks")
  .argument("<submissions>", "a folder or zip: STUDENT.ipynb, or nbgrader's STUDENT/ASSIGNMENT/*.ipynb")
  .requiredOption(
    "--assignment <manifest>",
    "what latent release wrote to DIR/manifests; the instructor's notebook will do",
  )
  .requiredOption("--out <dir>", "where results go; what is there already is not graded again")
  .option("--jobs <n>", "how many submissions run at the same time", count, 1)
  .option("--smoke", "grade with the small parameters from the notebook's own metadata")
  .option("--timeout <seconds>", "the time of one submission in all", seconds, DEFAULT_LIMITS.total)
  .option("--cell-timeout <seconds>", "the time of one cell", seconds, DEFAULT_LIMITS.cell)
  .option("--memory <MiB>", "the memory of one submission", count, DEFAULT_LIMITS.memory / MIB)
  .addOption(
    new Option("--sandbox <kind>", "what submissions are isolated by").choices(SANDBOXES).default("bwrap"),
  )
  .option("--image <name>", "what docker or podman make containers of", DEFAULT_IMAGE)
  .option("--no-sandbox", "run submissions with all your rights: only for work that you wrote yourself")
  .action(grade);
