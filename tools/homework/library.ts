import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../notebook/course-notebooks";

/** Which library an assignment was made with. */
export interface Library {
  readonly version: string;
  /** Sixteen hexadecimal digits that change with its compiled code. */
  readonly build: string;
}

/** The compiled files below a folder of the checkout, in order. */
export const builtFiles = (name: string): string[] => {
  const folder = join(checkoutFolder(), name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => join(folder, file));
};

/** The library of this checkout. */
export const thisLibrary = (): Library => {
  const { version } = JSON.parse(readFileSync(join(checkoutFolder(), "lib", "package.json"), "utf8")) as {
    readonly version: string;
  };
  const hash = createHash("sha256");
  for (const file of builtFiles("lib/dist")) hash.update(readFileSync(file)).update("\0");
  return { version, build: hash.digest("hex").slice(0, 16) };
};
