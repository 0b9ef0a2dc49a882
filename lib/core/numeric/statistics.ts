import { erfinv } from "./erfinv";
import { checkCount } from "./check-number";

/** A share that was counted, with an interval for the probability behind it. */
export interface Proportion {
  /** successes / trials. */
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wilson's interval for a probability, from how often something happened (Wilson 1927): all p for which the count is no further from
 * its mean than z standard deviations.
 *
 * It stays within [0, 1], and has a width where nothing or everything happened, as p ± z √(p (1 − p) / n) has not.
 *
 * @param confidence how probable it is that such an interval holds the probability, about; 0.95 by default.
 * @throws when a count is no whole number, trials is 0, there are more successes than trials, or the confidence is not in (0, 1).
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
