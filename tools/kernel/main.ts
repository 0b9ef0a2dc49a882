/**
 * The kernel: `node --no-force-async-hooks-checks main.js CONNECTION_FILE`.
 *
 * The main thread runs the cells. A worker thread (server/server.ts) handles Jupyter's protocol, so that
 * interrupts, heartbeats and output are served while a cell computes. The flag allows stopping a loop in a
 * timer's callback.
 */

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createEvaluator } from "./evaluator/evaluator";
import { CLOSED, INTERRUPTS, SLOTS } from "./threads/shared-memory";
import type { ServerData, ToEvaluator, ToServer } from "./threads/thread-messages";
import { ts } from "./source/typescript";

process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2"; // hides TensorFlow's log messages; errors still appear

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  console.error("usage: node main.js CONNECTION_FILE (Jupyter starts this; see `latent run` for a notebook)");
  process.exit(2);
}

/** Milliseconds to wait at exit for the server to send its last messages. */
const EXIT_TIMEOUT = 1000;

const shared = new Int32Array(new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT));
const data: ServerData = { connectionFile, parent: process.ppid, shared, typescript: ts.version };
// the server connects while TypeScript loads in this thread
const server = new Worker(join(__dirname, "server", "server.js"), { workerData: data });

function post(message: ToServer): void {
  server.postMessage(message);
}

const receive = createEvaluator(shared, post);

function onSigint(): void {
  Atomics.add(shared, INTERRUPTS, 1);
  receive({ type: "interrupt", number: 0 });
}
process.on("SIGINT", onSigint);

server.on("message", (message: ToEvaluator) => {
  receive(message);
  if (message.type !== "terminated") return;
  process.off("SIGINT", onSigint); // Node.js removes the handler while a cell runs, and could not restore it
  process.on("SIGINT", onSigint);
});
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
server.on("exit", (code) => process.exit(code));

// Lets the server send its output and close its sockets: ZeroMQ aborts a process that exits with open
// sockets.
process.on("exit", () => {
  post({ type: "exit" });
  Atomics.wait(shared, CLOSED, 0, EXIT_TIMEOUT);
});
