/**
 * Schedules: numbers that change during training as functions of the step, for learning rates, temperatures,
 * free bits and the weight β of a KL term.
 */
import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../numeric/check-number";

/**
 * A number as a function of the steps taken: t [...] → [...], float32 and elementwise. It runs in a compiled
 * step, and `schedule(tf.range(0, 1000))` is its curve.
 */
export type Schedule = (step: tf.Tensor) => tf.Tensor;

/** Returns the schedule that is `value` at all steps. */
export function constant(value: number): Schedule {
  return (step) => tf.fill(step.shape, value);
}

/** The ends of a schedule that goes from one value to another. */
export interface Range {
  /** The value up to step `start`. */
  readonly from: number;
  /** The value from step `start + steps` on. */
  readonly to: number;
  /** The number of steps in between. */
  readonly steps: number;
  /** The first step at which the value changes, 0 by default. */
  readonly start?: number;
}

/**
 * Returns a linear change between two values, constant before and after.
 *
 * @throws if `steps` is not a positive integer, or `start` not a non-negative one.
 */
export function linear(range: Range): Schedule {
  const shareAt = checkedShare("linear", range);
  return (step) => tf.tidy(() => between(range, shareAt(step)));
}

/**
 * Returns a change along half a cosine, from + (to − from) (1 − cos πs) / 2 with s from 0 to 1, constant
 * before and after (Loshchilov & Hutter 2017, equation 5, without restarts).
 *
 * @throws if `steps` is not a positive integer, or `start` not a non-negative one.
 */
export function cosine(range: Range): Schedule {
  const shareAt = checkedShare("cosine", range);
  return (step) => tf.tidy(() => between(range, tf.sub(1, shareAt(step).mul(Math.PI).cos()).mul(0.5)));
}

/**
 * Returns an exponential change, from · (to / from)ˢ with s from 0 to 1, constant before and after.
 *
 * @throws if an end is not positive, if `steps` is not a positive integer, or `start` not a non-negative one.
 */
export function exponential(range: Range): Schedule {
  const shareAt = checkedShare("exponential", range);
  checkAbove("schedules.exponential", "from", range.from);
  checkAbove("schedules.exponential", "to", range.to);
  return (step) =>
    tf.tidy(() => {
      const share = shareAt(step);
      const logs = { from: Math.log(range.from), to: Math.log(range.to) };
      return tf.where(share.less(1), between(logs, share).exp(), range.to);
    });
}

/**
 * Returns a linear warm-up, followed by another schedule, whose steps are counted from the end of the
 * warm-up.
 *
 * @param options `steps`: the length of the warm-up; `then`: what follows, a schedule or a constant; `from`:
 *   the first value, 0 by default.
 * @throws if `steps` is not a positive integer.
 */
export function warmup(options: {
  readonly steps: number;
  readonly then: Schedule | number;
  readonly from?: number;
}): Schedule {
  const { steps, then, from = 0 } = options;
  checkCount("schedules.warmup", "steps", steps, 1);
  const after = typeof then === "number" ? constant(then) : then;
  return (step) =>
    tf.tidy(() => {
      const t = asFloat(step);
      const peak = after(tf.zerosLike(t));
      const share = t.div(steps).minimum(1);
      const rising = tf.sub(1, share).mul(from).add(peak.mul(share));
      return tf.where(t.less(steps), rising, after(t.sub(steps).maximum(0)));
    });
}

/**
 * Returns cycles of a linear change followed by a constant, for the weight of a KL term (Fu et al. 2019,
 * "Cyclical annealing schedule", equation 6).
 *
 * @param options `period`: the number of steps of a cycle; `ramp`: the share of the cycle in which the value
 *   changes, 0.5 by default; `from` and `to`: its ends, 0 and 1 by default.
 * @throws if `period` is not a positive integer, or `ramp` is not in (0, 1].
 */
export function cyclical(options: {
  readonly period: number;
  readonly ramp?: number;
  readonly from?: number;
  readonly to?: number;
}): Schedule {
  const { period, ramp = 0.5, from = 0, to = 1 } = options;
  checkCount("schedules.cyclical", "period", period, 1);
  if (!(ramp > 0 && ramp <= 1)) throw new Error(`schedules.cyclical: ramp must be in (0, 1], got ${ramp}`);
  return (step) =>
    tf.tidy(() => {
      const t = asFloat(step);
      const within = t.sub(t.div(period).floor().mul(period)); // t mod period
      return between({ from, to }, within.div(ramp * period).minimum(1));
    });
}

/**
 * Returns a schedule through the given points.
 *
 * @param points pairs [step, value] in the order of their steps; the first step is 0.
 * @param options `interpolate`: `"none"`, by default: each value holds from its step on; or `"linear"`.
 * @throws if there is no point, the first step is not 0, or the steps do not increase.
 */
export function piecewise(
  points: readonly (readonly [step: number, value: number])[],
  { interpolate = "none" }: { readonly interpolate?: "none" | "linear" } = {},
): Schedule {
  const [first, ...others] = points;
  if (first?.[0] !== 0)
    throw new Error(`schedules.piecewise: the first step must be 0, got ${first?.[0] ?? "no point"}`);
  others.forEach(([step], i) => {
    const before = points[i]?.[0] ?? 0;
    if (!(step > before))
      throw new Error(`schedules.piecewise: the steps must increase, got ${step} after ${before}`);
  });
  return (step) =>
    tf.tidy(() => {
      const t = asFloat(step);
      return others.reduce<tf.Tensor>(
        (value, [start, to], i) => {
          const [before, from] = points[i] ?? [0, NaN];
          if (interpolate === "none") return tf.where(t.less(start), value, to);
          const share = t
            .sub(before)
            .div(start - before)
            .clipByValue(0, 1);
          return tf.where(t.less(before), value, between({ from, to }, share));
        },
        tf.fill(t.shape, first[1]),
      );
    });
}

/** Returns (1 − s) from + s to, which is exact at both ends. */
function between({ from, to }: { from: number; to: number }, share: tf.Tensor): tf.Tensor {
  return tf.sub(1, share).mul(from).add(share.mul(to));
}

/** Checks a range, and returns the function s(t), which is 0 before it and 1 after it. */
function checkedShare(name: string, { steps, start = 0 }: Range): Schedule {
  checkCount(`schedules.${name}`, "steps", steps, 1);
  checkCount(`schedules.${name}`, "start", start);
  return (step) => asFloat(step).sub(start).div(steps).clipByValue(0, 1);
}

function asFloat(step: tf.Tensor): tf.Tensor {
  return step.cast("float32");
}
