import { kernel } from "./kernel-hook";
import { openPlace } from "./display-id";
import { throttle } from "./throttle";

/** A line that tells how far a loop has come. */
export interface Progress {
  /**
   * Counts one step more; shows the line at most five times a second.
   *
   * @param note words at its end, for example `ELBO −101.2`.
   */
  step(note?: string): void;
  /** Replaces the line by a summary. */
  done(note?: string): void;
}

/**
 * A progress line: `training 1,200 of 5,000 · 310 steps/s · 12 s left · ELBO −101.2`. It stands in one place of the
 * notebook. In a plain Node process only the summary is printed, and only to a terminal.
 *
 * @param total steps.
 * @throws when `total` is no whole number >= 1.
 */
export function progress(label: string, total: number): Progress {
  if (!Number.isInteger(total) || total < 1)
    throw new Error(
      `progress: total must be a whole number >= 1, got ${total}; give the number of the loop's steps`,
    );
  const isDue = throttle();
  const place = openPlace();
  const start = performance.now();
  let warm = start; // when the first step was done, which often takes longer than all others
  let count = 0;
  const show = (words: string): void => place.show({ data: { "text/plain": words }, metadata: {} });
  return {
    step(note) {
      count += 1;
      const now = performance.now();
      if (count === 1) warm = now;
      if (kernel() !== undefined && isDue())
        show(
          joined(`${label} ${counted(count)} of ${counted(total)}`, ...pace(count, total, now - warm), note),
        );
    },
    done(note) {
      const seconds = (performance.now() - start) / 1000;
      const summary = joined(
        `${label}: ${counted(count)} steps in ${duration(seconds)}`,
        rate(count / seconds),
        note,
      );
      if (kernel() !== undefined) show(summary);
      else if (process.stdout.isTTY) console.log(summary);
    },
  };
}

/** Rate and remaining time, once there is something to tell them from. */
function pace(count: number, total: number, elapsed: number): string[] {
  if (elapsed < 200) return [];
  const perSecond = (1000 * (count - 1)) / elapsed;
  return count >= total
    ? [rate(perSecond)]
    : [rate(perSecond), `${duration((total - count) / perSecond)} left`];
}

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(" · ");

const counted = (count: number): string => count.toLocaleString("en-US");

const rate = (perSecond: number): string =>
  `${perSecond >= 10 ? counted(Math.round(perSecond)) : perSecond.toFixed(1)} steps/s`;

function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
