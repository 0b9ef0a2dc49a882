import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { endPrograms } from "./system/run-program.mjs";
import { SetupError, explain } from "./system/setup-error.mjs";
import { lock } from "./system/lock.mjs";
import { checkout, folders } from "./system/paths.mjs";
import { progressLine } from "./system/progress-line.mjs";
import { readStamp, removeStamp, writeStamp } from "./system/stamp.mjs";
import { addon } from "./steps/addon.mjs";
import { build } from "./steps/build.mjs";
import { kernelSpec } from "./steps/kernelspec.mjs";
import { nodePackages } from "./steps/node-packages.mjs";
import { pythonPackages } from "./steps/python-packages.mjs";
import { logOf } from "./steps/step.mjs";
import { tensorflow } from "./steps/tensorflow.mjs";

/** @typedef {import("./steps/step.mjs").Step} Step */

/** What there is to do, in an order in which a failure leaves as much as possible working. */
export const steps = /** @type {const} */ ([
  nodePackages,
  build,
  pythonPackages,
  kernelSpec,
  tensorflow,
  addon,
]);

/**
 * Does what is missing of the set-up, and says so; says nothing when nothing is missing.
 *
 * @param {{ retry?: boolean }} [options] whether to try again what was not to be had the last time
 * @returns {Promise<void>}
 * @throws {SetupError} when a step that is needed fails; the steps before it are kept
 */
export async function setUp({ retry = false } = {}) {
  const forgetSignals = endOnSignals();
  const release = await lock(join(folders.setup, "lock"), (holder) => {
    console.log(`Another set-up (process ${holder}) is at work here; waiting for it to end.`);
  });
  try {
    for (const [index, step] of steps.entries()) await settle(step, `[${index + 1}/${steps.length}]`, retry);
  } finally {
    forgetSignals();
    release();
  }
}

/**
 * @param {Step} step
 * @param {string} position
 * @param {boolean} retry
 */
async function settle(step, position, retry) {
  if (step === addon && readStamp(tensorflow.name)?.failure !== undefined) return; // has said so
  const key = step.key();
  const stamp = readStamp(step.name);
  const known = stamp?.key === key;
  if (known && stamp.failure !== undefined && !retry) {
    console.log(
      `The native backend is missing: ${stamp.failure}. Until then ${step.without}. Retry: npx latent setup`,
    );
    return;
  }
  if (!known || stamp.failure !== undefined || !step.outputs.every((file) => existsSync(file)))
    await perform(step, position, key);
  step.place?.();
}

/**
 * @param {Step} step
 * @param {string} position
 * @param {string} key
 */
async function perform(step, position, key) {
  const line = progressLine(`${position} ${step.title()}`);
  rmSync(logOf(step.name), { force: true });
  removeStamp(step.name);
  try {
    await step.run(line.note);
    const lost = step.outputs.find((file) => !existsSync(file));
    if (lost !== undefined) throw new Error(`it left out ${relative(checkout, lost)}`);
    writeStamp(step.name, { key });
    line.done();
  } catch (thrown) {
    line.done("failed");
    const error = asSetupError(thrown, step);
    if (!step.optional) throw new SetupError(error.cause, error.remedy, step.without);
    writeStamp(step.name, { key, failure: error.message });
    console.log(`  ${error.message}. Until then ${step.without}. Retry: npx latent setup`);
  }
}

/**
 * @param {unknown} error
 * @param {Step} step
 */
function asSetupError(error, step) {
  if (error instanceof SetupError) return error;
  const text = error instanceof Error ? `${error.message}` : String(error);
  return explain(`setting up the ${step.title()}`, text, logOf(step.name));
}

/** Ends what runs and the process on Ctrl-C and its like; the lock goes with the process. */
function endOnSignals() {
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    endPrograms();
    console.log(`\nSet-up was interrupted (${signal}); the same command goes on from here.`);
    process.exit(130);
  };
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
