import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, folders, projectEnvironment } from "./system/paths.mjs";

/** Counts of tests or checks. @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** A stage of `npm test`. @typedef {{ name: string, title: string, run: () => Promise<Tally> }} TestStage */

/** @returns {readonly TestStage[]} all stages of `npm test`, the fastest first */
export function testStages() {
  /** @param {readonly string[]} args */
  const single = (args) => async () => tally(await node(args));
  const bin = (/** @type {string[]} */ ...path) => join(folders.nodeModules, ...path);
  return [
    { name: "types", title: "type check", run: single([bin("typescript", "bin", "tsc"), "--noEmit"]) },
    { name: "lint", title: "lint", run: single([bin("eslint", "bin", "eslint.js"), "."]) },
    {
      name: "format",
      title: "format",
      run: single([bin("prettier", "bin", "prettier.cjs"), "--check", "."]),
    },
    { name: "docs", title: "API reference", run: single([bin("typedoc", "bin", "typedoc")]) },
    { name: "unit", title: "unit tests", run: unitTests },
    ...notebookFiles().map((file) => ({
      name: "notebooks",
      title: `notebook ${file}`,
      run: () => smoke(join(folders.notebooks, file)),
    })),
  ];
}

/**
 * @param {boolean} succeeded
 * @returns {Tally} the counts of a stage that is a single check
 */
function tally(succeeded) {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

/** @returns {string[]} */
function notebookFiles() {
  if (!existsSync(folders.notebooks)) return [];
  return readdirSync(folders.notebooks)
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<boolean>} whether the program succeeded
 */
function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: checkout,
      env: projectEnvironment(),
      stdio: "inherit",
    });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
}

/** @returns {Promise<Tally>} */
function unitTests() {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "vitest.json");
    const vitest = join(folders.nodeModules, "vitest", "vitest.mjs");
    const succeeded = await node([
      vitest,
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ]);
    return existsSync(file) ? tallyOfVitest(JSON.parse(readFileSync(file, "utf8")), succeeded) : tally(false);
  });
}

/**
 * Counts vitest's tests; a file that could not be loaded, and an error outside all tests, count as one failed
 * test.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly unknown[] }[] }} report
 * @param {boolean} succeeded whether vitest exited with code 0
 * @returns {Tally}
 */
export function tallyOfVitest(report, succeeded) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: !succeeded && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {string} notebook
 * @returns {Promise<Tally>}
 */
function smoke(notebook) {
  process.env["LATENT_STRICT"] = "1"; // an exercise without its solution fails
  const latent = join(checkout, "tools", "bin", "latent.mjs");
  return inTemporaryFolder(async (folder) =>
    tally(await node([latent, "run", notebook, "--smoke", "--out", folder])),
  );
}

/**
 * @param {(folder: string) => Promise<Tally>} use
 * @returns {Promise<Tally>}
 */
async function inTemporaryFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "latent-test-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
