import { Command, InvalidArgumentError, Option } from "commander";
import { count, seconds } from "../common/option-parsers";
import { parseAssignment, type Overrides } from "../notebook/parameters";
import { planRuns, type PlannedRun } from "./plan";
import { formatTable } from "./result-table";
import { runAll } from "./run-all";
import { killKernelsOnSignals } from "../execution/signals";

interface Options {
  readonly out?: string;
  readonly p: Overrides;
  readonly smoke?: boolean;
  readonly preset?: string;
  readonly inPlace?: boolean;
  readonly timeout: number;
  readonly cellTimeout: number;
  readonly jobs: number;
}

const EXIT_FAILED = 1;
const EXIT_INPUT = 2;

function assignment(text: string, before: Overrides): Overrides {
  try {
    const [name, value] = parseAssignment(text);
    return { ...before, [name]: value };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function readPlan(paths: readonly string[], options: Options): PlannedRun[] | undefined {
  const { out, p: parameters, preset, inPlace = false } = options;
  const { smoke = preset === undefined && process.env["LATENT_SMOKE"] === "1" } = options;
  const named = { ...(out === undefined ? {} : { out }), ...(preset === undefined ? {} : { preset }) };
  try {
    return planRuns({ paths, parameters, smoke, inPlace, ...named });
  } catch (error) {
    console.error(`latent run: ${(error as Error).message}`);
    process.exitCode = EXIT_INPUT;
    return undefined;
  }
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const planned = readPlan(paths, options);
  if (!planned) return;
  const controller = new AbortController();
  const removeHandlers = killKernelsOnSignals(controller);
  const { out, inPlace = false, timeout, cellTimeout, jobs } = options;
  const rows = await runAll(planned, {
    limits: { cell: cellTimeout, notebook: timeout },
    jobs,
    inPlace,
    ...(out === undefined ? {} : { out }),
    signal: controller.signal,
    say: (line) => {
      console.error(line);
    },
  });
  removeHandlers();
  console.log(formatTable(rows));
  if (rows.some(({ failure }) => failure)) process.exitCode ??= EXIT_FAILED;
}

/** `latent run NOTEBOOK…`: runs notebooks in the course's kernel, without Python. */
export const runCommand = new Command("run")
  .description("run notebooks from top to bottom and report failures with their cell and line")
  .argument("<notebook...>", "notebooks to run")
  .option("--out <dir>", "write executed notebooks and named figures (PNG, SVG, spec) to this folder")
  .option("--in-place", "write the outputs into the notebooks that pass")
  .addOption(
    new Option("-p <name=value>", "set a variable of the parameters cell; can be repeated")
      .argParser(assignment)
      .default({}, "none"),
  )
  .option("--smoke", "use the small parameters from the notebook's metadata")
  .option("--preset <name>", "use the parameters of this name from the notebook's metadata")
  .option("--timeout <seconds>", "time limit for a notebook; 0 means no limit", seconds, 0)
  .option("--cell-timeout <seconds>", "time limit for a cell; 0 means no limit", seconds, 600)
  .option("--jobs <n>", "number of notebooks to run at the same time", count, 1)
  .action(run);
