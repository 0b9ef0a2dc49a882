/**
 * The entry `latent/notebook`: output of a notebook cell, the only room that knows Jupyter.
 *
 * Input: figures from `latent/plot`, the checks of an exercise, the steps of a loop. Output: MIME bundles,
 * which the kernel sends to the notebook; in a plain Node process, lines on the console.
 *
 * Read in this order:
 * 1. `kernel-hook.ts`: the object on `globalThis` through which the library reaches the kernel, and the only
 *    connection to it.
 * 2. `display.ts` and `render.ts`: a figure as an interactive chart, a PNG and its alternative text.
 * 3. `display-handle.ts` and `throttle.ts`: one output updated in place, at most five times per second;
 *    built on these: `live-figure.ts` (a figure redrawn during training) and `progress.ts` (a line with
 *    count, rate and remaining time).
 * 4. `exercise-check.ts` and `answer-difference.ts`: `check`, the check of an exercise.
 * 5. `show-values.ts`: tensors, distributions and trees as the last expression of a cell.
 * 6. `interrupt.ts`: how an asynchronous loop learns that the user has interrupted the kernel.
 *
 * @module latent/notebook
 */
import "./show-values";

export { check, CheckFailed, checkReport } from "./exercise-check";
export type { Check, CheckResult } from "./exercise-check";
export type { Comparable } from "./answer-difference";
export { display } from "./display";
export type { DisplayOptions } from "./display";
export { Interrupted, interruptToken, yieldToKernel } from "./interrupt";
export type { InterruptToken } from "./interrupt";
export type { KernelHook, MimeBundle } from "./kernel-hook";
export { liveFigure } from "./live-figure";
export type { LiveFigure } from "./live-figure";
export { progress } from "./progress";
export type { Progress } from "./progress";
export { renderPng, renderSvg } from "./render";
