import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import { fingerprint, passName } from "./fingerprint";

/** Remembers which notebooks have passed, so that nothing is run again that cannot have changed. */
export interface PassCache {
  /** Whether the notebook has passed exactly as it is now. */
  readonly has: (path: string) => boolean;
  /** Remembers that it has passed as it was at {@link PassCache.key}. */
  readonly add: (path: string, key: string) => void;
  /** What its result depends on, now; to be asked before it runs. */
  readonly key: (path: string) => string;
}

const readKey = (file: string): unknown => {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { readonly key?: unknown } | null)?.key;
  } catch {
    return undefined; // none yet, or one that was cut off
  }
};

/**
 * Opens the cache in a folder, one small file for each notebook and backend.
 *
 * @param root the checkout.
 */
export const openCache = (folder: string, root: string): PassCache => {
  const key = (path: string): string => fingerprint(path, root);
  const fileOf = (path: string): string => join(folder, passName(path));
  return {
    key,
    has: (path) => readKey(fileOf(path)) === key(path),
    add: (path, passed) => {
      writeAtomic(fileOf(path), `${JSON.stringify({ key: passed })}\n`);
    },
  };
};
