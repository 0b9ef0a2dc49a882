/** Which of the limits of a run has passed. */
export type Limit = "cell" | "notebook";

/** Time limits, in seconds; 0 is none. */
export interface TimeLimits {
  readonly cell: number;
  readonly notebook: number;
}

const MILLISECONDS = 1000;

/** The longest wait that timers of Node.js know; more would mean at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Waits for `work` until a limit passes.
 *
 * @param started when the notebook was started, in milliseconds as `performance.now()` counts.
 * @returns what the work gave, or the limit that passed first.
 */
export const withinLimits = async <T>(
  work: Promise<T>,
  limits: TimeLimits,
  started: number,
): Promise<{ readonly value: T } | { readonly limit: Limit }> => {
  const left = limits.notebook * MILLISECONDS - (performance.now() - started);
  const waits: readonly (readonly [Limit, number])[] = [
    ...(limits.cell > 0 ? [["cell", limits.cell * MILLISECONDS] as const] : []),
    ...(limits.notebook > 0 ? [["notebook", Math.max(0, left)] as const] : []),
  ];
  const timers: NodeJS.Timeout[] = [];
  const passed = waits.map(
    ([limit, wait]) =>
      new Promise<{ readonly limit: Limit }>((resolve) => {
        timers.push(setTimeout(() => resolve({ limit }), Math.min(wait, LONGEST)));
      }),
  );
  try {
    return await Promise.race([work.then((value) => ({ value })), ...passed]);
  } finally {
    timers.forEach(clearTimeout);
  }
};
