import { Command } from "commander";
import { seconds } from "../common/option-parsers";
import { killKernels } from "../protocol/launch";
import { readNotebook } from "../notebook/read";
import { withParameters } from "../notebook/with-parameters";
import { formatValidation, isWell, validate } from "./validate";

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
    if (!isWell(validation)) process.exitCode ??= 1;
  } catch (error) {
    console.error(`latent validate: ${(error as Error).message}`);
    process.exitCode = 2;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** `latent validate NOTEBOOK`: what a student runs before handing in. */
export const validateCommand = new Command("validate")
  .description("run an assignment from a clean kernel, and tell what is left to do before handing it in")
  .argument("<notebook>", "the notebook to hand in")
  .option("--smoke", "use the small parameters from the notebook's own metadata, which is faster")
  .option("--cell-timeout <seconds>", "end a cell that runs longer; 0 is no limit", seconds, 600)
  .action(run);
