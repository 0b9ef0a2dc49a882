import { readSync, writeSync } from "node:fs";

/** The connection to the grader, which runs outside the sandbox. */
export interface Lines {
  /** Returns the next line, or undefined if there are no more; blocks the process while waiting. */
  readonly read: () => string | undefined;
  readonly write: (line: string) => void;
}

const STDIN = 0;
/** The file descriptor of the lines to the grader; printed output does not use it. */
const CHANNEL = 3;
const CHUNK_BYTES = 65_536;
const NEWLINE = 10;

function isTemporarilyFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Returns a function that reads the next line from standard input. */
function lineReader(): Lines["read"] {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  return () => {
    const parts: Buffer[] = [];
    for (;;) {
      const end = rest.indexOf(NEWLINE);
      if (end >= 0) {
        parts.push(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        return (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString("utf8");
      }
      parts.push(rest);
      const count = readSync(STDIN, chunk);
      if (count === 0) return undefined;
      rest = Buffer.from(chunk.subarray(0, count));
    }
  };
}

/** Opens the connection to the grader. */
export function openLines(): Lines {
  return {
    read: lineReader(),
    write: (line) => {
      const bytes = Buffer.from(`${line}\n`);
      for (let at = 0; at < bytes.length;) {
        try {
          at += writeSync(CHANNEL, bytes, at);
        } catch (error) {
          if (!isTemporarilyFull(error)) throw error;
        }
      }
    },
  };
}
