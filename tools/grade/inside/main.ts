/**
 * The process in the sandbox: `node main.js`. It runs the cells that the grader sends, one after another, in the course's own
 * kernel of TypeScript, and answers on a channel of its own.
 */

import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { installLibraryHook, type DisplayBundle } from "../../kernel/evaluator/library-hook";
import { createSources } from "../../kernel/source/sources";
import { mapStacks } from "../../kernel/errors/stack";
import { describeThrown } from "../../kernel/errors/traceback";
import type { ToSandbox } from "../channel/messages";
import { createCells } from "./cells";
import { libraryEntries } from "./library-entries";
import { lockExports, lockLanguage, lockMethods } from "./lockdown";
import { removePowers, replaceStreams, trackTimers } from "./powers";
import { openWire } from "./wire";

const { wire, start } = openWire();
const { send, read } = wire;
process.chdir(start.folder);

const sources = createSources();
function print(line: string): void {
  send({ type: "stream", name: "stdout", text: `${line}\n` });
}
const cells = createCells(start.folder, sources, print);
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

function outside(what: string) {
  return (thrown: unknown) => {
    const { traceback } = describeThrown(thrown, sources);
    send({ type: "stream", name: "stderr", text: `${what}, outside any cell: ${traceback.join("\n")}\n` });
  };
}
process.on("uncaughtException", outside("Uncaught error"));
process.on("unhandledRejection", outside("Unhandled rejection"));

interface Tf {
  readonly engine: () => { readonly backendName?: string | null; readonly backendInstance?: object | null };
  readonly env: () => object;
}

let locked = false;

/** Before the first answer runs: nothing that a check will use can be changed any more. */
function lock(): void {
  const library = load("latent") as { readonly tf: Tf };
  if (!locked) {
    const entries = [...libraryEntries(load)].map((entry) => load(entry) as object); // before the language is locked
    const trusted = [dirname(dirname(load.resolve("latent/package.json")))];
    removePowers(
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

async function runOne(cell: ToSandbox): Promise<void> {
  if (cell.role !== "given") lock();
  const { end, checks, result } = await cells.run(cell);
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
