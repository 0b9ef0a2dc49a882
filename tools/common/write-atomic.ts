// Set-up has a copy (setup/system/write-atomic.mjs), because it runs before TypeScript is compiled.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file so that it is there whole or not at all; makes its folder where there is none. */
export const writeAtomic = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};
