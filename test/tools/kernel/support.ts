import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  startKernel,
  type ExecuteOptions,
  type ExecuteReply,
  type Kernel,
} from "../../../tools/protocol/start-kernel";
import type { Message } from "../../../tools/protocol/message";
import type { Output } from "../../../tools/notebook/document";
import { createOutputCollector } from "../../../tools/notebook/output-collector";

/** The folder of the test notebooks, inside the checkout so that they find its packages. */
export const notebooks = join(__dirname, "..", "..", "fixtures", "notebooks");

/** Milliseconds for a kernel to start while other tests are running. */
export const START = 300_000;

/** Starts a kernel in the folder of the test notebooks. */
export function startTestKernel(environment: Readonly<Record<string, string>> = {}): Promise<Kernel> {
  return startKernel({ folder: notebooks, environment });
}

/** The outputs and reply of a cell. */
export interface Ran {
  readonly reply: ExecuteReply;
  readonly outputs: readonly Output[];
  readonly messages: readonly Message[];
  /** The text of both streams. */
  readonly printed: string;
  /** The traceback of its error message, without colours. */
  readonly traceback: string;
}

/** Runs a cell and collects its outputs. */
export async function runCell(kernel: Kernel, code: string, options: ExecuteOptions = {}): Promise<Ran> {
  const collector = createOutputCollector();
  const messages: Message[] = [];
  const listen = collector.listener(1);
  const reply = await kernel.execute(code, {
    ...options,
    onMessage: (message) => {
      messages.push(message);
      listen(message);
      options.onMessage?.(message);
    },
  });
  const outputs = collector.outputs(1);
  const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
  const failed = outputs.find((output) => output.output_type === "error");
  const traceback = stripVTControlCharacters(failed?.traceback.join("\n") ?? "");
  return { reply, outputs, messages, printed, traceback };
}

/** Waits until `ready` returns true; fails after `limit` milliseconds. */
export async function until(ready: () => boolean, limit = 120_000): Promise<void> {
  const deadline = Date.now() + limit;
  while (!ready()) {
    if (Date.now() > deadline) throw new Error("until: the condition did not become true in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
