import { killKernels } from "../protocol/launch";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Ends the kernels when this program is asked to end, and gives it the exit code of that signal.
 *
 * @returns a function that stops listening.
 */
export const endKernelsOnSignals = (controller: AbortController): (() => void) => {
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = (): void => {
      process.exitCode = code;
      controller.abort();
      killKernels();
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
};
