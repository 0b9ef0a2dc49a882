import type { Mdp } from "./mdp";

/**
 * How the next state is treated: `fixed`, the dynamics are held at p(s′|s, a), or `inferred`, the next state
 * is conditioned on success like the actions.
 */
export type Outcomes = "fixed" | "inferred";

/** What a backup computes with. */
export interface BackupOptions {
  /** r(s, a), [S · A]. */
  readonly stage: Float64Array;
  /** α; 0 for the maximum. */
  readonly temperature: number;
  /** p(a|s), [S · A]; without it each available action counts as 1. */
  readonly actionPrior: Float64Array | undefined;
  /** How the next state is treated. */
  readonly outcomes: Outcomes;
  /** γ. */
  readonly discount: number;
}

/** What a backup returns. */
export interface Backup {
  /** V(s) = α log Σ_a p(a|s) exp(Q(s, a) / α), [S]. */
  readonly values: Float64Array;
  /** π(a|s) = p(a|s) exp((Q(s, a) − V(s)) / α), [S · A]. */
  readonly policy: Float64Array;
  /** Q(s, a), [S · A]; −∞ where the action is not available. */
  readonly actionValues: Float64Array;
}

/** Returns one step of the backward recursion; terminal states keep the values that they have in `after`. */
export function backup(model: Mdp, after: Float64Array, options: BackupOptions): Backup {
  const { states, actions } = model;
  const { temperature, actionPrior, stage, discount } = options;
  const values = Float64Array.from(after);
  const policy = new Float64Array(states * actions);
  const actionValues = actionValuesOf(model, after, stage, discount, options);
  for (let s = 0; s < states; s++) {
    const from = s * actions;
    let best = -Infinity;
    for (let row = from; row < from + actions; row++)
      if ((actionPrior?.[row] ?? 1) > 0) best = Math.max(best, actionValues[row] ?? NaN);
    if (best === -Infinity) continue; //                                  terminal
    if (temperature === 0) {
      values[s] = best;
      policy[firstBest(actionValues, actionPrior, from, best)] = 1;
      continue;
    }
    let sum = 0;
    for (let row = from; row < from + actions; row++) {
      const prior = actionPrior?.[row] ?? 1;
      const weight = prior === 0 ? 0 : prior * Math.exp(((actionValues[row] ?? NaN) - best) / temperature);
      policy[row] = weight;
      sum += weight;
    }
    for (let row = from; row < from + actions; row++) policy[row] = (policy[row] ?? NaN) / sum;
    values[s] = best + temperature * Math.log(sum); //                    α log Σ_a p(a|s) exp(Q / α)
  }
  return { values, policy, actionValues };
}

function firstBest(q: Float64Array, prior: Float64Array | undefined, from: number, best: number): number {
  let row = from;
  while (q[row] !== best || (prior?.[row] ?? 1) === 0) row++;
  return row;
}

/** Q(s, a) = r(s, a) + γ E[V(s′)], or with α log E[exp(V(s′) / α)] if outcomes are inferred, [S · A]. */
function actionValuesOf(
  { states, actions, offsets, next, probability }: Mdp,
  after: Float64Array,
  stage: Float64Array,
  discount: number,
  { outcomes, temperature }: BackupOptions,
): Float64Array {
  const q = new Float64Array(states * actions).fill(-Infinity);
  for (let row = 0; row < q.length; row++) {
    const [from, to] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
    if (from === to) continue;
    let value = 0;
    if (outcomes === "fixed")
      for (let i = from; i < to; i++) value += (probability[i] ?? NaN) * (after[next[i] ?? 0] ?? NaN);
    else {
      let best = -Infinity;
      for (let i = from; i < to; i++)
        if ((probability[i] ?? NaN) > 0) best = Math.max(best, after[next[i] ?? 0] ?? NaN);
      value = best;
      if (temperature > 0) {
        let sum = 0;
        for (let i = from; i < to; i++)
          sum += (probability[i] ?? NaN) * Math.exp(((after[next[i] ?? 0] ?? NaN) - best) / temperature);
        value += temperature * Math.log(sum); //                          α log E[exp(V / α)]
      }
    }
    q[row] = (stage[row] ?? NaN) + discount * value;
  }
  return q;
}

/** Throws unless the temperature and the prior of the actions can be computed with. */
export function checkSoft(
  caller: string,
  model: Mdp,
  temperature: number,
  actionPrior: Float64Array | undefined,
): void {
  if (!(Number.isFinite(temperature) && temperature >= 0))
    throw new Error(`${caller}: temperature must be a finite number >= 0, got ${temperature}`);
  if (actionPrior === undefined) return;
  const { states, actions, offsets } = model;
  if (actionPrior.length !== states * actions)
    throw new Error(
      `${caller}: actionPrior must have ${states * actions} numbers, got ${actionPrior.length}`,
    );
  for (let s = 0; s < states; s++) {
    let [sum, some] = [0, false];
    for (let row = s * actions; row < (s + 1) * actions; row++) {
      if ((offsets[row + 1] ?? 0) === (offsets[row] ?? 0)) continue;
      some = true;
      const p = actionPrior[row] ?? NaN;
      if (!(p >= 0)) throw new Error(`${caller}: actionPrior must be >= 0, got ${p} in state ${s}`);
      sum += p;
    }
    if (some && !(Math.abs(sum - 1) <= 1e-9))
      throw new Error(
        `${caller}: actionPrior must sum to 1 over the available actions of a state, ` +
          `got ${sum} in state ${s}`,
      );
  }
}
