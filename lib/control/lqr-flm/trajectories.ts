import {
  choleskyInverse,
  choleskySolve,
  dot,
  logDeterminant,
  plus,
  product,
  sandwich,
  symmetrized,
} from "../../core/numeric/flat-matrix";
import { checkLength, checkModels, meanNext } from "../problem/dynamics";
import { controlAt, underControl, valueAt } from "../problem/quadratic";
import { checkLqr, type LqrProblem } from "../lqr/lqr";
import { expectedActionValue } from "../lqr/action-value";
import type { Belief } from "../lqr/kalman";
import type { LocalModels } from "./fit";
import { factorOf, type GaussianPolicy } from "./policy";

/**
 * Returns the distributions of the states under a policy, p(z_t) for t = 0 … T.
 *
 * @throws if there are other numbers of models and steps of the policy, or lengths do not fit together.
 */
export function marginals({ initial, models }: LocalModels, policy: GaussianPolicy): readonly Belief[] {
  checkPolicy("lqrFlm.marginals", { initial, models }, policy);
  const beliefs = [initial];
  let belief = initial;
  models.forEach((model, t) => {
    const control = policy[t];
    if (control === undefined) return; // not reached: t < T
    const Z = belief.mean.length;
    const closed = plus(model.A, product(model.B, control.K, control.k.length)); //     A + B K
    const spread = plus(
      sandwich(closed, belief.covariance, Z),
      sandwich(model.B, control.S, control.k.length),
    );
    belief = {
      mean: meanNext(model, belief.mean, controlAt(control, belief.mean)),
      covariance: symmetrized(plus(spread, model.W), Z), //             (A + B K) P (A + B K)ᵀ + B S Bᵀ + W
    };
    beliefs.push(belief);
  });
  return beliefs;
}

/** Throws unless a policy fits to models. */
export function checkPolicy(caller: string, { initial, models }: LocalModels, policy: GaussianPolicy): void {
  const { stateSize: Z, controlSize: A } = checkModels(caller, models);
  checkLength(caller, "initial.mean", initial.mean, Z);
  checkLength(caller, "initial.covariance", initial.covariance, Z * Z);
  if (policy.length !== models.length)
    throw new Error(`${caller}: policy must have the ${models.length} steps of models, got ${policy.length}`);
  policy.forEach(({ K, k, S }, t) => {
    checkLength(caller, `policy[${t}].K`, K, A * Z);
    checkLength(caller, `policy[${t}].k`, k, A);
    checkLength(caller, `policy[${t}].S`, S, A * A);
  });
}

/**
 * Returns KL(p(τ) ‖ q(τ)) in nats of the trajectories under two policies with the same models: the sum over
 * the steps of E[KL(π_t(·|z) ‖ ρ_t(·|z))] with z under π (Levine & Abbeel 2014, section 2).
 *
 * @param policy π, under which the states are.
 * @param other ρ.
 * @throws if the policies do not fit to the models, or a covariance is not positive definite.
 */
export function trajectoryKl(local: LocalModels, policy: GaussianPolicy, other: GaussianPolicy): number {
  checkPolicy("lqrFlm.trajectoryKl", local, other);
  const beliefs = marginals(local, policy);
  return policy.reduce((sum, control, t) => {
    const [old, belief] = [other[t], beliefs[t]];
    if (old === undefined || belief === undefined) return NaN; // not reached: t < T
    const A = control.k.length;
    const lower = factorOf("lqrFlm.trajectoryKl", control);
    const oldLower = factorOf("lqrFlm.trajectoryKl", old);
    const precision = choleskyInverse(oldLower, A); //                                     S_ρ⁻¹
    const gap = plus(control.K, old.K, -1); //                                             K_π − K_ρ
    const shift = plus(controlAt(control, belief.mean), controlAt(old, belief.mean), -1); // at the mean state
    const spread = sandwich(gap, belief.covariance, belief.mean.length);
    return (
      sum +
      0.5 *
        (dot(precision, control.S) - //                                                    tr(S_ρ⁻¹ S_π)
          A +
          logDeterminant(oldLower, A) -
          logDeterminant(lower, A) +
          dot(shift, choleskySolve(oldLower, shift, A)) +
          dot(precision, spread)) //                                           tr(S_ρ⁻¹ ΔK P ΔKᵀ)
    );
  }, 0);
}

/**
 * Returns E[Σ_t ℓ_t(z_t, u_t) + ℓ_T(z_T)] under a policy.
 *
 * @throws if models, costs and policy do not fit together.
 */
export function expectedCost(
  local: LocalModels,
  { costs, terminal }: Pick<LqrProblem, "costs" | "terminal">,
  policy: GaussianPolicy,
): number {
  checkLqr("lqrFlm.expectedCost", local.models, costs, terminal);
  checkPolicy("lqrFlm.expectedCost", local, policy);
  let value = terminal;
  for (let t = policy.length - 1; t >= 0; t--) {
    const [model, cost, control] = [local.models[t], costs[t], policy[t]];
    if (model === undefined || cost === undefined || control === undefined) break; // not reached: t < T
    const q = expectedActionValue(cost, model, value);
    const under = underControl(q, control);
    value = { ...under, value: under.value + 0.5 * dot(q.uu, control.S) }; //               + ½ tr(Q_uu S)
  }
  const { mean, covariance } = local.initial;
  return valueAt(value, mean) + 0.5 * dot(value.zz, covariance); //             E[V_0(z_0)]
}
