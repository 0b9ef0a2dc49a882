import { basename, join } from "node:path";
import { Command } from "commander";
import { countOf } from "../common/count-of";
import { seconds } from "../common/option-parsers";
import { courseNotebooks } from "../notebook/course-notebooks";
import { readExecuted } from "../notebook/read-executed";
import { withParameters } from "../notebook/with-parameters";
import { formatFailure } from "../execution/run-failure";
import { runNotebook } from "../execution/run-notebook";
import { killKernelsOnSignals } from "../execution/signals";
import { writeFigures, type ExecutedNotebook } from "./write-figures";

interface Options {
  readonly out: string;
  readonly run?: boolean;
  readonly preset?: string;
  readonly cellTimeout: number;
}

const EXIT_FAILED = 1;
const EXIT_INPUT = 2;

function readSources(paths: readonly string[]): ExecutedNotebook[] {
  const names = paths.map((path) => basename(path, ".ipynb"));
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined)
    throw new Error(`two notebooks are named ${duplicate}; write their figures separately`);
  if (paths.length === 0) throw new Error("there are no notebooks to take figures from");
  return paths.map((path) => ({ path, notebook: readExecuted(path) }));
}

function withPreset({ path, notebook }: ExecutedNotebook, preset: string): ExecutedNotebook {
  try {
    return { path, notebook: withParameters(notebook, { parameters: {}, smoke: false, preset }) };
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Runs the notebooks; undefined if one fails. */
async function rerun(
  sources: readonly ExecutedNotebook[],
  cellTimeout: number,
): Promise<ExecutedNotebook[] | undefined> {
  const controller = new AbortController();
  const removeHandlers = killKernelsOnSignals(controller);
  const done: ExecutedNotebook[] = [];
  try {
    for (const { path, notebook } of sources) {
      console.error(`${path}: running`);
      const limits = { cell: cellTimeout, notebook: 0 };
      const { failure, notebook: executed } = await runNotebook(notebook, path, {
        limits,
        signal: controller.signal,
        environment: { LATENT_SMOKE: "" },
      });
      if (failure) {
        console.error(formatFailure(path, failure));
        return undefined;
      }
      done.push({ path, notebook: executed });
    }
    return done;
  } finally {
    removeHandlers();
  }
}

async function write(sources: readonly ExecutedNotebook[], out: string): Promise<void> {
  const counts = await writeFigures(sources, out);
  for (const [index, count] of counts.entries()) {
    const path = sources[index]?.path ?? "";
    const found =
      count === 0 ? "no named figures in its outputs (run it with --run)" : countOf(count, "figure");
    console.log(`${path}: ${found}`);
  }
  console.log(`all figures on one page: ${join(out, "index.html")}`);
}

async function figures(named: readonly string[], options: Options): Promise<void> {
  try {
    const { run = false, preset } = options;
    const read = readSources(named.length > 0 ? named : courseNotebooks());
    const chosen = preset === undefined ? read : read.map((source) => withPreset(source, preset));
    const sources = run || preset !== undefined ? await rerun(chosen, options.cellTimeout) : read;
    if (sources) await write(sources, options.out);
    else process.exitCode ??= EXIT_FAILED;
  } catch (error) {
    console.error(`latent figures: ${(error as Error).message}`);
    process.exitCode = EXIT_INPUT;
  }
}

/**
 * `latent figures [NOTEBOOK…] --out DIR`: writes the figures of notebooks to files, with a page that shows
 * them.
 */
export const figuresCommand = new Command("figures")
  .description("write every named figure as PNG, SVG and Vega-Lite spec, with a page that shows them all")
  .argument("[notebook...]", "notebooks to take figures from (default: all notebooks of the course)")
  .requiredOption("--out <dir>", "folder for the files and index.html")
  .option("--run", "run the notebooks instead of using their stored figures")
  .option("--preset <name>", "run them with the parameters of this name from their metadata")
  .option(
    "--cell-timeout <seconds>",
    "with --run or --preset: time limit for a cell; 0 means no limit",
    seconds,
    600,
  )
  .action(figures);
