import { createDisplayHandle } from "./display-handle";
import { kernelHook } from "./kernel-hook";
import { throttle } from "./throttle";

/** A line that shows the progress of a loop. */
export interface Progress {
  /**
   * Counts one step and updates the line, at most five times per second.
   *
   * @param note appended to the line, for example `ELBO −101.2`.
   */
  step(note?: string): void;
  /**
   * Replaces the line with a summary: steps, duration and rate.
   *
   * @param note appended to the summary.
   */
  done(note?: string): void;
}

/** Milliseconds after the first step before a rate is shown. */
const MEASURING_TIME = 200;

/**
 * Creates a progress line: `training 1,200 of 5,000 · 310 steps/s · 12 s left · ELBO −101.2`. It is updated
 * in place. Outside Jupyter only the summary is printed, and only to a terminal.
 *
 * @param label what the loop does, for example `training`.
 * @param total the number of steps.
 * @throws if `total` is not a positive integer.
 */
export function progress(label: string, total: number): Progress {
  if (!Number.isInteger(total) || total < 1)
    throw new Error(
      `progress: total must be a positive integer, got ${total}; pass the number of steps of the loop`,
    );
  const isDue = throttle();
  const handle = createDisplayHandle();
  const start = performance.now();
  let firstStepEnd = start; // the rate excludes the first step, which includes compilation
  let count = 0;
  const show = (text: string): void => handle.update({ data: { "text/plain": text }, metadata: {} });
  return {
    step(note) {
      count += 1;
      const now = performance.now();
      if (count === 1) firstStepEnd = now;
      if (kernelHook() === undefined || !isDue()) return;
      const position = `${label} ${formatCount(count)} of ${formatCount(total)}`;
      show(joinParts(position, ...rateAndRemaining(count, total, now - firstStepEnd), note));
    },
    done(note) {
      const seconds = (performance.now() - start) / 1000;
      const steps = `${label}: ${formatCount(count)} steps in ${formatDuration(seconds)}`;
      const summary = joinParts(steps, formatRate(count / seconds), note);
      if (kernelHook() !== undefined) show(summary);
      else if (process.stdout.isTTY) console.log(summary);
    },
  };
}

/** Rate and remaining time; empty until there is enough time to measure them. */
function rateAndRemaining(count: number, total: number, elapsed: number): string[] {
  if (elapsed < MEASURING_TIME) return [];
  const perSecond = (1000 * (count - 1)) / elapsed;
  return count >= total
    ? [formatRate(perSecond)]
    : [formatRate(perSecond), `${formatDuration((total - count) / perSecond)} left`];
}

function joinParts(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" · ");
}

function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

function formatRate(perSecond: number): string {
  return `${perSecond >= 10 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1)} steps/s`;
}

function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
