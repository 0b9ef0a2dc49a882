import { rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { seconds } from "../common/option-parsers";
import { checkoutFolder } from "../common/checkout";
import { courseNotebooks } from "../notebook/course-notebooks";
import { readExecuted } from "../notebook/read-executed";
import { loadRenderer } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import { killKernelsOnSignals } from "../execution/signals";
import { openCache } from "./cache";
import { rerunAndCompare, type RerunResult, type RerunOptions } from "./rerun";
import { validateRules, isExecuted } from "./compare-notebooks";
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

const RESULT_TEXT: Readonly<Record<RerunResult["result"], string>> = {
  same: "the same",
  unchanged: "unchanged since it passed (--force reruns it)",
  updated: "differed; its outputs have been updated",
  differs: "differs",
  failed: "failed",
};

/** Validates all notebooks before any of them runs; throws one error with the problems of all. */
function validateInput(paths: readonly string[], update: boolean): void {
  const problems = paths.flatMap((path) => {
    try {
      const notebook = readExecuted(path);
      validateRules(notebook);
      if (!update && !isExecuted(notebook))
        return [`${path} has no outputs to compare with; write them with --update`];
      return [];
    } catch (error) {
      const { message } = error as Error;
      return [message.startsWith(path) ? message : `${path}, ${message}`];
    }
  });
  if (paths.length === 0) problems.push("there are no notebooks to check");
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

async function rerunAll(paths: readonly string[], options: RerunOptions): Promise<RerunResult[]> {
  const results: RerunResult[] = [];
  for (const path of paths) {
    if (options.signal.aborted) break;
    const one = await rerunAndCompare(path, options);
    const time = one.result === "unchanged" ? "" : ` (${one.seconds.toFixed(1)} s)`;
    console.log(`${path}: ${RESULT_TEXT[one.result]}${time}`);
    results.push(one);
  }
  return results;
}

/** Writes the report on the notebooks that differ, or deletes the previous report if none differs. */
async function writeReport(results: readonly RerunResult[], out: string): Promise<void> {
  const file = join(out, "report.html");
  const different = results.filter(({ findings }) => findings.length > 0);
  if (different.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  writeAtomic(file, await reportPage(different, await loadRenderer()));
  console.log(`old and new outputs side by side: ${file}`);
}

async function run(named: readonly string[], options: Options): Promise<void> {
  const { update = false, force = false, out, timeout, cellTimeout } = options;
  const root = checkoutFolder();
  const paths = named.length > 0 ? named : courseNotebooks();
  try {
    validateInput(paths, update);
  } catch (error) {
    console.error(`latent check: ${(error as Error).message}`);
    process.exitCode = EXIT_INPUT;
    return;
  }
  const controller = new AbortController();
  const removeHandlers = killKernelsOnSignals(controller);
  const results = await rerunAll(paths, {
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
  await writeReport(results, out);
  if (results.some(({ result }) => result === "differs" || result === "failed"))
    process.exitCode ??= EXIT_DIFFERS;
}

/** `latent check [NOTEBOOK…]`: checks that notebooks still reproduce their committed outputs. */
export const checkCommand = new Command("check")
  .description("rerun notebooks and compare their outputs with the committed ones")
  .argument("[notebook...]", "notebooks to check (default: all notebooks of the course)")
  .option("--update", "write the new outputs into notebooks that run without failure and differ")
  .option("--force", "also rerun notebooks that have not changed since they passed")
  .option("--out <dir>", "folder for the report on differences", join("out", "check"))
  .option("--cache <dir>", "folder for the cache of passes (default: .cache/check in the checkout)")
  .option("--timeout <seconds>", "time limit for a notebook; 0 means no limit", seconds, 0)
  .option("--cell-timeout <seconds>", "time limit for a cell; 0 means no limit", seconds, 600)
  .action(run);
