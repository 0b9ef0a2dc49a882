import { checkAbove } from "../../core/numeric/check-number";
import {
  choleskyFactor,
  choleskyInverse,
  dot,
  plus,
  product,
  scaled,
  symmetrized,
  transposedProduct,
} from "../../core/numeric/flat-matrix";
import { checkLqr, minimizer, type LqrProblem } from "../lqr/lqr";
import { expectedActionValue } from "../lqr/action-value";
import { underControl, type Quadratic, type StateQuadratic } from "../problem/quadratic";
import type { LocalModels } from "./fit";
import { factorOf, type GaussianControl, type GaussianPolicy } from "./policy";
import { checkPolicy, trajectoryKl } from "./trajectories";

/** A policy of less expected cost. */
export interface Improved {
  /** The new policy. */
  readonly policy: GaussianPolicy;
  /** KL(p_new(τ) ‖ p_old(τ)) in nats; `epsilon`, unless the cost does not depend on the controls. */
  readonly kl: number;
  /** η, the multiplier of the constraint, in units of cost per nat. */
  readonly eta: number;
}

/** The multipliers between which the bisection searches, relative to the size of the costs. */
const RANGE = [1e-12, 1e12] as const;

/** The bisection ends when the KL is within this share of epsilon. */
const PRECISE = 1e-10;

/** The most halvings of the range of log η; 80 end at the precision of float64. */
const MAX_HALVINGS = 120;

/**
 * Returns the policy with the least expected cost among those whose trajectories differ from the old policy's
 * by at most ε nats (Levine & Abbeel 2014, section 2):
 *
 *     min_p E_p[ℓ(τ)]  subject to  KL(p(τ) ‖ p_old(τ)) ≤ ε
 *
 * For a multiplier η, the solution is the linear-quadratic regulator of the cost ℓ/η − log π_old with the
 * covariances Q_uu⁻¹; the KL falls as η grows, so that bisection of log η finds ε.
 *
 * @param local models fitted to rollouts of the old policy, from `lqrFlm.fit`.
 * @param cost ℓ_t and ℓ_T as functions of z and u themselves, for example from `linearQuadratic`.
 * @param old the policy that made the rollouts.
 * @param epsilon ε, in nats for whole trajectories; for a bound for each step, multiply by T.
 * @throws if models, costs and policies do not fit together, a covariance is not positive definite, or
 *   epsilon is not a positive finite number.
 */
export function improve(
  local: LocalModels,
  cost: Pick<LqrProblem, "costs" | "terminal">,
  old: GaussianPolicy,
  epsilon: number,
): Improved {
  checkLqr("lqrFlm.improve", local.models, cost.costs, cost.terminal);
  checkPolicy("lqrFlm.improve", local, old);
  checkAbove("lqrFlm.improve", "epsilon", epsilon);
  const surprises = old.map(surprise);
  const at = (eta: number): Improved | undefined => {
    const policy = softLqr(local, cost, surprises, eta);
    return policy && { policy, kl: trajectoryKl(local, policy, old), eta };
  };
  const scale = sizeOf(cost);
  let [low, high] = [RANGE[0] * scale, RANGE[1] * scale];
  let best = at(high) ?? { policy: old, kl: 0, eta: high };
  for (let n = 0; n < MAX_HALVINGS && epsilon - best.kl > PRECISE * epsilon; n++) {
    const eta = Math.sqrt(low * high);
    const tried = at(eta);
    if (tried !== undefined && tried.kl <= epsilon) [best, high] = [tried, eta];
    else low = eta; //                                                    too far, or without a minimum
  }
  return best;
}

/** The greatest of the numbers in the costs, the unit of η. */
function sizeOf({ costs, terminal }: Pick<LqrProblem, "costs" | "terminal">): number {
  const arrays = [terminal.z, terminal.zz, ...costs.flatMap((c) => [c.z, c.u, c.zz, c.uz, c.uu])];
  const greatest = Math.max(...arrays.map((a) => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0)));
  return greatest > 0 ? greatest : 1;
}

/** −log π(u|z) up to a constant, ½ (u − K z − k)ᵀ S⁻¹ (u − K z − k). */
function surprise(control: GaussianControl): Quadratic {
  const { K, k } = control;
  const A = k.length;
  const precision = choleskyInverse(factorOf("lqrFlm.improve", control), A); // S⁻¹
  const PK = product(precision, K, A);
  const Pk = product(precision, k, A);
  return {
    value: 0.5 * dot(k, Pk),
    z: transposedProduct(K, Pk, A), //                                     Kᵀ S⁻¹ k
    u: scaled(Pk, -1),
    zz: transposedProduct(K, PK, A),
    uz: scaled(PK, -1),
    uu: precision,
  };
}

/** The policy for the multiplier η; undefined if some Q_uu is not positive definite. */
function softLqr(
  { models }: LocalModels,
  { costs, terminal }: Pick<LqrProblem, "costs" | "terminal">,
  surprises: readonly Quadratic[],
  eta: number,
): GaussianPolicy | undefined {
  const policy: GaussianControl[] = [];
  let value: StateQuadratic = {
    value: terminal.value / eta,
    z: scaled(terminal.z, 1 / eta),
    zz: scaled(terminal.zz, 1 / eta),
  };
  for (let t = models.length - 1; t >= 0; t--) {
    const [model, cost, old] = [models[t], costs[t], surprises[t]];
    if (model === undefined || cost === undefined || old === undefined) break; // not reached: t < T
    const q = expectedActionValue(mixed(cost, old, eta), model, value);
    const control = minimizer(q);
    const A = q.u.length;
    const lower = choleskyFactor(q.uu, A);
    if (control === undefined || lower === undefined) return undefined;
    value = underControl(q, control);
    policy.push({ ...control, S: symmetrized(choleskyInverse(lower, A), A) }); //     Q_uu⁻¹
  }
  return policy.reverse();
}

/** ℓ / η − log π_old. */
function mixed(cost: Quadratic, old: Quadratic, eta: number): Quadratic {
  return {
    value: old.value + cost.value / eta,
    z: plus(old.z, cost.z, 1 / eta),
    u: plus(old.u, cost.u, 1 / eta),
    zz: plus(old.zz, cost.zz, 1 / eta),
    uz: plus(old.uz, cost.uz, 1 / eta),
    uu: plus(old.uu, cost.uu, 1 / eta),
  };
}
