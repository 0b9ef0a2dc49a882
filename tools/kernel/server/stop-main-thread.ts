import { Session, type Debugger } from "node:inspector";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawFrame } from "../threads/thread-messages";

/** Milliseconds to wait for the main thread to pause; it cannot pause in native code. */
const PAUSE_TIMEOUT = 500;

const KERNEL = dirname(__dirname);

function isOwn({ file }: RawFrame): boolean {
  return file.startsWith("node:") || file.startsWith(KERNEL);
}

function send(session: Session, method: string): Promise<void> {
  return new Promise((resolve) => {
    session.post(method, () => {
      resolve();
    });
  });
}

/** Pauses the main thread and reads its stack; undefined if it does not pause in time. */
async function pause(session: Session): Promise<RawFrame[] | undefined> {
  const files = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => files.set(params.scriptId, params.url));
  const paused = new Promise<Debugger.CallFrame[]>((resolve) => {
    session.once("Debugger.paused", ({ params }) => {
      resolve(params.callFrames);
    });
  });
  void send(session, "Debugger.enable");
  void send(session, "Debugger.pause");
  const frames = await Promise.race([paused, sleep(PAUSE_TIMEOUT, undefined, { ref: false })]);
  return frames?.map(({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) => ({
    name: functionName,
    file: (files.get(scriptId) ?? "").replace(/^file:\/\//, ""),
    line: lineNumber + 1,
    column: columnNumber + 1,
  }));
}

/**
 * Terminates the JavaScript that the main thread is running, as a debugger does; code cannot catch this.
 *
 * @returns the stack; undefined if it is not known, `[]` if the kernel's own code was running, which is not
 * terminated.
 */
export async function stopMainThread(): Promise<RawFrame[] | undefined> {
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
}
