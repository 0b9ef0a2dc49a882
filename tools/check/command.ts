import { rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { seconds } from "../common/option-parsers";
import { checkoutFolder } from "../common/checkout";
import { courseNotebooks } from "../notebook/course-notebooks";
import { readExecuted } from "../notebook/read-executed";
import { loadRenderer } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import { endKernelsOnSignals } from "../execution/signals";
import { openCache } from "./cache";
import { rerunAndCompare, type RerunResult, type RerunOptions } from "./rerun";
import { checkRules, isExecuted } from "./compare-notebooks";
import { reportPage } from "./report-page";

interface Options {
  readonly update?: boolean;
  readonly force?: boolean;
  readonly out: string;
  readonly cache?: string;
  readonly timeout: number;
  readonly cellTimeout: number;
}

const EXIT_DIFFERS = 1;
const EXIT_INPUT = 2;

const WORDS: Readonly<Record<RerunResult["result"], string>> = {
  same: "the same",
  unchanged: "unchanged since it passed (--force runs it again)",
  updated: "differed; its outputs are written anew",
  differs: "differs",
  failed: "failed",
};

/** Reads everything before anything runs; the problems of all notebooks in one error. */
const checkInput = (paths: readonly string[], update: boolean): void => {
  const problems = paths.flatMap((path) => {
    try {
      const notebook = readExecuted(path);
      checkRules(notebook);
      if (!update && !isExecuted(notebook))
        return [`${path} has no outputs to compare with; --update writes them`];
      return [];
    } catch (error) {
      const { message } = error as Error;
      return [message.startsWith(path) ? message : `${path}, ${message}`];
    }
  });
  if (paths.length === 0) problems.push("there is no notebook to check");
  if (problems.length > 0) throw new Error(problems.join("\n"));
};

const checkAll = async (paths: readonly string[], options: RerunOptions): Promise<RerunResult[]> => {
  const checked: RerunResult[] = [];
  for (const path of paths) {
    if (options.signal.aborted) break;
    const one = await rerunAndCompare(path, options);
    const time = one.result === "unchanged" ? "" : ` (${one.seconds.toFixed(1)} s)`;
    console.log(`${path}: ${WORDS[one.result]}${time}`);
    checked.push(one);
  }
  return checked;
};

/** Writes the report where there is something to report, and takes an earlier one away where there is not. */
const writeReport = async (checked: readonly RerunResult[], out: string): Promise<void> => {
  const file = join(out, "report.html");
  const different = checked.filter(({ findings }) => findings.length > 0);
  if (different.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  writeAtomic(file, await reportPage(different, await loadRenderer()));
  console.log(`the old and the new side by side: ${file}`);
};

const run = async (named: readonly string[], options: Options): Promise<void> => {
  const { update = false, force = false, out, timeout, cellTimeout } = options;
  const root = checkoutFolder();
  const paths = named.length > 0 ? named : courseNotebooks();
  try {
    checkInput(paths, update);
  } catch (error) {
    console.error(`latent check: ${(error as Error).message}`);
    process.exitCode = EXIT_INPUT;
    return;
  }
  const controller = new AbortController();
  const removeHandlers = endKernelsOnSignals(controller);
  const checked = await checkAll(paths, {
    cache: openCache(options.cache ?? join(root, ".cache", "check"), root),
    force,
    update,
    limits: { cell: cellTimeout, notebook: timeout },
    signal: controller.signal,
    say: (line) => {
      console.error(line);
    },
  });
  removeHandlers();
  await writeReport(checked, out);
  if (checked.some(({ result }) => result === "differs" || result === "failed"))
    process.exitCode ??= EXIT_DIFFERS;
};

/** `latent check [NOTEBOOK…]`: whether the notebooks still give what is committed in them. */
export const checkCommand = new Command("check")
  .description("run notebooks again, and compare what comes out with the outputs that lie in them")
  .argument("[notebook...]", "notebooks to check; by default all of the course")
  .option("--update", "write the new outputs into notebooks that pass their run and differ")
  .option("--force", "run notebooks too that have not changed since they passed")
  .option("--out <dir>", "where the report on differences goes", join("out", "check"))
  .option("--cache <dir>", "where passes are remembered; by default .cache/check in the checkout")
  .option("--timeout <seconds>", "end a notebook that runs longer; 0 is no limit", seconds, 0)
  .option(
    "--cell-timeout <seconds>",
    "end a notebook with a cell that runs longer; 0 is no limit",
    seconds,
    600,
  )
  .action(run);
