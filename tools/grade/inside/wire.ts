import { createHmac, createSecretKey } from "node:crypto";
import { readSync, writeSync } from "node:fs";
import type { FromSandbox, Start, ToSandbox } from "../channel/messages";

/** The two ends of the conversation with the grader, which waits outside of the sandbox. */
export interface Wire {
  /** The next cell to run; undefined when there is none any more. Nothing else runs while it waits. */
  readonly read: () => ToSandbox | undefined;
  /** Tells the grader something, signed. */
  readonly send: (message: FromSandbox) => void;
}

const STDIN = 0;
/** Where signed messages go. What a submission prints never does. */
const CHANNEL = 3;
const CHUNK = 65_536;

function isAgain(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Reads lines from standard input, one when it is asked for. */
function lineReader(): () => string | undefined {
  let waiting = Buffer.alloc(0);
  const chunk = Buffer.alloc(CHUNK);
  return () => {
    for (;;) {
      const end = waiting.indexOf(10);
      if (end >= 0) {
        const line = waiting.toString("utf8", 0, end);
        waiting = waiting.subarray(end + 1);
        return line;
      }
      const count = readSync(STDIN, chunk);
      if (count === 0) return undefined;
      waiting = Buffer.concat([waiting, chunk.subarray(0, count)]);
    }
  };
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(CHANNEL, bytes, at);
    } catch (error) {
      if (!isAgain(error)) throw error;
    }
  }
}

/**
 * Opens the conversation: the first line on standard input carries the key by which everything said here is signed.
 *
 * The key lies outside of JavaScript's memory from then on, and each line is numbered, so that a submission which finds the
 * channel can neither write a line that counts nor repeat one.
 */
export function openWire(): { readonly wire: Wire; readonly start: Start } {
  const next = lineReader();
  const first = JSON.parse(next() ?? "null") as (Start & { readonly key: string }) | null;
  if (!first) throw new Error("the grader said nothing");
  const { key: hex, ...start } = first;
  const key = createSecretKey(Buffer.from(hex, "hex"));
  let number = 0;
  const read = (): ToSandbox | undefined => {
    const line = next();
    return line === undefined ? undefined : (JSON.parse(line) as ToSandbox);
  };
  const send = (message: FromSandbox): void => {
    const body = `${number++} ${JSON.stringify(message)}`;
    writeAll(Buffer.from(`${createHmac("sha256", key).update(body).digest("hex")} ${body}\n`));
  };
  return { wire: { read, send }, start };
}
