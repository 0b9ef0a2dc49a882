/**
 * What a student's code could do to the process that it shares with the checks, taken away. The sandbox around the process
 * guards the machine; this guards the checks.
 */

const { defineProperty } = Object;

/** Ways out of the process, into Node's inside, or to its own end. */
const FORBIDDEN = [
  ..."abort binding chdir exit getBuiltinModule kill mainModule openStdin reallyExit report stdin".split(" "),
  ..."_linkedBinding _kill _debugProcess _debugEnd _getActiveHandles _getActiveRequests".split(" "),
  ..."_startProfilerIdleNotifier setUncaughtExceptionCaptureCallback setSourceMapsEnabled".split(" "),
];

function refusal(name: string): Error {
  return new Error(`process.${name} is not available in a notebook that is graded`);
}

/** A stream that only writes, in place of the process's own, whose constructor opens files and sockets. */
function plainStream(write: (text: string) => void): object {
  const stream = {
    isTTY: false,
    columns: 80,
    writable: true,
    write: (chunk: unknown): boolean => {
      write(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString());
      return true;
    },
    on: () => stream,
    once: () => stream,
    off: () => stream,
    emit: () => false,
    removeListener: () => stream,
    listenerCount: () => 0,
  };
  return Object.freeze(stream);
}

/** Sends what is printed to `write`. */
export function replaceStreams(write: (name: "stdout" | "stderr", text: string) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = plainStream((text) => write(name, text));
    defineProperty(process, name, { get: () => stream, configurable: false });
    defineProperty(console, `_${name}`, { value: stream, configurable: false });
  }
}

/**
 * Takes the powers away. Native code may still be loaded from folders that `isTrusted` names, for the library does so when
 * it is first needed.
 */
export function removePowers(isTrusted: (path: string) => boolean): void {
  const target = process as unknown as Record<string, unknown>;
  for (const name of FORBIDDEN)
    defineProperty(target, name, {
      get: () => {
        throw refusal(name);
      },
      set: () => undefined,
      configurable: false,
    });
  const dlopen = process.dlopen.bind(process) as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]): unknown => {
    const path = String(args[1]);
    if (!isTrusted(path)) throw refusal("dlopen");
    return dlopen(args[0], path, ...args.slice(2));
  };
  defineProperty(target, "dlopen", { value: guarded, configurable: false, writable: false });
}

/** Timers that cells have started and that can be taken back. */
export interface Timers {
  /** Stops every timer that was started since `track` and is still to come. */
  readonly cancel: () => void;
}

/** Puts timers of the same kinds in place of the global ones, and remembers what they start. */
export function trackTimers(): Timers {
  const started = new Set<() => void>();
  const track =
    (start: (...args: unknown[]) => unknown, stop: (timer: unknown) => void) =>
    (...args: unknown[]): unknown => {
      const timer = start(...args);
      started.add(() => stop(timer));
      return timer;
    };
  const replace = (name: string, start: unknown, stop: unknown): void => {
    const value = track(start as (...args: unknown[]) => unknown, stop as (timer: unknown) => void);
    Reflect.set(globalThis, name, value);
  };
  replace("setTimeout", setTimeout, clearTimeout);
  replace("setInterval", setInterval, clearInterval);
  replace("setImmediate", setImmediate, clearImmediate);
  return {
    cancel: () => {
      for (const stop of started) stop();
      started.clear();
    },
  };
}
