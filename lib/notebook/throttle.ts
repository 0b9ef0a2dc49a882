/** Updates per second that JupyterLab displays without falling behind. */
const UPDATES_PER_SECOND = 5;

/**
 * Returns a function that returns true at most five times per second: at its first call, then once per
 * interval.
 */
export function throttle(): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < 1000 / UPDATES_PER_SECOND) return false;
    last = now;
    return true;
  };
}
