import { basename, join } from "node:path";
import { Command } from "commander";
import { countOf } from "../common/count-of";
import { seconds } from "../common/option-parsers";
import { courseNotebooks } from "../notebook/course-notebooks";
import { readExecuted } from "../notebook/read-executed";
import { formatFailure } from "../execution/run-failure";
import { runNotebook } from "../execution/run-notebook";
import { endKernelsOnSignals } from "../execution/signals";
import { writeFigures, type ExecutedNotebook } from "./write-figures";

interface Options {
  readonly out: string;
  readonly run?: boolean;
  readonly cellTimeout: number;
}

const EXIT_FAILED = 1;
const EXIT_INPUT = 2;

const readSources = (paths: readonly string[]): ExecutedNotebook[] => {
  const names = paths.map((path) => basename(path, ".ipynb"));
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined)
    throw new Error(`two notebooks are called ${double}; take their figures one by one`);
  if (paths.length === 0) throw new Error("there is no notebook to take figures from");
  return paths.map((path) => ({ path, notebook: readExecuted(path) }));
};

/** Runs the notebooks first; undefined when one does not pass. */
const rerun = async (
  sources: readonly ExecutedNotebook[],
  cellTimeout: number,
): Promise<ExecutedNotebook[] | undefined> => {
  const controller = new AbortController();
  const removeHandlers = endKernelsOnSignals(controller);
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
};

const write = async (sources: readonly ExecutedNotebook[], out: string): Promise<void> => {
  const counts = await writeFigures(sources, out);
  for (const [index, count] of counts.entries()) {
    const path = sources[index]?.path ?? "";
    const found =
      count === 0 ? "no named figures among its outputs (--run makes them)" : countOf(count, "figure");
    console.log(`${path}: ${found}`);
  }
  console.log(`all of them on one page: ${join(out, "index.html")}`);
};

const figures = async (named: readonly string[], options: Options): Promise<void> => {
  try {
    const read = readSources(named.length > 0 ? named : courseNotebooks());
    const sources = options.run === true ? await rerun(read, options.cellTimeout) : read;
    if (sources) await write(sources, options.out);
    else process.exitCode ??= EXIT_FAILED;
  } catch (error) {
    console.error(`latent figures: ${(error as Error).message}`);
    process.exitCode = EXIT_INPUT;
  }
};

/** `latent figures [NOTEBOOK…] --out DIR`: the figures of the course as files, with a page that shows them. */
export const figuresCommand = new Command("figures")
  .description("write every named figure as PNG, SVG and Vega-Lite spec, with a page that shows them all")
  .argument("[notebook...]", "notebooks to take figures from; by default all of the course")
  .requiredOption("--out <dir>", "where the files and index.html go")
  .option("--run", "run the notebooks first, instead of taking the figures that lie in them")
  .option("--cell-timeout <seconds>", "with --run: end a cell that runs longer; 0 is no limit", seconds, 600)
  .action(figures);
