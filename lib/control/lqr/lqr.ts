import { choleskyFactor, choleskySolve, scaled } from "../../core/numeric/flat-matrix";
import { checkLength, checkModels, type LinearModel } from "../problem/dynamics";
import { underControl, type LinearControl, type Quadratic, type StateQuadratic } from "../problem/quadratic";
import { expectedActionValue } from "./action-value";

/** A linear-quadratic problem of T steps; every step may differ. */
export interface LqrProblem {
  /** z_{t+1} = A_t z_t + B_t u_t + c_t + w_t for t = 0 … T − 1. */
  readonly models: readonly LinearModel[];
  /** ℓ_t(z, u) for t = 0 … T − 1, as functions of z and u themselves. */
  readonly costs: readonly Quadratic[];
  /** ℓ_T(z). */
  readonly terminal: StateQuadratic;
}

/** The best control of one step of a linear-quadratic problem, u = K z + k. */
export interface LqrControl extends LinearControl {
  /** ∂²Q_t/∂u², row by row, [A · A]: how much a deviation from u costs. */
  readonly uu: Float64Array;
}

/** The solution of a linear-quadratic problem. */
export interface LqrSolution {
  /** u_t = K_t z_t + k_t, T of them. */
  readonly policy: readonly LqrControl[];
  /** V_t(z), the expected cost of the steps from t on, T + 1 of them: `values[t].zz` is P_t. */
  readonly values: readonly StateQuadratic[];
}

/**
 * The linear-quadratic regulator: returns the controls that minimize the expected cost, for every state, and
 * the value functions, by the Riccati recursion from the last step (Kwakernaak & Sivan 1972, section 6.4;
 * lecture, "Embed to Control").
 *
 *     Q_t(z, u) = ℓ_t(z, u) + E[V_{t+1}(A_t z + B_t u + c_t + w_t)]
 *     K_t = −Q_uu⁻¹ Q_uz,  k_t = −Q_uu⁻¹ Q_u,  V_t(z) = Q_t(z, K_t z + k_t)
 *
 * The noise changes V, but not the controls (certainty equivalence).
 *
 * @throws if there are other numbers of models and costs, the lengths do not fit together, or the cost of the
 *   controls of a step has no minimum.
 */
export function lqr(problem: LqrProblem): LqrSolution {
  return solve("lqr", problem, "give every control a cost");
}

/** As `lqr`, with the name of the caller and a remedy for messages. */
export function solve(caller: string, { models, costs, terminal }: LqrProblem, remedy: string): LqrSolution {
  const { controlSize } = checkLqr(caller, models, costs, terminal);
  const policy: LqrControl[] = [];
  const values: StateQuadratic[] = [terminal];
  let value = terminal;
  for (let t = models.length - 1; t >= 0; t--) {
    const [model, cost] = [models[t], costs[t]];
    if (model === undefined || cost === undefined) break; // not reached: t < T
    const q = expectedActionValue(cost, model, value);
    const control = minimizer(q);
    if (control === undefined)
      throw new Error(
        `${caller}: the cost of the ${controlSize} controls at step ${t} must have a minimum, ` +
          `got a Hessian Q_uu that is not positive definite; ${remedy}`,
      );
    value = underControl(q, control);
    policy.push({ ...control, uu: q.uu });
    values.push(value);
  }
  return { policy: policy.reverse(), values: values.reverse() };
}

/** Returns the u = K z + k that minimizes Q(z, u), undefined if there is none. */
export function minimizer({ u, uz, uu }: Quadratic): LinearControl | undefined {
  const A = u.length;
  const lower = choleskyFactor(uu, A);
  if (lower === undefined) return undefined;
  return { K: scaled(choleskySolve(lower, uz, A), -1), k: scaled(choleskySolve(lower, u, A), -1) };
}

/** Throws unless models and costs are those of the same steps, states and controls; returns Z and A. */
export function checkLqr(
  caller: string,
  models: readonly LinearModel[],
  costs: readonly Quadratic[],
  terminal: StateQuadratic,
): { readonly stateSize: number; readonly controlSize: number } {
  const { stateSize: Z, controlSize: A } = checkModels(caller, models);
  if (costs.length !== models.length)
    throw new Error(
      `${caller}: costs must be those of the ${models.length} steps of models, got ${costs.length}`,
    );
  const checkState = (name: string, { z, zz }: StateQuadratic): void => {
    checkLength(caller, `${name}.z`, z, Z);
    checkLength(caller, `${name}.zz`, zz, Z * Z);
  };
  costs.forEach((cost, t) => {
    checkState(`costs[${t}]`, cost);
    checkLength(caller, `costs[${t}].u`, cost.u, A);
    checkLength(caller, `costs[${t}].uz`, cost.uz, A * Z);
    checkLength(caller, `costs[${t}].uu`, cost.uu, A * A);
  });
  checkState("terminal", terminal);
  return { stateSize: Z, controlSize: A };
}
