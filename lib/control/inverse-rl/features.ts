import { checkCount } from "../../core/numeric/check-number";
import { checkTable, type Mdp, type Rewards } from "../mdp/mdp";
import type { Episode } from "../mdp/sample";

/** Numbers of states and actions of which a reward is a weighted sum. */
export interface Features {
  /** F, how many. */
  readonly count: number;
  /** f(s, a), [S · A · F]. */
  readonly stage: Float64Array;
  /** The features of the last state, [S · F]; 0 by default. */
  readonly final?: Float64Array;
}

/**
 * Returns features of states as features of a process: each state counts when it is left, and the last one
 * as well.
 *
 * @param values f(s), [S · F].
 * @throws if the number of values is no multiple of S.
 */
export function stateFeatures(model: Mdp, values: Float64Array): Features {
  const { states, actions } = model;
  const count = values.length / states;
  checkCount("inverseRl.stateFeatures", "the number of features of a state", count, 1);
  const stage = new Float64Array(states * actions * count);
  for (let s = 0; s < states; s++)
    for (let a = 0; a < actions; a++)
      stage.set(values.subarray(s * count, (s + 1) * count), (s * actions + a) * count);
  return { count, stage, final: values };
}

/** Throws unless the features have the sizes of the process. */
export function checkFeatures(caller: string, { states, actions }: Mdp, features: Features): void {
  const { count, stage, final } = features;
  checkCount(caller, "features.count", count, 1);
  checkTable(caller, "features.stage", stage, states * actions * count);
  if (final !== undefined) checkTable(caller, "features.final", final, states * count);
}

/**
 * Returns the rewards r(s, a) = θᵀ f(s, a) and those of the last state.
 *
 * @param weights θ, [F].
 * @throws if there are other than F weights.
 */
export function rewardsOf({ count, stage, final }: Features, weights: Float64Array): Rewards {
  checkTable("inverseRl.rewardsOf", "weights", weights, count);
  const weighted = (table: Float64Array): Float64Array =>
    Float64Array.from({ length: table.length / count }, (_, row) => {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += (weights[k] ?? NaN) * (table[row * count + k] ?? NaN);
      return sum;
    });
  return { stage: weighted(stage), ...(final === undefined ? {} : { final: weighted(final) }) };
}

/** Adds factor · the row of a table of features to a sum, [F]. */
export function addRow(sum: Float64Array, table: Float64Array, row: number, factor = 1): void {
  const count = sum.length;
  for (let k = 0; k < count; k++) sum[k] = (sum[k] ?? NaN) + factor * (table[row * count + k] ?? NaN);
}

/**
 * Returns the features that an episode collects, Σ_t γᵗ f(s_t, a_t) and those of its last state, [F].
 *
 * @throws if the sizes do not fit together.
 */
export function featureCounts(
  model: Mdp,
  features: Features,
  { states, actions }: Episode,
  discount = 1,
): Float64Array {
  checkFeatures("inverseRl.featureCounts", model, features);
  const sum = new Float64Array(features.count);
  let weight = 1;
  actions.forEach((a, t) => {
    addRow(sum, features.stage, (states[t] ?? NaN) * model.actions + a, weight);
    weight *= discount;
  });
  if (features.final !== undefined) addRow(sum, features.final, states.at(-1) ?? NaN, weight);
  return sum;
}
