import { checkCount } from "../../core/numeric/check-number";
import type { Mdp } from "../mdp/mdp";
import type { Episode } from "../mdp/sample";
import { posteriorOutcomes, softPolicy } from "../mdp/soft-policy";
import { checkDiscount, iterateSoft } from "../mdp/soft-value-iteration";
import { addRow, rewardsOf, type Features } from "./features";

/**
 * What is maximized, per episode:
 * - `actions`: log-likelihood of the actions, Σ_t log π(a_t|s_t);
 * - `features`: θᵀ f(episode) − V_0(s_0), whose gradient is the features of the episode minus the expected
 *   ones: the dual of maximum causal entropy;
 * - `paths`: the same with inferred outcomes, the log-likelihood of the episode under a distribution of paths
 *   p(path) ∝ exp(θᵀ f(path)) Π_t p(s_{t+1}|s_t, a_t).
 *
 * All three are the same in a deterministic world.
 */
export type Objective = "actions" | "features" | "paths";

/** How demonstrators are assumed to plan. */
export interface BehaviourOptions {
  /** T of a plan; without it they plan until a terminal state, or with a discount. */
  readonly horizon?: number;
  /** γ in [0, 1] of plans without a horizon; 1 by default. */
  readonly discount?: number;
  /** `actions` by default; `paths` needs a horizon. */
  readonly objective?: Objective;
}

/** The soft-optimal behaviour for given weights: values and expected features to go. */
export interface Behaviour {
  /** V_t(s), [S]. */
  values(t: number): Float64Array;
  /** Q_t(s, a), [S · A]. */
  actionValues(t: number): Float64Array;
  /** E[features from step t on | s_t = s], the gradient of V_t(s), [S · F]. */
  features(t: number): Float64Array;
  /** The same given s_t and a_t, the gradient of Q_t(s, a), [S · A · F]. */
  actionFeatures(t: number): Float64Array;
}

/** Throws unless the options fit together. */
export function checkBehaviour(caller: string, { horizon, discount = 1, objective }: BehaviourOptions): void {
  if (horizon !== undefined) checkCount(caller, "horizon", horizon, 1);
  checkDiscount(caller, discount);
  if (horizon !== undefined && discount !== 1)
    throw new Error(`${caller}: discount must be 1 with a horizon, got ${discount}; leave one of them out`);
  if (horizon === undefined && objective === "paths")
    throw new Error(`${caller}: objective "paths" needs a horizon, got none; pass one`);
}

/** Returns the soft-optimal behaviour; undefined if its values do not converge. */
export function behaviour(
  model: Mdp,
  features: Features,
  weights: Float64Array,
  options: BehaviourOptions,
): Behaviour | undefined {
  const { horizon } = options;
  return horizon === undefined
    ? stationary(model, features, weights, options)
    : timed(model, features, weights, { ...options, horizon });
}

function timed(
  model: Mdp,
  features: Features,
  weights: Float64Array,
  { horizon, objective }: BehaviourOptions & { readonly horizon: number },
): Behaviour {
  const outcomes = objective === "paths" ? "inferred" : "fixed";
  const rewards = rewardsOf(features, weights);
  const { policies, values, actionValues } = softPolicy(model, rewards, { horizon, outcomes });
  const finals = finalFeatures(model, features);
  const toGo = [finals];
  const toGoOfActions: Float64Array[] = [];
  for (let t = horizon - 1; t >= 0; t--) {
    const after = values[t + 1] ?? finals;
    const seen = outcomes === "inferred" ? posteriorOutcomes(model, after) : model;
    const G = actionFeatures(seen, features, toGo.at(-1) ?? finals, 1);
    toGoOfActions.push(G);
    toGo.push(stateFeaturesToGo(model, features.count, G, policies[t] ?? finals, finals));
  }
  const at = (list: readonly Float64Array[], t: number): Float64Array => list[t] ?? new Float64Array();
  return {
    values: (t) => at(values, t),
    actionValues: (t) => at(actionValues, t),
    features: (t) => at(toGo, horizon - t),
    actionFeatures: (t) => at(toGoOfActions, horizon - 1 - t),
  };
}

/** Expected features have converged once none changes by more, relative to the greatest. */
const TOLERANCE = 1e-12;

function stationary(
  model: Mdp,
  features: Features,
  weights: Float64Array,
  { discount = 1 }: BehaviourOptions,
): Behaviour | undefined {
  const found = iterateSoft("inverseRl", model, rewardsOf(features, weights), {
    discount,
    tolerance: 1e-12,
    iterations: 20_000,
  });
  if (found === undefined) return undefined;
  const { policy, values, actionValues } = found;
  const finals = finalFeatures(model, features);
  let F = finals;
  for (let i = 0; i < 20_000; i++) {
    const G = actionFeatures(model, features, F, discount);
    const then = stateFeaturesToGo(model, features.count, G, policy, finals);
    let [change, size] = [0, 0];
    for (let k = 0; k < F.length; k++) {
      change = Math.max(change, Math.abs((then[k] ?? NaN) - (F[k] ?? NaN)));
      size = Math.max(size, Math.abs(then[k] ?? NaN));
    }
    F = then;
    if (change <= TOLERANCE * size)
      return {
        values: () => values,
        actionValues: () => actionValues,
        features: () => F,
        actionFeatures: () => G,
      };
  }
  return undefined;
}

/** The features of terminal states and of the horizon, [S · F]. */
function finalFeatures({ states }: Mdp, { count, final }: Features): Float64Array {
  return final ?? new Float64Array(states * count);
}

/** G(s, a) = f(s, a) + γ Σ_s′ p(s′|s, a) F(s′), [S · A · F]. */
function actionFeatures(
  { states, actions, offsets, next, probability }: Mdp,
  { count, stage }: Features,
  F: Float64Array,
  discount: number,
): Float64Array {
  const G = Float64Array.from(stage);
  for (let row = 0; row < states * actions; row++)
    for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) {
      const [p, from] = [discount * (probability[i] ?? NaN), (next[i] ?? 0) * count];
      for (let k = 0; k < count; k++)
        G[row * count + k] = (G[row * count + k] ?? NaN) + p * (F[from + k] ?? NaN);
    }
  return G;
}

/** F(s) = Σ_a π(a|s) G(s, a), [S · F]; the features of terminal states themselves. */
function stateFeaturesToGo(
  { states, actions, offsets }: Mdp,
  count: number,
  G: Float64Array,
  policy: Float64Array,
  finals: Float64Array,
): Float64Array {
  const F = new Float64Array(states * count);
  for (let s = 0; s < states; s++) {
    const part = F.subarray(s * count, (s + 1) * count);
    if (offsets[(s + 1) * actions] === offsets[s * actions]) addRow(part, finals, s);
    else
      for (let row = s * actions; row < (s + 1) * actions; row++) {
        const p = policy[row] ?? NaN;
        if (p > 0) addRow(part, G, row, p);
      }
  }
  return F;
}

/** Throws unless an episode is one of the process. */
export function checkEpisode(
  caller: string,
  name: string,
  { actions: A, states: S, offsets, next, probability }: Mdp,
  { states, actions }: Episode,
  horizon: number | undefined,
): void {
  if (states.length !== actions.length + 1)
    throw new Error(
      `${caller}: ${name} must have one state more than actions, ` +
        `got ${states.length} states and ${actions.length} actions`,
    );
  if (horizon !== undefined && actions.length > horizon)
    throw new Error(
      `${caller}: ${name} must have at most ${horizon} actions, the horizon, got ${actions.length}`,
    );
  actions.forEach((a, t) => {
    const [s, then] = [states[t] ?? NaN, states[t + 1] ?? NaN];
    const isInside = Number.isInteger(s) && s >= 0 && s < S && Number.isInteger(a) && a >= 0 && a < A;
    let possible = false;
    if (isInside)
      for (let i = offsets[s * A + a] ?? 0; i < (offsets[s * A + a + 1] ?? 0); i++)
        possible ||= next[i] === then && (probability[i] ?? 0) > 0;
    if (!possible)
      throw new Error(
        `${caller}: ${name} must be possible in its process, got action ${a} from state ${s} to ${then} ` +
          `at step ${t}`,
      );
  });
  const last = states.at(-1) ?? NaN;
  const ended = offsets[(last + 1) * A] === offsets[last * A];
  if (!ended && horizon !== undefined && actions.length < horizon)
    throw new Error(
      `${caller}: ${name} must last until the horizon ${horizon} or end in a terminal state, ` +
        `got ${actions.length} actions`,
    );
}
