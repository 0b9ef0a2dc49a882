/**
 * The process in a sandbox: `node main.js`. It runs the cells that the grader sends, one at a time, with the
 * evaluator of the course's kernel.
 *
 * The same program serves as process of answers and as judge: which it is depends on the cells that it gets.
 * In a process of answers, nothing here is trusted once the first answer has run.
 */

import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { installLibraryHook, type DisplayBundle } from "../../kernel/evaluator/library-hook";
import { createSources } from "../../kernel/source/sources";
import { mapStacks } from "../../kernel/errors/stack";
import { describeThrown } from "../../kernel/errors/traceback";
import type { Peer } from "../boundary/peer";
import type { Tf } from "../boundary/tensors";
import {
  CALL,
  MAX_LINE,
  type CellRequest,
  type Request,
  type SandboxMessage,
  type StartMessage,
} from "../channel/messages";
import { createAnswers } from "./answers";
import { createCellRunner, type CellResult } from "./cell-runner";
import { createJudge } from "./judge";
import { openLines } from "./lines";
import { restrictProcess, replaceStreams, trackTimers } from "./restrict-process";

const lines = openLines();
const start = JSON.parse(lines.read() ?? "null") as StartMessage | null;
if (!start) throw new Error("standard input must start with the grader's first message, got nothing");
process.chdir(start.folder);

function send(message: SandboxMessage): void {
  lines.write(JSON.stringify(message));
}

const TOO_LONG = '["error","RangeError","a value of more than 16 MiB cannot be passed"]';

/** Sends a call or a reply to the other process. */
function sendCall(text: string): void {
  if (text.length < MAX_LINE) lines.write(CALL + text);
  else if (isRequest(text)) throw new RangeError("a value of more than 16 MiB cannot be passed");
  else lines.write(CALL + TOO_LONG);
}

function isRequest(text: string): boolean {
  return /^\["(?:call|gradient|read)"/.test(text);
}

/** The number of the check that is judged here. */
let judged = "";

/** Reads a line with a call or a reply; before the text, the grader writes the number of the check. */
function readCall(line: string): { readonly number: string; readonly text: string } {
  const end = line.indexOf(":");
  if (!line.startsWith(CALL) || end < 0) throw new Error("the grader sent no reply");
  return { number: line.slice(CALL.length, end), text: line.slice(end + 1) };
}

/** Sends a request to the other process, and answers those that come back before the reply. */
function ask(request: string, answer: Peer["answer"]): string {
  sendCall(request);
  for (;;) {
    const line = lines.read();
    if (line === undefined) throw new Error("the grader has ended");
    const { number, text } = readCall(line);
    if (judged !== "" && number !== judged) continue; // late, from the answers of another check
    if (!isRequest(text)) return text;
    const reply = answer(text);
    if (typeof reply !== "string") throw new TypeError("a function passed to an answer must not be async");
    sendCall(reply);
  }
}

const sources = createSources();
const load = createRequire(join(start.folder, "cell.js"));
const timers = trackTimers();
function print(line: string): void {
  send({ type: "stream", name: "stdout", text: `${line}\n` });
}
function tf(): Tf {
  return (load("latent") as { readonly tf: Tf }).tf;
}
function refuse(what: string): void {
  send({ type: "refused", what });
}
const runner = createCellRunner(start.folder, sources, print, refuse);
const answers = createAnswers(runner.variables, tf, ask);
const judge = createJudge(runner, tf, ask);

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

let isRestricted = false;

/** Takes from the process what answers do not need. */
function restrict(): void {
  if (isRestricted) return;
  isRestricted = true;
  const course = dirname(dirname(load.resolve("latent/package.json"))) + sep;
  restrictProcess((path) => path.startsWith(course), refuse);
}

async function runCell(cell: CellRequest): Promise<CellResult> {
  if (cell.role === "check") {
    answers.keep(cell.exercise ?? "");
    return judge.first(cell, answers.loopback);
  }
  if (cell.role === "answer") restrict();
  const result = await runner.run(cell);
  if (cell.role === "answer") timers.cancel();
  return result;
}

async function serve(request: Request): Promise<CellResult> {
  if (request.type === "cell") return runCell(request);
  if (request.type === "judge") {
    judged = request.id;
    return judge.again(request, answers.loopback);
  }
  answers.keep(request.exercise);
  return { end: { status: "ok" }, checks: [] };
}

async function main(): Promise<void> {
  send({ type: "ready" });
  for (let line = lines.read(); line !== undefined; line = lines.read()) {
    if (line.startsWith(CALL)) {
      // A judge gets here only what came too late, and answers nothing.
      if (judged === "") sendCall(await answers.answer(readCall(line).text));
      continue;
    }
    const request = JSON.parse(line) as Request;
    const { end, checks, result } = await serve(request);
    if (result !== undefined) send({ type: "result", text: result });
    send({ type: "done", id: request.id, end, checks });
  }
}

const { reallyExit } = process as unknown as { readonly reallyExit: (code: number) => never };
void main().then(
  () => reallyExit.call(process, 0),
  () => reallyExit.call(process, 1), // an answer has broken what this program needs
);
