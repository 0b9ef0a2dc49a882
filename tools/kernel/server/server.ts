/** The kernel's second thread: it speaks Jupyter's messaging protocol and hands the cells to the first one. */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { readConnection } from "../../protocol/connection";
import type { Content, Header, Message } from "../../protocol/message";
import { createEvaluatorCalls } from "./evaluator-calls";
import { createExecute } from "./execute-requests";
import { historyReply, kernelInfo } from "./kernel-info";
import { createInterrupt } from "./interrupt-cell";
import { CLOSED } from "../threads/shared-memory";
import type { Question, ServerData, ToEvaluator, ToServer } from "../threads/thread-messages";
import { watchParent } from "./watch-parent";
import { bindSockets, type Sockets } from "./sockets";

/** Milliseconds in which requests that are on their way when a cell fails still arrive. */
const ON_THE_WIRE = 20;

/** Milliseconds until a kernel that was asked to end, and computes, is ended by force. */
const FAREWELL = 500;

interface Waiting {
  readonly request: Message;
  aborted: boolean;
}

/** Starts serving a connection. */
const serve = async ({ connectionFile, parent, shared, typescript }: ServerData): Promise<void> => {
  const post = (message: ToEvaluator): void => parentPort?.postMessage(message);
  const info = kernelInfo(typescript);
  const queue: Waiting[] = [];
  let serving = false;

  const publish = (type: string, content: Content | string, parent: Header | undefined): void => {
    sockets.publish(type, content, parent);
  };
  const calls = createEvaluatorCalls(post, publish);
  const execute = createExecute({ run: calls.execute, publish });
  const interrupt = createInterrupt({
    shared,
    tell: (number) => post({ type: "interrupt", number }),
    heard: calls.heard,
    running: calls.running,
    terminated: (frames) => post({ type: "terminated", frames }),
  });

  /** Ends this thread: without sockets and without its link to the other one nothing keeps it. */
  const close = (): void => {
    calls.flush();
    sockets.close(); // what was sent still goes out
    parentPort?.close();
  };
  // Not before: a thread that is torn down while ZeroMQ still settles its promises aborts the process.
  process.once("exit", () => {
    Atomics.store(shared, CLOSED, 1);
    Atomics.notify(shared, CLOSED);
  });

  const shutdown = (request: Message): void => {
    sockets.reply(request, { status: "ok", restart: request.content["restart"] === true });
    publish("status", { execution_state: "idle" }, request.header);
    post({ type: "shutdown" });
    setTimeout(() => process.kill(process.pid, "SIGKILL"), FAREWELL).unref(); // should a cell hold the evaluator
  };

  /** The reply to a request; undefined where the protocol has none. */
  const answer = async (request: Message): Promise<Content | undefined> => {
    const { header, content } = request;
    const type = header.msg_type;
    switch (type) {
      case "kernel_info_request":
        return info;
      case "complete_request":
      case "inspect_request":
      case "is_complete_request":
        return calls.ask(type satisfies Question, content);
      case "history_request":
        return historyReply(execute.history, content);
      case "comm_info_request":
        return { status: "ok", comms: {} };
      case "comm_open": // there are no targets, so nobody is there to talk to
        publish("comm_close", { comm_id: content["comm_id"], data: {} }, header);
        return undefined;
      case "interrupt_request":
        void interrupt();
        return { status: "ok" };
      case "comm_msg":
      case "comm_close":
        return undefined;
      default:
        return {
          status: "error",
          ename: "UnknownRequest",
          evalue: `no such request: ${type}`,
          traceback: [],
        };
    }
  };

  const abortWaiting = async (): Promise<void> => {
    await sleep(ON_THE_WIRE);
    for (const waiting of queue)
      if (waiting.request.header.msg_type === "execute_request") waiting.aborted = true;
  };

  const runCell = async ({ request, aborted }: Waiting): Promise<Content> => {
    if (aborted) return { status: "aborted" };
    const { reply, stop } = await execute.handle(request);
    if (stop) await abortWaiting();
    return reply;
  };

  const handle = async (waiting: Waiting): Promise<void> => {
    const { request } = waiting;
    publish("status", { execution_state: "busy" }, request.header);
    const isCell = request.header.msg_type === "execute_request";
    const reply = isCell ? await runCell(waiting) : await answer(request);
    if (reply) sockets.reply(request, reply);
    publish("status", { execution_state: "idle" }, request.header);
  };

  /** One request of the shell channel after another. */
  const serveQueue = async (): Promise<void> => {
    serving = true;
    for (let next = queue.shift(); next; next = queue.shift()) await handle(next);
    serving = false;
  };

  const onRequest = (request: Message, channel: "shell" | "control"): void => {
    if (request.header.msg_type === "shutdown_request") shutdown(request);
    else if (channel === "control") void handle({ request, aborted: false });
    else {
      queue.push({ request, aborted: false });
      if (!serving) void serveQueue();
    }
  };

  const sockets: Sockets = await bindSockets(readConnection(connectionFile), randomUUID(), onRequest);
  parentPort?.on("message", (message: ToServer) => {
    if (message.type === "exit") close();
    else calls.receive(message);
  });
  publish("status", { execution_state: "starting" }, undefined);
  watchParent(parent, Number(process.env["JPY_PARENT_PID"]) || undefined);
};

void serve(workerData as ServerData);
