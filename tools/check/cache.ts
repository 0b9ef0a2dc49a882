import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import { fingerprint, passName } from "./fingerprint";

/**
 * A cache of passed checks, so that a notebook is not run again while nothing that it depends on has changed.
 */
export interface PassCache {
  /** Whether the notebook has passed with its current key. */
  readonly has: (path: string) => boolean;
  /** Stores that the notebook has passed with a key. */
  readonly add: (path: string, key: string) => void;
  /**
   * The current key of the notebook, a hash of everything that its result depends on; read it before a run.
   */
  readonly key: (path: string) => string;
}

function readKey(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { readonly key?: unknown } | null)?.key;
  } catch {
    return undefined; // missing or incomplete
  }
}

/**
 * Opens the cache in a folder, with one file per notebook and backend.
 *
 * @param root the folder of the checkout.
 */
export function openCache(folder: string, root: string): PassCache {
  const key = (path: string): string => fingerprint(path, root);
  const fileOf = (path: string): string => join(folder, passName(path));
  return {
    key,
    has: (path) => readKey(fileOf(path)) === key(path),
    add: (path, passed) => {
      writeAtomic(fileOf(path), `${JSON.stringify({ key: passed })}\n`);
    },
  };
}
