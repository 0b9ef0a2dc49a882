import { plus, product } from "../../core/numeric/flat-matrix";
import { checkCount } from "../../core/numeric/check-number";
import { expandStage, expandTerminal } from "../problem/cost";
import { linearize } from "../problem/dynamics";
import {
  checkProblem,
  clipped,
  initialControls,
  limitsOf,
  rollout,
  type Bounds,
  type Guess,
  type Plan,
  type Problem,
} from "../problem/problem";
import type { LinearControl } from "../problem/quadratic";
import { backward, expectedCost, type Expansions, type Proposal } from "./backward";
import { checkNoise, expandNoise, noiseCost } from "./noise";

/** Options of `ilqr`. */
export interface IlqrOptions {
  /** The plan to start from, such as the last one shifted by a step; controls of 0 by default. */
  readonly guess?: Guess | undefined;
  /** The greatest number of iterations; 100 by default. */
  readonly iterations?: number;
  /** It stops if the expected decrease is at most this share of the cost, Σ |ℓ_t|; 10⁻⁹ by default. */
  readonly tolerance?: number;
  /** μ of the first iteration; 0 by default, with which a linear-quadratic problem takes one iteration. */
  readonly regularization?: number;
}

/** A plan of iLQR. */
export interface IlqrPlan extends Plan {
  /**
   * K_t, T arrays row by row [A · Z]: u = u_t + K_t (z − z_t) corrects a deviation from the plan. They are
   * those of the last quadratic approximation; rows of controls that it holds at a limit are 0.
   */
  readonly gains: readonly Float64Array[];
  /**
   * The cost of the first controls, and after each iteration that lowered it. With noise, an iteration lowers
   * the expected cost, and these may rise.
   */
  readonly costs: readonly number[];
  /** E[Σ_t ℓ_t] with the gains, in the quadratic approximation; without noise, the cost. */
  readonly expectedCost: number;
  /** How many iterations were made. */
  readonly iterations: number;
  /** Whether it stopped because no further decrease was expected, at a minimum of the approximation. */
  readonly converged: boolean;
}

/** The lengths of a step that are tried, 1, ½, … */
const LENGTHS = Array.from({ length: 12 }, (_, i) => 2 ** -i);

/** A step must give this share of the decrease that the quadratic approximation promises. */
const SUFFICIENT = 1e-4;

/** Levenberg's μ: its least value above 0, its greatest, and the factor by which its own factor grows. */
const REGULARIZATION = { least: 1e-6, greatest: 1e10, growth: 2 };

/**
 * Iterative LQR: returns the plan with locally the least cost, by quadratic approximations about the last
 * plan (Li & Todorov 2004; with limits, Tassa, Mansard & Todorov 2014; lecture, "Embed to Control", where it
 * is called iLQG).
 *
 * Each iteration takes linear models and quadratic costs about the plan, solves that problem within the
 * limits by a backward pass, and tries shorter and shorter steps in that direction with the true dynamics
 * until the cost decreases. If a Hessian is not positive definite, or no step lowers the cost, Levenberg's μ
 * grows (Tassa, Erez & Todorov 2012, section II.F). Second derivatives of the dynamics are left out
 * (Gauss–Newton).
 *
 * If the dynamics have noise F(z, u) ε, the expected cost is minimized: each iteration adds ½ tr(P F Fᵀ), in
 * which P is the Hessian of the value function (Todorov & Li 2005), so that controls are smaller where they
 * are noisy.
 *
 * A problem with linear dynamics, a quadratic cost and no limits is solved exactly by one iteration.
 *
 * @param start z_0, [Z].
 * @throws if the start or the guess has a wrong length, an option is not valid, or the first controls lead
 *   to a cost that is not finite.
 */
export function ilqr(problem: Problem, start: ArrayLike<number>, options: IlqrOptions = {}): IlqrPlan {
  const { iterations = 100, tolerance = 1e-9, regularization = 0 } = options;
  checkProblem("ilqr", problem, start);
  checkCount("ilqr", "iterations", iterations, 1);
  checkNotNegative("tolerance", tolerance);
  checkNotNegative("regularization", regularization);
  const bounds = limitsOf("ilqr", problem);
  let plan = rollout(problem, start, initialControls("ilqr", problem, start, options.guess));
  checkNoise("ilqr", problem.dynamics, Float64Array.from(start), plan.controls[0] ?? new Float64Array());
  if (!Number.isFinite(plan.cost))
    throw new Error(
      `ilqr: the first controls must lead to a finite cost, got ${plan.cost}; pass others as guess`,
    );
  const costs = [plan.cost];
  let mu = levenberg(regularization);
  let gains: Float64Array[] = plan.controls.map((u) => new Float64Array(u.length * start.length));
  let [converged, retried] = [false, false];
  let made = 0;
  let expansions = expand(problem, plan, bounds);
  while (made < iterations && !converged && mu.value <= REGULARIZATION.greatest) {
    made++;
    const proposal = backward(expansions, mu.value);
    if (proposal === undefined) {
      mu = mu.raised();
      continue;
    }
    gains = proposal.changes.map(({ K }) => K);
    const flat = -expectedChange(proposal, 1) <= tolerance * sizeOfCost(expansions);
    converged = flat && mu.value <= REGULARIZATION.least;
    if (flat && !converged) {
      if (retried) break; // without μ there is no step, and with it nothing to gain: a saddle or a maximum
      [mu, retried] = [levenberg(0), true];
      continue;
    }
    const better = search(problem, plan, proposal, bounds);
    if (better === undefined) mu = mu.raised();
    else {
      [plan, retried] = [better, false];
      costs.push(plan.cost);
      mu = mu.lowered();
      if (!converged && made < iterations) expansions = expand(problem, plan, bounds);
    }
  }
  const expected =
    problem.dynamics.noise === undefined ? plan.cost : expectedCost(expand(problem, plan, bounds), gains);
  return { ...plan, gains, costs, expectedCost: expected, iterations: made, converged };
}

function checkNotNegative(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0))
    throw new Error(`ilqr: ${name} must be a finite number >= 0, got ${value}`);
}

/** The models and costs about a plan. */
function expand(
  { dynamics, cost, horizon }: Problem,
  { states, controls }: Plan,
  bounds: Bounds,
): Expansions {
  const at = (t: number): Float64Array => states[t] ?? new Float64Array();
  return {
    models: controls.map((u, t) => linearize(dynamics, at(t), u, t)),
    costs: controls.map((u, t) => expandStage(cost, at(t), u, t)),
    terminal: expandTerminal(cost, at(horizon)),
    noise: controls.map((u, t) => expandNoise(dynamics, at(t), u, t)),
    bounds: controls.map((u) => ({ lower: plus(bounds.lower, u, -1), upper: plus(bounds.upper, u, -1) })),
  };
}

/** Σ |ℓ_t|, by which the rounding of the cost is measured. */
function sizeOfCost({ costs, terminal }: Expansions): number {
  return costs.reduce((sum, { value }) => sum + Math.abs(value), Math.abs(terminal.value));
}

/** The change of the cost for a step of length α, as the quadratic approximation has it; negative. */
function expectedChange({ slope, curvature }: Proposal, alpha: number): number {
  return alpha * slope + 0.5 * alpha * alpha * curvature;
}

/** Returns the plan of the longest step that lowers the cost enough, undefined if none does. */
function search(problem: Problem, plan: Plan, proposal: Proposal, bounds: Bounds): Plan | undefined {
  const { dynamics } = problem;
  const before = noiseCost(dynamics, plan, proposal.hessians);
  for (const alpha of LENGTHS) {
    const next = forward(problem, plan, proposal.changes, alpha, bounds);
    const change = next.cost - plan.cost + noiseCost(dynamics, next, proposal.hessians) - before;
    if (change < 0 && change <= SUFFICIENT * expectedChange(proposal, alpha)) return next;
  }
  return undefined;
}

/** The plan with u_t + α k_t + K_t (z′_t − z_t) in place of u_t, within the limits. */
function forward(
  { dynamics, cost }: Problem,
  { states, controls }: Plan,
  changes: readonly LinearControl[],
  alpha: number,
  bounds: Bounds,
): Plan {
  let z = states[0] ?? new Float64Array();
  const nextStates = [z];
  let total = 0;
  const nextControls = controls.map((u, t) => {
    const { K, k } = changes[t] ?? { K: new Float64Array(), k: new Float64Array() };
    const deviation = plus(z, states[t] ?? z, -1);
    const v = clipped(plus(plus(u, k, alpha), product(K, deviation, z.length)), bounds);
    total += cost.stage(z, v, t);
    z = dynamics.next(z, v, t);
    nextStates.push(z);
    return v;
  });
  return { states: nextStates, controls: nextControls, cost: total + cost.terminal(z) };
}

/** Levenberg's μ and how fast it changes: ever faster in one direction (Tassa, Erez & Todorov 2012, II.F). */
interface Levenberg {
  readonly value: number;
  raised(): Levenberg;
  lowered(): Levenberg;
}

function levenberg(value: number, factor = 1): Levenberg {
  const { least, growth } = REGULARIZATION;
  return {
    value,
    raised() {
      const next = Math.max(growth, factor * growth);
      return levenberg(Math.max(least, value * next), next);
    },
    lowered() {
      const next = Math.min(1 / growth, factor / growth);
      return levenberg(value * next >= least ? value * next : 0, next);
    },
  };
}
