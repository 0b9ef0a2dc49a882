import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { endPrograms } from "./system/run-program.mjs";
import { SetupError, explain } from "./system/setup-error.mjs";
import { lock } from "./system/lock.mjs";
import { checkout, folders } from "./system/paths.mjs";
import { progressLine } from "./system/progress-line.mjs";
import { readStamp, removeStamp, writeStamp } from "./system/stamp.mjs";
import { extras as knownExtras } from "./setup-options.mjs";
import { addon } from "./steps/addon.mjs";
import { build } from "./steps/build.mjs";
import { kernelSpec } from "./steps/kernelspec.mjs";
import { nodePackages } from "./steps/node-packages.mjs";
import { pythonPackages } from "./steps/python-packages.mjs";
import { logOf } from "./steps/step.mjs";
import { tensorflow } from "./steps/tensorflow.mjs";

/** @typedef {import("./steps/step.mjs").Step} Step */

/** All steps of the usual set-up, ordered so that a failure leaves as much as possible working. */
export const steps = /** @type {const} */ ([
  nodePackages,
  build,
  pythonPackages,
  kernelSpec,
  tensorflow,
  addon,
]);

/**
 * Runs the steps that are missing or out of date and prints their progress; prints nothing if all are
 * complete.
 *
 * @param {{ retry?: boolean, extras?: readonly Step[] }} [options] whether to retry optional
 *   steps that failed, and the steps to run beside the usual ones; those that ran once are kept up to date
 * @returns {Promise<void>}
 * @throws {SetupError} if a required step fails; the steps before it are kept
 */
export async function setUp({ retry = false, extras = [] } = {}) {
  const removeHandlers = exitOnSignals();
  const release = await lock(join(folders.setup, "lock"), (holder) => {
    console.log(`Another set-up (process ${holder}) is running in this checkout; waiting for it to finish.`);
  });
  try {
    const earlier = Object.values(knownExtras).filter(
      ({ name }) => readStamp(name) !== undefined && !extras.some((step) => step.name === name),
    );
    const chosen = [...steps, ...earlier, ...extras];
    for (const [index, step] of chosen.entries())
      await runIfNeeded(step, `[${index + 1}/${chosen.length}]`, retry);
  } finally {
    removeHandlers();
    release();
  }
}

/**
 * Runs a step unless it is up to date, or failed before and is not to be retried.
 *
 * @param {Step} step
 * @param {string} position for example `[2/6]`
 * @param {boolean} retry
 */
async function runIfNeeded(step, position, retry) {
  if (step === addon && readStamp(tensorflow.name)?.failure !== undefined) return; // already reported
  const key = step.key();
  const stamp = readStamp(step.name);
  const isCurrent = stamp?.key === key;
  if (isCurrent && stamp.failure !== undefined && !retry) {
    console.log(`The ${step.product} is missing: ${stamp.failure}. ${fallbackHint(step)}`);
    return;
  }
  if (!isCurrent || stamp.failure !== undefined || !step.outputs.every((file) => existsSync(file)))
    await runStep(step, position, key);
  step.place?.();
}

/**
 * @param {Step} step an optional step that failed
 * @returns {string}
 */
function fallbackHint({ fallback }) {
  return `Until it is installed, ${fallback}. To retry: npx latent setup`;
}

/**
 * Runs a step and records the result.
 *
 * @param {Step} step
 * @param {string} position
 * @param {string} key
 * @throws {SetupError} if a required step fails
 */
async function runStep(step, position, key) {
  const line = progressLine(`${position} ${step.title()}`);
  rmSync(logOf(step.name), { force: true });
  removeStamp(step.name);
  try {
    await step.run(line.note);
    const missing = step.outputs.find((file) => !existsSync(file));
    if (missing !== undefined) throw new Error(`the step did not create ${relative(checkout, missing)}`);
    writeStamp(step.name, { key });
    line.done();
  } catch (thrown) {
    line.done("failed");
    const error = asSetupError(thrown, step);
    if (!step.optional) throw new SetupError(error.cause, error.remedy, step.fallback);
    writeStamp(step.name, { key, failure: error.message });
    console.log(`  ${error.message}. ${fallbackHint(step)}`);
  }
}

/**
 * @param {unknown} error
 * @param {Step} step
 */
function asSetupError(error, step) {
  if (error instanceof SetupError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return explain(`setting up the ${step.title()}`, text, logOf(step.name));
}

/** Exits on Ctrl-C and similar signals, after ending the running programs; exiting also releases the lock. */
function exitOnSignals() {
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  /** @param {NodeJS.Signals} signal */
  const exit = (signal) => {
    endPrograms();
    console.log(`\nSet-up was interrupted (${signal}); run the same command again to continue.`);
    process.exit(130);
  };
  for (const signal of signals) process.on(signal, exit);
  return () => {
    for (const signal of signals) process.off(signal, exit);
  };
}
