import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../../common/checkout";

/** The folder of the checkout, which contains the library, its packages and the data. */
export const courseRoot = checkoutFolder();

/** The working directory of a submission: the path of the course's notebooks, which the sandbox hides. */
export const workingFolder = join(courseRoot, "notebooks");

/**
 * Returns the paths of the course that a submission can read: neither notebooks with solutions nor the git
 * history.
 */
export function readablePaths(): string[] {
  return ["node_modules", "lib", "tools", ".native", "data", "package.json"]
    .map((name) => join(courseRoot, name))
    .filter((path) => existsSync(path));
}

const packageFile = join(courseRoot, "lib", "package.json");

/** A Node.js program that succeeds if the course is readable. */
export const probeProgram = `require("node:fs").accessSync(${JSON.stringify(packageFile)})`;

/** The environment variables of a submission; none are inherited from the grader. */
export function environment(): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/tmp",
    TMPDIR: "/tmp",
    LANG: "C.UTF-8",
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
}
