import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../../common/checkout";

/** The folder of the course: its library, its packages and its data lie below. */
export const courseRoot = checkoutFolder();

/** Where a submission runs: the course's notebooks, of which it sees none. */
export const courseFolder = join(courseRoot, "notebooks");

/** What of the course a submission may read. Neither notebooks with their solutions nor git's memory of them. */
export function courseFiles(): string[] {
  return ["node_modules", "lib", "tools", ".native", "data", "package.json"]
    .map((name) => join(courseRoot, name))
    .filter((path) => existsSync(path));
}

/** A program for Node.js that ends well if the course can be read. */
export const LOOK = `require("node:fs").accessSync(${JSON.stringify(join(courseRoot, "lib", "package.json"))})`;

/** The whole environment of a submission: nothing of the grader's own. */
export function environment(): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/tmp",
    TMPDIR: "/tmp",
    LANG: "C.UTF-8",
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
}
