import fs from "node:fs";
import { Readable } from "node:stream";

const MESSAGE =
  "process.stdin: a cell cannot wait for input; assign the value in the cell, or read it from a file";

function refuse(): never {
  throw new Error(MESSAGE);
}

/** The events whose listeners make a stream flow. */
const READING = new Set<unknown>(["data", "readable", "keypress"]);

/**
 * Makes a cell that reads from standard input fail at that line: no front end can answer it, so that it would
 * wait for ever.
 */
export function refuseInput(): void {
  const stdin = new Readable({ read: refuse });
  for (const name of ["read", "resume", "pipe", "setRawMode", Symbol.asyncIterator])
    Object.defineProperty(stdin, name, { configurable: true, value: refuse });
  for (const name of ["on", "once", "addListener", "prependListener"] as const) {
    const listen = stdin[name].bind(stdin) as (...args: unknown[]) => unknown;
    const value = (...args: unknown[]): unknown => (READING.has(args[0]) ? refuse() : listen(...args));
    Object.defineProperty(stdin, name, { configurable: true, value });
  }
  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, value: stdin });
  for (const name of ["readSync", "readFileSync"] as const) {
    const read = fs[name] as (...args: unknown[]) => unknown;
    Reflect.set(fs, name, (...args: unknown[]) =>
      args[0] === 0 || args[0] === "/dev/stdin" ? refuse() : read(...args),
    );
  }
}
