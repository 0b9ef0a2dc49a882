import { SetupError } from "./system/setup-error.mjs";
import { setUp } from "./set-up.mjs";

/**
 * Does the set-up; a failure ends the process with one sentence and exit code 1.
 *
 * @param {{ retry?: boolean }} [options] as {@link setUp} has them
 */
export async function setUpOrExit(options) {
  try {
    await setUp(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.told);
    process.exit(1);
  }
}
