/**
 * Restricts what a student's code can do to the process that it shares with the checks. The sandbox around
 * the process protects the machine; this module protects the checks.
 */

const { defineProperty } = Object;

/** Properties of `process` that end it, leave it, or reach Node's internals. */
const FORBIDDEN = [
  ..."abort binding chdir exit getBuiltinModule kill mainModule openStdin reallyExit report stdin".split(" "),
  ..."_linkedBinding _kill _debugProcess _debugEnd _getActiveHandles _getActiveRequests".split(" "),
  ..."_startProfilerIdleNotifier setUncaughtExceptionCaptureCallback setSourceMapsEnabled".split(" "),
];

function refusal(name: string, report: (what: string) => void): Error {
  report(`process.${name}`);
  return new Error(`process.${name} is not available in a graded notebook`);
}

/** A minimal writable stream to replace stdout and stderr, whose constructors can open files and sockets. */
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

/** Redirects stdout and stderr to `write`. */
export function replaceStreams(write: (name: "stdout" | "stderr", text: string) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = plainStream((text) => write(name, text));
    defineProperty(process, name, { get: () => stream, configurable: false });
    defineProperty(console, `_${name}`, { value: stream, configurable: false });
  }
}

/**
 * Removes the forbidden properties of `process`. Native code can still be loaded from paths that satisfy
 * `isTrusted`, because the library loads its backend on first use.
 *
 * @param report receives what code asks for and does not get.
 */
export function restrictProcess(isTrusted: (path: string) => boolean, report: (what: string) => void): void {
  const target = process as unknown as Record<string, unknown>;
  for (const name of FORBIDDEN)
    defineProperty(target, name, {
      get: () => {
        throw refusal(name, report);
      },
      set: () => undefined,
      configurable: false,
    });
  const dlopen = process.dlopen.bind(process) as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]): unknown => {
    const path = String(args[1]);
    if (!isTrusted(path)) throw refusal("dlopen", report);
    return dlopen(args[0], path, ...args.slice(2));
  };
  defineProperty(target, "dlopen", { value: guarded, configurable: false, writable: false });
}

/** The timers that cells have started. */
export interface Timers {
  /** Cancels all of them that are still pending. */
  readonly cancel: () => void;
}

/** Wraps the global timer functions so that the timers they start can be cancelled. */
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
