import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { SetupError } from "../system/setup-error.mjs";
import { checkout, folders } from "../system/paths.mjs";
import { digest, filesUnder, readStamp } from "../system/stamp.mjs";
import { nodePackages } from "./node-packages.mjs";
import { logOf } from "./step.mjs";

const compiler = join(folders.nodeModules, "typescript", "bin", "tsc");

/** Compiles the library and the tools to JavaScript. @type {import("./step.mjs").Step} */
export const build = {
  name: "build",
  title: () => "library and tools (TypeScript)",
  key: () =>
    digest(
      [readStamp(nodePackages.name)?.key ?? ""],
      [
        ...["tsconfig.json", "lib/tsconfig.json", "tools/tsconfig.json"].map((file) => join(checkout, file)),
        ...filesUnder(join(checkout, "lib"), /\.ts$/),
        ...filesUnder(join(checkout, "tools"), /\.ts$/),
      ],
    ),
  outputs: [join(checkout, "lib", "dist", "index.js"), join(checkout, "tools", "dist", "bin", "cli.js")],
  fallback: "the previous build is used, if there is one",
  async run(note) {
    for (const project of ["lib", "tools"]) {
      note(project);
      await runProgram(process.execPath, [compiler, "-p", project], {
        activity: `compiling ${project}`,
        log: logOf(build.name),
      }).catch((/** @type {unknown} */ error) => {
        throw typeErrorOf(error) ?? error;
      });
    }
  },
};

/**
 * @param {unknown} error
 * @returns {SetupError | undefined} an error with file, line and remedy, if it is a type error
 */
function typeErrorOf(error) {
  const found = /(\S+\.ts)\((\d+),\d+\): error TS\d+: (.+?);/.exec(String(error));
  if (!found) return undefined;
  const [, file, line, message] = found;
  return new SetupError(
    `line ${line} of ${file} has a type error: ${message}`,
    "fix it and run the same command again",
  );
}
