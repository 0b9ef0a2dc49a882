import { checkCount } from "../../core/numeric/check-number";
import { dot } from "../../core/numeric/flat-matrix";
import { checkRewards, checkStart, checkTable, type Mdp, type Rewards } from "./mdp";
import { checkDiscount } from "./soft-value-iteration";

/** How often a policy is expected to be where. */
export interface Occupancy {
  /** The expected number of times that a is taken in s, discounted if there is a discount, [S · A]. */
  readonly visits: Float64Array;
  /** The probability to end in s, at the horizon or in a terminal state, [S]. */
  readonly last: Float64Array;
}

/** The occupancy of a policy with a horizon. */
export interface TimedOccupancy extends Occupancy {
  /** p(s_t = s), T + 1 of [S]; an episode that has ended stays in its terminal state. */
  readonly states: readonly Float64Array[];
}

/**
 * The forward pass: returns how often each state and action is expected under policies of T steps.
 *
 * @param model the process, or one for each step, such as those of `posteriorOutcomes`.
 * @param start p(s_0), [S].
 * @param policies π_t(a|s), T of [S · A].
 * @throws if sizes do not fit together, or `start` is not a distribution.
 */
export function occupancy(
  model: Mdp | readonly Mdp[],
  start: Float64Array,
  policies: readonly Float64Array[],
): TimedOccupancy {
  const models = isList(model) ? model : policies.map(() => model);
  const [first] = models;
  if (first === undefined || models.length !== policies.length)
    throw new Error(
      `mdp.occupancy: model must be one, or one for each of the ${policies.length} policies ` +
        `(at least one), got ${models.length}`,
    );
  checkStart("mdp.occupancy", first, start);
  const visits = new Float64Array(first.states * first.actions);
  const states = [start];
  let now = start;
  models.forEach((one, t) => {
    const policy = policies[t] ?? new Float64Array();
    checkTable("mdp.occupancy", `policies[${t}]`, policy, visits.length);
    now = forward(one, now, policy, visits, { weight: 1, keepEnded: true });
    states.push(now);
  });
  return { visits, last: now, states };
}

function isList(model: Mdp | readonly Mdp[]): model is readonly Mdp[] {
  return Array.isArray(model);
}

interface ForwardOptions {
  readonly weight: number;
  readonly keepEnded: boolean;
}

/** Adds the visits of one step, and returns p(s_{t+1}). */
function forward(
  { states, actions, offsets, next, probability }: Mdp,
  now: Float64Array,
  policy: Float64Array,
  visits: Float64Array,
  { weight, keepEnded }: ForwardOptions,
): Float64Array {
  const then = new Float64Array(states);
  for (let s = 0; s < states; s++) {
    const mass = now[s] ?? NaN;
    if (mass === 0) continue;
    if (keepEnded && offsets[(s + 1) * actions] === offsets[s * actions]) then[s] = (then[s] ?? NaN) + mass;
    for (let row = s * actions; row < (s + 1) * actions; row++) {
      const taken = mass * (policy[row] ?? NaN);
      if (taken === 0) continue;
      visits[row] = (visits[row] ?? NaN) + weight * taken;
      for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) {
        const to = next[i] ?? 0;
        then[to] = (then[to] ?? NaN) + taken * (probability[i] ?? NaN);
      }
    }
  }
  return then;
}

/** Options of `stationaryOccupancy`. */
export interface StationaryOccupancyOptions {
  /** γ in [0, 1]; 1 by default, for episodes that end. */
  readonly discount?: number;
  /** It stops once episodes still run with at most this probability, discounted; 10⁻¹² by default. */
  readonly tolerance?: number;
  /** The greatest number of steps; 100,000 by default. */
  readonly iterations?: number;
}

/**
 * Returns how often each state and action is expected under one policy without a horizon: visits
 * Σ_t γᵗ p(s_t, a_t), and Σ_t γᵗ p(the episode ends in s at step t).
 *
 * @param start p(s_0), [S].
 * @param policy π(a|s), [S · A].
 * @throws if sizes do not fit together, an option is not valid, or the episodes do not end.
 */
export function stationaryOccupancy(
  model: Mdp,
  start: Float64Array,
  policy: Float64Array,
  { discount = 1, tolerance = 1e-12, iterations = 100_000 }: StationaryOccupancyOptions = {},
): Occupancy {
  const caller = "mdp.stationaryOccupancy";
  checkStart(caller, model, start);
  checkTable(caller, "policy", policy, model.states * model.actions);
  checkDiscount(caller, discount);
  checkCount(caller, "iterations", iterations, 1);
  const visits = new Float64Array(policy.length);
  const last = new Float64Array(model.states);
  let now: Float64Array = Float64Array.from(start);
  let weight = 1;
  for (let t = 0; t < iterations; t++) {
    let running = 0;
    for (let s = 0; s < model.states; s++) {
      const mass = now[s] ?? NaN;
      if (model.offsets[(s + 1) * model.actions] !== model.offsets[s * model.actions]) running += mass;
      else last[s] = (last[s] ?? NaN) + weight * mass;
    }
    if (weight * running <= tolerance) return { visits, last };
    now = forward(model, now, policy, visits, { weight, keepEnded: false });
    weight *= discount;
  }
  throw new Error(
    `${caller}: episodes must end or be discounted, got some that still run after ${iterations} steps; ` +
      "use a discount below 1",
  );
}

/**
 * Returns the expected sum of rewards.
 *
 * @throws if the rewards have other sizes than the occupancy.
 */
export function expectedReturn(model: Mdp, { visits, last }: Occupancy, rewards: Rewards): number {
  const final = checkRewards("mdp.expectedReturn", model, rewards);
  return dot(visits, rewards.stage) + dot(last, final);
}
