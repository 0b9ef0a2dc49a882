/**
 * The worker thread of the kernel: handles Jupyter's messaging protocol and passes cells to the main thread.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { readConnection } from "../../protocol/connection";
import type { Content, Header, Message } from "../../protocol/message";
import { createEvaluatorCalls } from "./evaluator-calls";
import { createExecuteHandler } from "./execute-requests";
import { historyReply, kernelInfo } from "./kernel-info";
import { createInterrupt } from "./interrupt-cell";
import { CLOSED } from "../threads/shared-memory";
import type { Question, ServerData, ToEvaluator, ToServer } from "../threads/thread-messages";
import { watchParent } from "./watch-parent";
import { bindSockets, type Sockets } from "./sockets";

/** Milliseconds to wait after a failure for requests that were already sent. */
const ABORT_WINDOW = 20;

/** Milliseconds after a shutdown request until a kernel that is still running is killed. */
const SHUTDOWN_TIMEOUT = 500;

interface QueuedRequest {
  readonly request: Message;
  aborted: boolean;
}

/** Starts serving a connection. */
async function serve({ connectionFile, parent, shared, typescript }: ServerData): Promise<void> {
  const post = (message: ToEvaluator): void => parentPort?.postMessage(message);
  const info = kernelInfo(typescript);
  const queue: QueuedRequest[] = [];
  let isServing = false;

  const publish = (type: string, content: Content | string, parent: Header | undefined): void => {
    sockets.publish(type, content, parent);
  };
  const calls = createEvaluatorCalls(post, publish);
  const execute = createExecuteHandler({ run: calls.execute, publish });
  const interrupt = createInterrupt({
    shared,
    sendInterrupt: (number) => post({ type: "interrupt", number }),
    receivedInterrupt: calls.receivedInterrupt,
    running: calls.running,
    terminated: (frames) => post({ type: "terminated", frames }),
  });

  /** Ends this thread: it exits once its sockets and its message port are closed. */
  const close = (): void => {
    calls.flush();
    sockets.close(); // messages already sent still go out
    parentPort?.close();
  };
  // Not earlier: the process aborts if a thread exits while ZeroMQ is settling its promises.
  process.once("exit", () => {
    Atomics.store(shared, CLOSED, 1);
    Atomics.notify(shared, CLOSED);
  });

  const shutdown = (request: Message): void => {
    sockets.reply(request, { status: "ok", restart: request.content["restart"] === true });
    publish("status", { execution_state: "idle" }, request.header);
    post({ type: "shutdown" });
    // in case a cell blocks the evaluator
    setTimeout(() => process.kill(process.pid, "SIGKILL"), SHUTDOWN_TIMEOUT).unref();
  };

  /** The content of the reply to a request; undefined if the protocol defines none. */
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
      case "comm_open": // the kernel registers no comm targets
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

  const abortQueued = async (): Promise<void> => {
    await sleep(ABORT_WINDOW);
    for (const queued of queue)
      if (queued.request.header.msg_type === "execute_request") queued.aborted = true;
  };

  const runCell = async ({ request, aborted }: QueuedRequest): Promise<Content> => {
    if (aborted) return { status: "aborted" };
    const { reply, stop } = await execute.handle(request);
    if (stop) await abortQueued();
    return reply;
  };

  const handle = async (queued: QueuedRequest): Promise<void> => {
    const { request } = queued;
    publish("status", { execution_state: "busy" }, request.header);
    const isCell = request.header.msg_type === "execute_request";
    const reply = isCell ? await runCell(queued) : await answer(request);
    if (reply) sockets.reply(request, reply);
    publish("status", { execution_state: "idle" }, request.header);
  };

  /** Handles the requests of the shell channel one at a time. */
  const serveQueue = async (): Promise<void> => {
    isServing = true;
    for (let next = queue.shift(); next; next = queue.shift()) await handle(next);
    isServing = false;
  };

  const onRequest = (request: Message, channel: "shell" | "control"): void => {
    if (request.header.msg_type === "shutdown_request") shutdown(request);
    else if (channel === "control") void handle({ request, aborted: false });
    else {
      queue.push({ request, aborted: false });
      if (!isServing) void serveQueue();
    }
  };

  const sockets: Sockets = await bindSockets(readConnection(connectionFile), randomUUID(), onRequest);
  parentPort?.on("message", (message: ToServer) => {
    if (message.type === "exit") close();
    else calls.receive(message);
  });
  publish("status", { execution_state: "starting" }, undefined);
  watchParent(parent, Number(process.env["JPY_PARENT_PID"]) || undefined);
}

void serve(workerData as ServerData);
