/** The limit that a run has exceeded. */
export type Limit = "cell" | "notebook";

/** Time limits in seconds; 0 means no limit. */
export interface TimeLimits {
  readonly cell: number;
  readonly notebook: number;
}

const MILLISECONDS = 1000;

/** The longest delay of a Node.js timer in milliseconds; a longer one fires at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Waits for a promise until it settles or a limit is exceeded.
 *
 * @param started start of the notebook's run, as returned by `performance.now()`.
 * @returns the value of the promise, or the limit that was exceeded first.
 */
export async function withinLimits<T>(
  promise: Promise<T>,
  limits: TimeLimits,
  started: number,
): Promise<{ readonly value: T } | { readonly limit: Limit }> {
  const left = limits.notebook * MILLISECONDS - (performance.now() - started);
  const waits: readonly (readonly [Limit, number])[] = [
    ...(limits.cell > 0 ? [["cell", limits.cell * MILLISECONDS] as const] : []),
    ...(limits.notebook > 0 ? [["notebook", Math.max(0, left)] as const] : []),
  ];
  const timers: NodeJS.Timeout[] = [];
  const passed = waits.map(
    ([limit, wait]) =>
      new Promise<{ readonly limit: Limit }>((resolve) => {
        timers.push(setTimeout(() => resolve({ limit }), Math.min(wait, MAX_DELAY)));
      }),
  );
  try {
    return await Promise.race([promise.then((value) => ({ value })), ...passed]);
  } finally {
    timers.forEach(clearTimeout);
  }
}
