import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles, checkoutFolder } from "../common/checkout";

/** The library with which an assignment was released. */
export interface Library {
  readonly version: string;
  /** A hash of its compiled code, 16 hexadecimal digits. */
  readonly build: string;
}

/** Returns the version and build of this checkout's library. */
export function currentLibrary(): Library {
  const { version } = JSON.parse(readFileSync(join(checkoutFolder(), "lib", "package.json"), "utf8")) as {
    readonly version: string;
  };
  const hash = createHash("sha256");
  for (const file of builtFiles("lib/dist")) hash.update(readFileSync(file)).update("\0");
  return { version, build: hash.digest("hex").slice(0, 16) };
}
