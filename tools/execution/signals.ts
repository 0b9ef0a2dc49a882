import { killKernels } from "../protocol/launch";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Kills the kernels on SIGINT, SIGTERM and SIGHUP, and sets the exit code of the signal.
 *
 * @param controller aborted on a signal.
 * @returns a function that removes the handlers.
 */
export function killKernelsOnSignals(controller: AbortController): () => void {
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
}
