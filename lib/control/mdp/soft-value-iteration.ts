import { checkCount } from "../../core/numeric/check-number";
import { backup, checkSoft, type Backup } from "./backup";
import { checkRewards, type Mdp, type Rewards } from "./mdp";

/** Options of `softValueIteration`. */
export interface SoftValueIterationOptions {
  /** γ in [0, 1]; 1, the default, needs terminal states that every policy reaches. */
  readonly discount?: number;
  /** α; 1 by default, 0 for value iteration with the maximum. */
  readonly temperature?: number;
  /** p(a|s), [S · A], as for `softPolicy`. */
  readonly actionPrior?: Float64Array;
  /** It stops once no value changes by more; 10⁻¹⁰ by default. */
  readonly tolerance?: number;
  /** The greatest number of iterations; 100,000 by default. */
  readonly iterations?: number;
  /** V(s) before the first iteration, [S]; 0 by default, and the final reward of terminal states always. */
  readonly initial?: Float64Array;
}

/** The policy without a horizon. */
export interface StationaryPolicy extends Backup {
  /** How many iterations were made. */
  readonly iterations: number;
}

/**
 * Soft value iteration: returns the values and the policy of maximum-entropy control without a horizon, the
 * fixed point of
 *
 *     Q(s, a) = r(s, a) + γ E[V(s′)],   V(s) = α log Σ_a p(a|s) exp(Q(s, a) / α)
 *
 * with V of terminal states at their final reward (Ziebart 2010; Haarnoja et al. 2017, "Reinforcement
 * learning with deep energy-based policies").
 *
 * @throws if sizes do not fit together, an option is not valid, or the values do not converge: with a
 *   discount of 1 they have a limit only if every cycle costs more than the entropy of staying in it.
 */
export function softValueIteration(
  model: Mdp,
  rewards: Rewards,
  options: SoftValueIterationOptions = {},
): StationaryPolicy {
  const { iterations = 100_000 } = options;
  const found = iterateSoft("mdp.softValueIteration", model, rewards, options);
  if (found !== undefined) return found;
  throw new Error(
    `mdp.softValueIteration: the values did not converge in ${iterations} iterations; ` +
      "use a discount below 1, lower rewards, or a lower temperature",
  );
}

/** Values above this are taken as unbounded. */
const UNBOUNDED = 1e12;

/** As `softValueIteration`; undefined if the values do not converge. */
export function iterateSoft(
  caller: string,
  model: Mdp,
  rewards: Rewards,
  options: SoftValueIterationOptions,
): StationaryPolicy | undefined {
  const { discount = 1, temperature = 1, actionPrior, tolerance = 1e-10, iterations = 100_000 } = options;
  const final = checkRewards(caller, model, rewards);
  checkDiscount(caller, discount);
  checkCount(caller, "iterations", iterations, 1);
  checkSoft(caller, model, temperature, actionPrior);
  const { stage } = rewards;
  const { offsets, actions } = model;
  let values: Float64Array = Float64Array.from(final, (value, s) =>
    offsets[(s + 1) * actions] === offsets[s * actions] ? value : (options.initial?.[s] ?? 0),
  );
  for (let i = 1; i <= iterations; i++) {
    const step = backup(model, values, { stage, temperature, actionPrior, outcomes: "fixed", discount });
    let change = 0;
    for (let s = 0; s < values.length; s++)
      change = Math.max(change, Math.abs((step.values[s] ?? NaN) - (values[s] ?? NaN)));
    if (change <= tolerance) return { ...step, iterations: i };
    if (step.values.some((v) => v > UNBOUNDED)) return undefined;
    values = step.values;
  }
  return undefined;
}

/** Throws unless a discount is in [0, 1]. */
export function checkDiscount(caller: string, discount: number): void {
  if (!(discount >= 0 && discount <= 1))
    throw new Error(`${caller}: discount must be in [0, 1], got ${discount}`);
}
