/**
 * The process in the sandbox: `node main.js`. It runs the cells that the grader sends, one at a time, with
 * the evaluator of the course's kernel, and replies on a separate, signed channel.
 */

import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { installLibraryHook, type DisplayBundle } from "../../kernel/evaluator/library-hook";
import { createSources } from "../../kernel/source/sources";
import { mapStacks } from "../../kernel/errors/stack";
import { describeThrown } from "../../kernel/errors/traceback";
import type { CellRequest } from "../channel/messages";
import { createCellRunner } from "./cell-runner";
import { libraryEntries } from "./library-entries";
import { lockExports, lockLanguage, lockMethods } from "./lockdown";
import { restrictProcess, replaceStreams, trackTimers } from "./restrict-process";
import { openChannel } from "./signed-channel";

const { channel, start } = openChannel();
const { send, read } = channel;
process.chdir(start.folder);

const sources = createSources();
function print(line: string): void {
  send({ type: "stream", name: "stdout", text: `${line}\n` });
}
const runner = createCellRunner(start.folder, sources, print);
const timers = trackTimers();
const load = createRequire(join(start.folder, "cell.js"));

replaceStreams((name, text) => send({ type: "stream", name, text }));
installLibraryHook(
  () => 0,
  ({ data, metadata, transient }: DisplayBundle, update) => {
    const content = JSON.stringify({ data, metadata, transient: transient ?? {} });
    send({ type: "display", update, content });
  },
);
mapStacks(sources);

/** Returns a handler that reports an error thrown outside any cell. */
function reportOutside(what: string) {
  return (thrown: unknown) => {
    const { traceback } = describeThrown(thrown, sources);
    send({ type: "stream", name: "stderr", text: `${what}, outside any cell: ${traceback.join("\n")}\n` });
  };
}
process.on("uncaughtException", reportOutside("Uncaught error"));
process.on("unhandledRejection", reportOutside("Unhandled rejection"));

interface Tf {
  readonly engine: () => { readonly backendName?: string | null; readonly backendInstance?: object | null };
  readonly env: () => object;
}

let locked = false;

/**
 * Locks everything that checks use; called before each answer and check, as the backend may start in between.
 */
function lock(): void {
  const library = load("latent") as { readonly tf: Tf };
  if (!locked) {
    // Load the entries before the language is locked.
    const entries = [...libraryEntries(load)].map((entry) => load(entry) as object);
    const trusted = [dirname(dirname(load.resolve("latent/package.json")))];
    restrictProcess(
      (path) =>
        /[\\/](node_modules|\.native)[\\/]/.test(path) || trusted.some((root) => path.startsWith(root + sep)),
    );
    lockLanguage();
    lockExports(entries);
    lockMethods(library.tf.env());
    locked = true;
  }
  const engine = library.tf.engine();
  lockMethods(engine);
  if (engine.backendInstance) lockMethods(engine.backendInstance);
}

async function runOne(cell: CellRequest): Promise<void> {
  if (cell.role !== "given") lock();
  const { end, checks, result } = await runner.run(cell);
  if (cell.role === "answer") timers.cancel();
  if (result !== undefined) send({ type: "result", text: result });
  send({ type: "done", id: cell.id, end, checks });
}

async function main(): Promise<void> {
  send({ type: "ready" });
  for (let cell = read(); cell; cell = read()) await runOne(cell);
}

const { reallyExit } = process as unknown as { readonly reallyExit: (code: number) => never };
void main().then(() => reallyExit.call(process, 0));
