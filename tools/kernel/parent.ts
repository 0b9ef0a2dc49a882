/** Milliseconds between looks at the parent process. */
const INTERVAL = 1000;

/** Ends the process when the one that started it is gone, so that no kernel is left behind. */
export const watchParent = (): void => {
  const parent = process.ppid;
  const timer = setInterval(() => {
    // SIGKILL, because the other thread may be in a loop that never yields
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, INTERVAL);
  timer.unref();
};
