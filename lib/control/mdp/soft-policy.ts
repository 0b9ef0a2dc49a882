import { checkCount } from "../../core/numeric/check-number";
import { backup, checkSoft, type Outcomes } from "./backup";
import { checkRewards, checkTable, type Mdp, type Rewards } from "./mdp";

/** Options of `softPolicy`. */
export interface SoftPolicyOptions {
  /** T, the number of actions. */
  readonly horizon: number;
  /** α, by which rewards are divided, p(O_t = 1|s, a) ∝ exp(r(s, a) / α); 1 by default, 0 for the maximum. */
  readonly temperature?: number;
  /**
   * p(a|s), [S · A], which sums to 1 over the available actions. Without it each action counts as 1: an
   * entropy takes the place of −KL(π‖p(a|s)).
   */
  readonly actionPrior?: Float64Array;
  /**
   * `fixed` by default: the variational posterior, whose dynamics are those of the world. `inferred`: the
   * exact posterior p(a_t|s_t, O), which conditions the dynamics on success as well.
   */
  readonly outcomes?: Outcomes;
}

/** Policies and values of each step. */
export interface SoftPolicy {
  /** π_t(a|s), T of [S · A]; 0 where an action is not available. */
  readonly policies: readonly Float64Array[];
  /** V_t(s), T + 1 of [S]; the last one is the final reward. V_t / α is the logarithm of a message. */
  readonly values: readonly Float64Array[];
  /** Q_t(s, a), T of [S · A]; −∞ where an action is not available. */
  readonly actionValues: readonly Float64Array[];
}

/**
 * Returns the policy given that all steps succeed, by the backward messages of control as inference with
 * p(O_t = 1|s, a) ∝ exp(r(s, a) / α).
 *
 *     Q_t(s, a) = r(s, a) + E[V_{t+1}(s′)]                      outcomes fixed: maximum-entropy control
 *     Q_t(s, a) = r(s, a) + α log E[exp(V_{t+1}(s′) / α)]       outcomes inferred: the exact posterior
 *     V_t(s)    = α log Σ_a p(a|s) exp(Q_t(s, a) / α),   π_t(a|s) = p(a|s) exp((Q_t(s, a) − V_t(s)) / α)
 *
 * With `inferred` and an action prior, V_0(s) / α = log p(O|s_0 = s) if rewards are at most 0. With `fixed`
 * it is the greatest lower bound on that among all q with q(s′|s, a) = p(s′|s, a). In a deterministic world
 * the two are equal (Levine 2018, "Reinforcement learning and control as probabilistic inference").
 *
 * @throws if sizes do not fit together, or the horizon or the temperature is not valid.
 */
export function softPolicy(model: Mdp, rewards: Rewards, options: SoftPolicyOptions): SoftPolicy {
  const { horizon, temperature = 1, actionPrior, outcomes = "fixed" } = options;
  const final = checkRewards("mdp.softPolicy", model, rewards);
  checkCount("mdp.softPolicy", "horizon", horizon, 1);
  checkSoft("mdp.softPolicy", model, temperature, actionPrior);
  const { stage } = rewards;
  const policies: Float64Array[] = [];
  const actionValues: Float64Array[] = [];
  const values = [final];
  let after = final;
  for (let t = horizon - 1; t >= 0; t--) {
    const step = backup(model, after, { stage, temperature, actionPrior, outcomes, discount: 1 });
    after = step.values;
    policies.push(step.policy);
    actionValues.push(step.actionValues);
    values.push(after);
  }
  return {
    policies: policies.reverse(),
    values: values.reverse(),
    actionValues: actionValues.reverse(),
  };
}

/**
 * Returns the process with the dynamics given success, p(s′|s, a, O) ∝ p(s′|s, a) exp(V(s′) / α): what the
 * exact posterior expects an action to do.
 *
 * @param values V_{t+1}, [S], from `softPolicy` with inferred outcomes.
 * @throws if there are other than S values, or the temperature is not positive.
 */
export function posteriorOutcomes(model: Mdp, values: Float64Array, temperature = 1): Mdp {
  checkTable("mdp.posteriorOutcomes", "values", values, model.states);
  if (!(Number.isFinite(temperature) && temperature > 0))
    throw new Error(
      `mdp.posteriorOutcomes: temperature must be a positive finite number, got ${temperature}`,
    );
  const { offsets, next } = model;
  const probability = Float64Array.from(model.probability);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const [from, to] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
    let best = -Infinity;
    for (let i = from; i < to; i++)
      if ((probability[i] ?? NaN) > 0) best = Math.max(best, values[next[i] ?? 0] ?? NaN);
    let sum = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i] ?? NaN;
      if (p > 0) probability[i] = p * Math.exp(((values[next[i] ?? 0] ?? NaN) - best) / temperature);
      sum += probability[i] ?? NaN;
    }
    for (let i = from; i < to; i++) probability[i] = (probability[i] ?? NaN) / sum;
  }
  return { ...model, probability };
}
