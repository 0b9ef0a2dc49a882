import { erfinv } from "./erfinv";
import { checkCount } from "./check-number";

/** A proportion of successes, with a confidence interval for the probability of success. */
export interface Proportion {
  /** successes / trials. */
  readonly share: number;
  /** The lower end of the interval. */
  readonly lower: number;
  /** The upper end of the interval. */
  readonly upper: number;
}

/**
 * Returns Wilson's score interval for a probability (Wilson 1927): all p for which the number of successes is
 * within z standard deviations of its mean.
 *
 * Unlike p ± z √(p (1 − p) / n), it stays within [0, 1] and has a positive width for 0 and for n successes.
 *
 * @param successes how many of the trials succeeded.
 * @param confidence the approximate coverage probability of the interval; 0.95 by default.
 * @throws if successes is not an integer from 0 to trials, trials is not a positive integer, or the
 *   confidence is not in (0, 1).
 */
export function wilson(successes: number, trials: number, confidence = 0.95): Proportion {
  checkCount("wilson", "successes", successes);
  checkCount("wilson", "trials", trials, 1);
  if (successes > trials)
    throw new Error(`wilson: successes must be at most the ${trials} trials, got ${successes}`);
  if (!(confidence > 0 && confidence < 1))
    throw new Error(`wilson: confidence must be between 0 and 1, got ${confidence}`);
  const z = Math.SQRT2 * erfinv(confidence);
  const share = successes / trials;
  const spread = (z * z) / trials;
  const centre = (share + spread / 2) / (1 + spread);
  const half = Math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread);
  return {
    share,
    lower: successes === 0 ? 0 : centre - half,
    upper: successes === trials ? 1 : centre + half,
  };
}
