import { Command } from "commander";
import { seconds } from "../common/option-parsers";
import { DEFAULT_LIMITS, timeLimit } from "../grade/sandbox/limits";
import { parseNotebookOfAnyLanguage, readText } from "../notebook/read";
import { handedOutAssignment } from "./handed-out-assignment";
import { formatValidation, isReadyToSubmit, validate } from "./validate";

interface Options {
  readonly smoke?: boolean;
  readonly cellTimeout: number;
  readonly original?: string;
}

const EXIT_STOPPED = 130;

async function run(path: string, { smoke = false, cellTimeout, original = path }: Options): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error("stopped"));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const notebook = parseNotebookOfAnyLanguage(readText(path), path);
    const source = original === path ? notebook : parseNotebookOfAnyLanguage(readText(original), original);
    const validation = await validate(notebook, handedOutAssignment(source, original, smoke), {
      limits: {
        ...DEFAULT_LIMITS,
        cell: timeLimit(cellTimeout),
        ...(cellTimeout === 0 ? { total: Infinity } : {}),
      },
      signal: controller.signal,
    });
    console.log(formatValidation(validation));
    if (!isReadyToSubmit(validation)) process.exitCode = 1;
  } catch (error) {
    console.error(`latent validate: ${(error as Error).message}`);
    process.exitCode = controller.signal.aborted ? EXIT_STOPPED : 2;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** The command `latent validate NOTEBOOK`. */
export const validateCommand = new Command("validate")
  .description("run what latent grade will run, and report what is left to do before submitting")
  .argument("<notebook>", "the notebook to submit")
  .option("--smoke", "use the small parameters in the notebook's metadata, which is faster")
  .option("--cell-timeout <seconds>", "time limit per cell; 0 means no limit", seconds, DEFAULT_LIMITS.cell)
  .option("--original <notebook>", "the notebook that was handed out, if an editor removed its metadata")
  .action(run);
