// `npm test`: set up what is missing, then run everything that guards the project.
import { parseArgs } from "node:util";
import { requireNode } from "./system/node-version.mjs";

requireNode();
const { testStages } = await import("./test-stages.mjs");
const { setUp } = await import("./set-up.mjs");
const { SetupError } = await import("./system/setup-error.mjs");

const names = ["types", "lint", "format", "unit", "notebooks"];
const usage = `npm test -- [--only NAME]...
Sets up what is missing, then checks everything, or only: ${names.join(", ")}.`;

/** @typedef {import("./test-stages.mjs").Tally} Tally */

/**
 * @param {readonly string[]} args
 * @returns {readonly string[] | string} the checks to run, or what to print instead
 */
function readOptions(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return usage;
    const unknown = values.only?.find((name) => !names.includes(name));
    return unknown === undefined
      ? (values.only ?? names)
      : `npm test: no check is called "${unknown}"\n\n${usage}`;
  } catch (error) {
    return `npm test: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}

/** @param {Tally} total */
function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/**
 * @param {readonly string[]} only
 * @returns {Promise<Tally>}
 */
async function runChecks(only) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const check of testStages().filter(({ name }) => only.includes(name))) {
    console.log(`\n── ${check.title}`);
    const begun = Date.now();
    const result = await check.run();
    for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += result[key];
    const seconds = ((Date.now() - begun) / 1000).toFixed(1);
    lines.push(
      `${result.failed === 0 ? "ok    " : "FAILED"} ${check.title} (${seconds} s): ${closingLine(result)}`,
    );
    console.log(lines.at(-1));
  }
  console.log(`\n${lines.join("\n")}\n`);
  return total;
}

/** @param {readonly string[]} only */
async function setUpAndCheck(only) {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.told);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return runChecks(only);
}

const options = readOptions(process.argv.slice(2));
if (typeof options === "string") {
  console.log(options);
  process.exitCode = options === usage ? 0 : 2;
} else {
  const total = await setUpAndCheck(options);
  console.log(closingLine(total));
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}
