import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { checkStart, checkTable, isTerminal, type Mdp } from "./mdp";

/** States, and the actions between them. */
export interface Episode {
  /** s_0 … s_L, L + 1 of them. */
  readonly states: readonly number[];
  /** a_0 … a_{L−1}. */
  readonly actions: readonly number[];
}

/** Options of `sample`. */
export interface SampleOptions {
  /** How many episodes to draw. */
  readonly episodes: number;
  /** The greatest number of steps; that of the policies if there is one for each step, else 10,000. */
  readonly horizon?: number;
}

/**
 * Draws episodes of a policy, each until a terminal state or the horizon.
 *
 * @param start p(s_0), [S].
 * @param policy π(a|s), [S · A], or one for each step.
 * @throws if sizes do not fit together, or `start` is not a distribution.
 */
export function sample(
  key: random.Key,
  model: Mdp,
  start: Float64Array,
  policy: Float64Array | readonly Float64Array[],
  { episodes, horizon }: SampleOptions,
): Episode[] {
  checkStart("mdp.sample", model, start);
  checkCount("mdp.sample", "episodes", episodes, 1);
  const at = (t: number): Float64Array => {
    if (policy instanceof Float64Array) return policy;
    const one = policy[t];
    if (one === undefined)
      throw new Error(`mdp.sample: horizon must be at most the ${policy.length} steps of the policy`);
    return one;
  };
  const steps = horizon ?? (policy instanceof Float64Array ? 10_000 : policy.length);
  checkCount("mdp.sample", "horizon", steps, 1);
  checkTable("mdp.sample", "policy", at(0), model.states * model.actions);
  const { actions: A, offsets, next, probability } = model;
  return Array.from({ length: episodes }, (_, n) => {
    const noise = random.stream(random.fold(key, n));
    let s = pick(noise, start, 0, start.length);
    const states = [s];
    const actions: number[] = [];
    for (let t = 0; t < steps && !isTerminal(model, s); t++) {
      const a = pick(noise, at(t), s * A, (s + 1) * A) - s * A;
      const row = s * A + a;
      s = next[pick(noise, probability, offsets[row] ?? 0, offsets[row + 1] ?? 0)] ?? 0;
      actions.push(a);
      states.push(s);
    }
    return { states, actions };
  });
}

/** Draws an index from `from` to `to` by its probability. */
function pick(noise: random.RandomStream, p: Float64Array, from: number, to: number): number {
  let rest = noise.uniform();
  let chosen = from;
  for (let i = from; i < to; i++) {
    const share = p[i] ?? NaN;
    if (share > 0) chosen = i; // rounding may leave a rest after the last one
    rest -= share;
    if (rest < 0) break;
  }
  return chosen;
}
