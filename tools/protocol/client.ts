import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import { endpoint, type Connection } from "./connection";
import { decodeMessage, encodeMessage, newHeader, type Content, type Message } from "./message";

/** Called with each iopub message that a request causes, including those after its end. */
export type Listener = (message: Message) => void;

/** A Jupyter client: sends requests and matches replies and iopub messages to them. */
export interface Client {
  /**
   * Sends a request and waits for its reply; on the shell channel, also until the kernel is idle again.
   *
   * @returns the content of the reply.
   */
  readonly request: (
    type: string,
    content: Content,
    channel?: "shell" | "control",
    listener?: Listener,
  ) => Promise<Content>;
  /** Whether a message has arrived on iopub: a subscription takes effect with a delay. */
  readonly subscribed: () => boolean;
  /** Rejects every pending request. */
  readonly fail: (error: Error) => void;
  readonly close: () => void;
}

interface Pending {
  readonly listener: Listener | undefined;
  reply: Content | undefined;
  idle: boolean;
  readonly resolve: (reply: Content) => void;
  readonly reject: (error: Error) => void;
}

function settle(pending: Pending): void {
  if (pending.reply && pending.idle) pending.resolve(pending.reply);
}

/** Connects to the kernel of a connection; the kernel may start later. */
export function connect(connection: Connection): Client {
  const { key } = connection;
  const session = randomUUID();
  const options = { linger: 0, reconnectInterval: 20, receiveHighWaterMark: 0, sendHighWaterMark: 0 };
  const shell = new Dealer({ ...options, routingId: session });
  const control = new Dealer({ ...options, routingId: session });
  const iopub = new Subscriber({ linger: 0, reconnectInterval: 20, receiveHighWaterMark: 0 });
  const pending = new Map<string, Pending>();
  let subscribed = false;

  const onReply = (message: Message): void => {
    const waiting = pending.get(message.parent?.msg_id ?? "");
    if (!waiting) return;
    waiting.reply = message.content;
    settle(waiting);
  };

  const onPublished = (message: Message): void => {
    subscribed = true;
    const waiting = pending.get(message.parent?.msg_id ?? "");
    if (!waiting) return;
    waiting.listener?.(message);
    if (message.header.msg_type !== "status" || message.content["execution_state"] !== "idle") return;
    waiting.idle = true;
    settle(waiting);
  };

  const receive = async (socket: Dealer | Subscriber, handle: (message: Message) => void): Promise<void> => {
    for await (const frames of socket) handle(decodeMessage(frames, key));
  };

  const fail = (error: Error): void => {
    for (const { reject } of pending.values()) reject(error);
  };

  iopub.subscribe();
  iopub.connect(endpoint(connection, "iopub"));
  shell.connect(endpoint(connection, "shell"));
  control.connect(endpoint(connection, "control"));
  for (const [socket, handle] of [
    [iopub, onPublished],
    [shell, onReply],
    [control, onReply],
  ] as const)
    receive(socket, handle).catch(fail);

  return {
    request: (type, content, channel = "shell", listener) =>
      new Promise<Content>((resolve, reject) => {
        const header = newHeader(type, session);
        const idle = channel === "control"; // the kernel may be running a cell
        pending.set(header.msg_id, { listener, reply: undefined, idle, resolve, reject });
        const frames = encodeMessage(
          { identities: [], header, parent: undefined, metadata: {}, content },
          key,
        );
        (channel === "shell" ? shell : control).send(frames).catch(reject);
      }),
    subscribed: () => subscribed,
    fail,
    close: () => {
      for (const socket of [iopub, shell, control]) socket.close();
    },
  };
}
