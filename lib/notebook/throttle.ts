/** Updates a second that JupyterLab shows without falling behind. */
const perSecond = 5;

/** A gate that opens at most five times a second: the first call passes, and then the first of each fifth. */
export function throttle(): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < 1000 / perSecond) return false;
    last = now;
    return true;
  };
}
