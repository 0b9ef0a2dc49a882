import { Publisher, Reply, Router } from "zeromq";
import { endpoint, type Connection } from "../../protocol/connection";
import {
  decodeMessage,
  encodeMessage,
  newHeader,
  type Content,
  type Header,
  type Message,
} from "../../protocol/message";

/** The kernel's sockets for the five channels. */
export interface Sockets {
  /** Replies to a request on the socket that received it. */
  readonly reply: (request: Message, content: Content) => void;
  /** Publishes a message on iopub; `parent` is the request that caused it. */
  readonly publish: (type: string, content: Content | string, parent: Header | undefined) => void;
  /** Closes the sockets once all messages are sent. */
  readonly close: () => void;
}

/** Milliseconds to send the last messages after closing. */
const LINGER = 1000;

function log(text: string): void {
  process.stderr.write(`latent kernel: ${text}\n`);
}

function requestRouter(): Router {
  return new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: LINGER });
}

/** Passes on well-formed messages; logs and drops others. */
async function receive(socket: Router, key: string, handle: (request: Message) => void): Promise<void> {
  for await (const frames of socket) {
    try {
      handle(decodeMessage(frames, key));
    } catch (error) {
      log(String(error));
    }
  }
}

/**
 * Binds the sockets of a connection.
 *
 * @param onRequest called with each request and its channel.
 * @throws if an address is in use.
 */
export async function bindSockets(
  connection: Connection,
  session: string,
  onRequest: (request: Message, channel: "shell" | "control") => void,
): Promise<Sockets> {
  const { key } = connection;
  const shell = requestRouter();
  const control = requestRouter();
  const stdin = requestRouter();
  const heartbeat = new Reply({ linger: 0 });
  // No high-water mark: a burst of output must not be dropped.
  const iopub = new Publisher({ sendHighWaterMark: 0, linger: LINGER });
  const origins = new WeakMap<Message, Router>();

  await Promise.all([
    shell.bind(endpoint(connection, "shell")),
    control.bind(endpoint(connection, "control")),
    stdin.bind(endpoint(connection, "stdin")),
    heartbeat.bind(endpoint(connection, "hb")),
    iopub.bind(endpoint(connection, "iopub")),
  ]);

  const listen = (socket: Router, channel: "shell" | "control"): void =>
    void receive(socket, key, (request) => {
      origins.set(request, socket);
      onRequest(request, channel);
    });
  listen(shell, "shell");
  listen(control, "control");
  void (async () => {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  })();

  return {
    reply: (request, content) => {
      const type = request.header.msg_type.replace(/_request$/, "_reply");
      const { identities, header } = request;
      const message = { identities, header: newHeader(type, session), parent: header, metadata: {}, content };
      void origins.get(request)?.send(encodeMessage(message, key));
    },
    publish: (type, content, parent) => {
      const identities = [Buffer.from(`kernel.${session}.${type}`)];
      const message = { identities, header: newHeader(type, session), parent, metadata: {}, content };
      void iopub.send(encodeMessage(message, key));
    },
    close: () => {
      for (const socket of [shell, control, stdin, heartbeat, iopub]) socket.close();
    },
  };
}
