import type { CellEnd, SandboxMessage } from "./messages";

/** The largest display that is kept, in characters, in arrays and objects, and in levels. */
const MAX_DISPLAY = { characters: 8 * 1024 ** 2, containers: 50_000, levels: 64 };
/** A message of a process of answers is flat, apart from the lines of a stack trace. */
const MAX_MESSAGE = { containers: 16, levels: 4 };

const MAX_NAME = 200;
const MAX_ERROR = 4000;
const MAX_FRAMES = 50;

const [QUOTE, BACKSLASH] = [34, 92];
const OPENING = [91, 123]; // [ {
const CLOSING = [93, 125]; // ] }

/** Whether a JSON text has at most so many arrays and objects and levels; it is not parsed. */
export function isFlat(
  text: string,
  { containers, levels }: { containers: number; levels: number },
): boolean {
  let [count, level, isInString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (OPENING.includes(code)) {
      count += 1;
      level += 1;
      if (count > containers || level > levels) return false;
    } else if (CLOSING.includes(code)) level -= 1;
  }
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, length: number): string {
  return typeof value === "string" ? value.slice(0, length) : "";
}

/** A display that a process sent, or a line in its place. */
function displayOf({ update, content }: Fields): SandboxMessage {
  const isUpdate = update === true;
  if (typeof content === "string" && content.length <= MAX_DISPLAY.characters && isFlat(content, MAX_DISPLAY))
    try {
      if (isFields(JSON.parse(content))) return { type: "display", update: isUpdate, content };
    } catch {
      // shown as too large
    }
  return { type: "stream", name: "stderr", text: "(a display is too large or too deep to be kept)\n" };
}

function endOf(value: unknown): CellEnd {
  if (!isFields(value) || value["status"] !== "error") return { status: "ok" };
  const { ename, evalue, traceback } = value;
  const frames = Array.isArray(traceback) ? traceback.slice(0, MAX_FRAMES) : [];
  return {
    status: "error",
    ename: textOf(ename, MAX_NAME),
    evalue: textOf(evalue, MAX_ERROR),
    traceback: frames.map((frame) => textOf(frame, MAX_ERROR)),
  };
}

/**
 * Reads a message of a process that is not trusted.
 *
 * @returns undefined if it is not a message.
 */
export function readMessage(line: string): SandboxMessage | undefined {
  if (!isFlat(line, MAX_MESSAGE)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isFields(value)) return undefined;
  const { type, name, text, what, id, end } = value;
  switch (type) {
    case "ready":
      return { type };
    case "stream":
      return typeof text === "string"
        ? { type, name: name === "stderr" ? "stderr" : "stdout", text }
        : undefined;
    case "display":
      return displayOf(value);
    case "result":
      return typeof text === "string" ? { type, text } : undefined;
    case "refused":
      return typeof what === "string" ? { type, what: textOf(what, MAX_NAME) } : undefined;
    case "done":
      // What it says about checks is not read.
      return typeof id === "string" ? { type, id, end: endOf(end), checks: [] } : undefined;
    default:
      return undefined;
  }
}
