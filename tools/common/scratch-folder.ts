import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "./checkout";

const PREFIX = ".scratch-";

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it runs, as another user
  }
}

/** A folder that is deleted with `remove`. */
export interface ScratchFolder {
  readonly path: string;
  readonly remove: () => void;
}

/**
 * Creates an empty folder in the checkout, from where notebooks find the library, and removes those that
 * processes which were killed have left.
 */
export function createScratchFolder(): ScratchFolder {
  const root = checkoutFolder();
  for (const name of readdirSync(root)) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0]);
    if (!isRunning(pid)) rmSync(join(root, name), { recursive: true, force: true });
  }
  const path = join(root, `${PREFIX}${process.pid}-${Date.now()}`);
  mkdirSync(path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
