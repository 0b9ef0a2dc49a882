// `npm test`: completes the set-up, then runs all tests and checks.
import { parseArgs } from "node:util";
import { requireNode } from "./system/node-version.mjs";

requireNode();
const { testStages } = await import("./test-stages.mjs");
const { setUp } = await import("./set-up.mjs");
const { extras } = await import("./setup-options.mjs");
const { SetupError } = await import("./system/setup-error.mjs");

const STAGES = ["types", "lint", "format", "docs", "unit", "notebooks"];
const usage = `npm test -- [--only STAGE]...
Completes the set-up, then runs all stages, or only the given ones of: ${STAGES.join(", ")}.`;

/** @typedef {import("./test-stages.mjs").Tally} Tally */

/**
 * @param {readonly string[]} args
 * @returns {readonly string[] | string} the names of the stages to run, or a text to print instead
 */
function readOptions(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return usage;
    const unknown = values.only?.find((name) => !STAGES.includes(name));
    return unknown === undefined
      ? (values.only ?? STAGES)
      : `npm test: --only must be one of ${STAGES.join(", ")}, got "${unknown}"\n\n${usage}`;
  } catch (error) {
    return `npm test: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}

/** @param {Tally} tally */
function formatTally({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/**
 * @param {readonly string[]} only
 * @returns {Promise<Tally>}
 */
async function runStages(only) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const stage of testStages().filter(({ name }) => only.includes(name))) {
    console.log(`\n── ${stage.title}`);
    const started = Date.now();
    const result = await stage.run();
    for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += result[key];
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    lines.push(
      `${result.failed === 0 ? "ok    " : "FAILED"} ${stage.title} (${seconds} s): ${formatTally(result)}`,
    );
    console.log(lines.at(-1));
  }
  console.log(`\n${lines.join("\n")}\n`);
  return total;
}

/** @param {readonly string[]} only */
async function setUpAndTest(only) {
  try {
    await setUp({ extras: Object.values(extras) });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.sentence);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return runStages(only);
}

const options = readOptions(process.argv.slice(2));
if (typeof options === "string") {
  console.log(options);
  process.exitCode = options === usage ? 0 : 2;
} else {
  const total = await setUpAndTest(options);
  console.log(formatTally(total));
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}
