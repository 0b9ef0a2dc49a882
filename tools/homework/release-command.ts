import { basename, join } from "node:path";
import { Command } from "commander";
import { writeAtomic } from "../common/write-atomic";
import { serializeNotebook } from "../notebook/write";
import { release, type Release } from "./release";

/** Reads and checks all notebooks before anything is written. */
function releaseAll(paths: readonly string[], label: string | undefined): Release[] {
  const problems: string[] = [];
  const names = paths.map((path) => basename(path));
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined)
    problems.push(`two notebooks are named ${duplicate}; release them into different folders`);
  const releases = paths.flatMap((path) => {
    try {
      return [release(path, label)];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (problems.length > 0)
    throw new Error(`nothing was written because of these problems:\n${problems.join("\n")}`);
  return releases;
}

function run(paths: readonly string[], { out, label }: { out: string; label?: string }): void {
  try {
    for (const { notebook, manifest } of releaseAll(paths, label)) {
      const { name, exercises, points, version } = manifest;
      const handedOut = join(out, "release", name, `${name}.ipynb`);
      writeAtomic(handedOut, serializeNotebook(notebook));
      writeAtomic(join(out, "manifests", `${name}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
      console.log(`${handedOut}: ${exercises.length} exercises, ${points} points, version ${version}`);
    }
  } catch (error) {
    console.error(`latent release: ${(error as Error).message}`);
    process.exitCode = 2;
  }
}

/** The command `latent release NOTEBOOK…`. */
export const releaseCommand = new Command("release")
  .description("turn notebooks into assignments: remove solutions and hidden tests, add nbgrader's metadata")
  .argument("<notebook...>", "the instructor's notebooks")
  .requiredOption("--out <dir>", "the output folder: DIR/release is for students, DIR/manifests for grading")
  .option("--label <text>", "a label for this version, such as a term")
  .action(run);
