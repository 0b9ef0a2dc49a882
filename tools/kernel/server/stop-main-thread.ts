import { Session, type Debugger } from "node:inspector";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawFrame } from "../threads/thread-messages";

/** Milliseconds to wait for the main thread to reach a place where it can pause; native code has none. */
const PAUSE = 500;

const KERNEL = dirname(__dirname);
const isOwn = ({ file }: RawFrame): boolean => file.startsWith("node:") || file.startsWith(KERNEL);

const send = (session: Session, method: string): Promise<void> =>
  new Promise((resolve) => {
    session.post(method, () => {
      resolve();
    });
  });

/** Pauses the main thread and reads its stack; undefined when it does not pause. */
const pause = async (session: Session): Promise<RawFrame[] | undefined> => {
  const files = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => files.set(params.scriptId, params.url));
  const paused = new Promise<Debugger.CallFrame[]>((resolve) => {
    session.once("Debugger.paused", ({ params }) => {
      resolve(params.callFrames);
    });
  });
  void send(session, "Debugger.enable");
  void send(session, "Debugger.pause");
  const frames = await Promise.race([paused, sleep(PAUSE, undefined, { ref: false })]);
  return frames?.map(({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) => ({
    name: functionName,
    file: (files.get(scriptId) ?? "").replace(/^file:\/\//, ""),
    line: lineNumber + 1,
    column: columnNumber + 1,
  }));
};

/**
 * Throws the main thread out of the JavaScript it is in, as a debugger would; it cannot be caught.
 *
 * @returns where it was; undefined where that is not known, `[]` when it was the kernel's own code that ran: that is
 * left alone.
 */
export const stopMainThread = async (): Promise<RawFrame[] | undefined> => {
  const session = new Session();
  session.connectToMainThread();
  try {
    const frames = await pause(session);
    if (frames?.every(isOwn) === true) {
      await send(session, "Debugger.disable");
      return [];
    }
    const stopped = send(session, "Runtime.terminateExecution");
    void send(session, "Debugger.disable");
    await stopped;
    return frames?.filter((frame) => !isOwn(frame));
  } finally {
    session.disconnect();
  }
};
