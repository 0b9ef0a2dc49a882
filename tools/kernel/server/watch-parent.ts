/** Milliseconds between checks of the parent process. */
const INTERVAL = 1000;

/** The id of the process that adopts processes whose parent has ended. */
const INIT = 1;

/**
 * Kills this process when its parent has ended, so that no kernel is left running.
 *
 * @param parent the id of the parent process when the kernel started.
 * @param expected the id that the parent has announced (Jupyter's JPY_PARENT_PID), if any: the parent may
 * have ended before the kernel started.
 */
export function watchParent(parent: number, expected: number | undefined): void {
  const check = (): void => {
    const adopted = process.ppid === INIT && expected !== undefined && expected !== INIT;
    // SIGKILL, because the other thread may be in a loop that never yields
    if (adopted || process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  };
  setInterval(check, INTERVAL).unref();
}
