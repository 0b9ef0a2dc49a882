import { SetupError } from "./system/setup-error.mjs";
import { setUp } from "./set-up.mjs";

/**
 * Runs the set-up; if it fails, prints one sentence and exits with code 1.
 *
 * @param {Parameters<typeof setUp>[0]} [options] the options of {@link setUp}
 */
export async function setUpOrExit(options) {
  try {
    await setUp(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.sentence);
    process.exit(1);
  }
}
