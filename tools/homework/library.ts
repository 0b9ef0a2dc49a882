import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles, checkoutFolder } from "../common/checkout";

/** Which library an assignment was made with. */
export interface Library {
  readonly version: string;
  /** Sixteen hexadecimal digits that change with its compiled code. */
  readonly build: string;
}

/** The library of this checkout. */
export function thisLibrary(): Library {
  const { version } = JSON.parse(readFileSync(join(checkoutFolder(), "lib", "package.json"), "utf8")) as {
    readonly version: string;
  };
  const hash = createHash("sha256");
  for (const file of builtFiles("lib/dist")) hash.update(readFileSync(file)).update("\0");
  return { version, build: hash.digest("hex").slice(0, 16) };
}
