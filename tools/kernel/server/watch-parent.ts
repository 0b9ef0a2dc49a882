/** Milliseconds between looks at the parent process. */
const INTERVAL = 1000;

/** The process of the system that takes over those whose parent has ended. */
const INIT = 1;

/**
 * Ends the process when the one that started it is gone, so that no kernel is left behind.
 *
 * @param parent the parent's process number when the kernel began.
 * @param expected the number that the parent itself has given (Jupyter's JPY_PARENT_PID), if it has: it may have
 * ended even before the kernel began.
 */
export const watchParent = (parent: number, expected: number | undefined): void => {
  const look = (): void => {
    const adopted = process.ppid === INIT && expected !== undefined && expected !== INIT;
    // SIGKILL, because the other thread may be in a loop that never yields
    if (adopted || process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  };
  setInterval(look, INTERVAL).unref();
};
