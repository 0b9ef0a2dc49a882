/**
 * The kernel: `node --no-force-async-hooks-checks main.js CONNECTION_FILE`.
 *
 * This thread runs the cells; a second one (server/server.ts) speaks Jupyter, so that interrupts, heartbeats and printed
 * text go through while a cell computes. The flag lets a loop be stopped inside a timer's callback.
 */

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createEvaluator } from "./evaluator/evaluator";
import { CLOSED, INTERRUPTS, SLOTS } from "./threads/shared-memory";
import type { ServerData, ToEvaluator, ToServer } from "./threads/thread-messages";
import { ts } from "./source/typescript";

process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2"; // TensorFlow's chatter; errors still reach the server's log

const connectionFile = process.argv[2];
if (connectionFile === undefined) {
  console.error("usage: node main.js CONNECTION_FILE (Jupyter starts this; see `latent run` for a notebook)");
  process.exit(2);
}

/** Milliseconds that the server gets for its last messages. */
const FAREWELL = 1000;

const shared = new Int32Array(new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT));
const data: ServerData = { connectionFile, parent: process.ppid, shared, typescript: ts.version };
// it connects while TypeScript loads here
const server = new Worker(join(__dirname, "server", "server.js"), { workerData: data });
const post = (message: ToServer): void => server.postMessage(message);

const receive = createEvaluator(shared, post);

const onSigint = (): void => {
  Atomics.add(shared, INTERRUPTS, 1);
  receive({ type: "interrupt", number: 0 });
};
process.on("SIGINT", onSigint);

server.on("message", (message: ToEvaluator) => {
  receive(message);
  if (message.type !== "terminated") return;
  process.off("SIGINT", onSigint); // Node.js takes it away while a cell runs, and has had no chance to put it back
  process.on("SIGINT", onSigint);
});
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
server.on("exit", (code) => process.exit(code));

// Lets the server send what was printed, and close its sockets: ZeroMQ aborts a process that ends without.
process.on("exit", () => {
  post({ type: "exit" });
  Atomics.wait(shared, CLOSED, 0, FAREWELL);
});
