import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The frame between the routing identities of ZeroMQ and the signature. */
const DELIMITER = Buffer.from("<IDS|MSG>");

/** The version of Jupyter's messaging specification that both ends speak. */
export const PROTOCOL_VERSION = "5.3";

/** The content of a message: a JSON object with unknown fields. */
export type Content = Readonly<Record<string, unknown>>;

/** The header of a Jupyter message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** One Jupyter message (messaging specification, "The wire protocol"). */
export interface Message {
  /** Routing identities (shell, control) or the topic (iopub). */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  /** The header of the request that this message answers; absent on a request. */
  readonly parent: Header | undefined;
  readonly metadata: Content;
  readonly content: Content;
}

/** A message to send; its content may already be serialized as JSON. */
export type Outgoing = Omit<Message, "content"> & { readonly content: Content | string };

/** A new header for a message of type `type` in `session`. */
export function newHeader(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "latent",
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
}

/** The HMAC-SHA256 of the frames in hex; empty if the key is empty, which means "unsigned". */
function sign(frames: readonly (Buffer | string)[], key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

/** The frames of a message as ZeroMQ sends them, signed with `key`. */
export function encodeMessage(message: Outgoing, key: string): (Buffer | string)[] {
  const { content } = message;
  const body = [
    JSON.stringify(message.header),
    JSON.stringify(message.parent ?? {}),
    JSON.stringify(message.metadata),
    typeof content === "string" ? content : JSON.stringify(content),
  ];
  return [...message.identities, DELIMITER, sign(body, key), ...body];
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function parseObject(frame: Buffer): Content {
  const value: unknown = JSON.parse(frame.toString());
  if (typeof value !== "object" || value === null)
    throw new Error("decodeMessage: a frame is not a JSON object");
  return value as Content;
}

/**
 * Decodes a message from its ZeroMQ frames.
 *
 * @throws if a frame is missing or not a JSON object, or the signature does not match `key`.
 */
export function decodeMessage(frames: readonly Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  const [signature, header, parent, metadata, content] = frames.slice(start + 1);
  if (start < 0 || !signature || !header || !parent || !metadata || !content)
    throw new Error(
      `decodeMessage: not a Jupyter message: got ${frames.length} frames with the delimiter at ${start}`,
    );
  if (!sameText(signature.toString(), sign([header, parent, metadata, content], key)))
    throw new Error("decodeMessage: the signature does not match the connection's key");
  const parentHeader = parseObject(parent);
  return {
    identities: frames.slice(0, start),
    header: parseObject(header) as unknown as Header,
    parent: "msg_id" in parentHeader ? (parentHeader as unknown as Header) : undefined,
    metadata: parseObject(metadata),
    content: parseObject(content),
  };
}
