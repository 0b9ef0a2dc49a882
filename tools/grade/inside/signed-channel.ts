import { createHmac, createSecretKey } from "node:crypto";
import { readSync, writeSync } from "node:fs";
import type { SandboxMessage, StartMessage, CellRequest } from "../channel/messages";

/** The connection to the grader, which runs outside the sandbox. */
export interface SignedChannel {
  /** Returns the next cell to run, or undefined if there are no more; blocks the process while waiting. */
  readonly read: () => CellRequest | undefined;
  /** Sends a signed message to the grader. */
  readonly send: (message: SandboxMessage) => void;
}

const STDIN = 0;
/** The file descriptor for signed messages; printed output does not use it. */
const CHANNEL = 3;
const CHUNK_BYTES = 65_536;

function isTemporarilyFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Returns a function that reads the next line from standard input. */
function lineReader(): () => string | undefined {
  let waiting = Buffer.alloc(0);
  const chunk = Buffer.alloc(CHUNK_BYTES);
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
      if (!isTemporarilyFull(error)) throw error;
    }
  }
}

/**
 * Opens the channel: the first line on standard input contains the key with which all messages are signed.
 *
 * From then on the key is stored outside JavaScript's memory, and each line is numbered, so that a submission
 * that finds the channel can neither forge nor replay a message.
 */
export function openChannel(): { readonly channel: SignedChannel; readonly start: StartMessage } {
  const next = lineReader();
  const first = JSON.parse(next() ?? "null") as (StartMessage & { readonly key: string }) | null;
  if (!first) throw new Error("openChannel: standard input must start with the grader's key, got nothing");
  const { key: hex, ...start } = first;
  const key = createSecretKey(Buffer.from(hex, "hex"));
  let number = 0;
  const read = (): CellRequest | undefined => {
    const line = next();
    return line === undefined ? undefined : (JSON.parse(line) as CellRequest);
  };
  const send = (message: SandboxMessage): void => {
    const body = `${number++} ${JSON.stringify(message)}`;
    writeAll(Buffer.from(`${createHmac("sha256", key).update(body).digest("hex")} ${body}\n`));
  };
  return { channel: { read, send }, start };
}
