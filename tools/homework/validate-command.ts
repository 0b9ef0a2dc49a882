import { Command } from "commander";
import { seconds } from "../common/option-parsers";
import { killKernels } from "../protocol/launch";
import { readNotebook } from "../notebook/read";
import { withParameters } from "../notebook/with-parameters";
import { formatValidation, isReadyToSubmit, validate } from "./validate";

async function run(
  path: string,
  { smoke = false, cellTimeout }: { smoke?: boolean; cellTimeout: number },
): Promise<void> {
  const stop = (): void => {
    process.exitCode = 130;
    killKernels();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const notebook = withParameters(readNotebook(path), { parameters: {}, smoke });
    const validation = await validate(notebook, path, { limits: { cell: cellTimeout, notebook: 0 } });
    console.log(formatValidation(validation));
    if (!isReadyToSubmit(validation)) process.exitCode ??= 1;
  } catch (error) {
    console.error(`latent validate: ${(error as Error).message}`);
    process.exitCode = 2;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** The command `latent validate NOTEBOOK`. */
export const validateCommand = new Command("validate")
  .description("run an assignment in a clean kernel, and report what is left to do before submitting it")
  .argument("<notebook>", "the notebook to submit")
  .option("--smoke", "use the small parameters in the notebook's metadata, which is faster")
  .option("--cell-timeout <seconds>", "time limit per cell; 0 means no limit", seconds, 600)
  .action(run);
