import { checkLength, linearize } from "../problem/dynamics";
import { expandStage, expandTerminal } from "../problem/cost";
import {
  checkProblem,
  clipped,
  limitsOf,
  rollout,
  type Plan,
  type Problem,
  type Trajectory,
} from "../problem/problem";
import { controlAt, type Quadratic, type StateQuadratic } from "../problem/quadratic";
import { dot, plus, product, transposedProduct } from "../../core/numeric/flat-matrix";
import { solve, type LqrProblem } from "./lqr";

/**
 * Returns the linear-quadratic problem that approximates a problem about a trajectory: linear models and
 * quadratic costs there, as functions of z and u themselves. A problem that is linear and quadratic is
 * returned as it is, about any trajectory.
 *
 * @param about z_0 … z_T and u_0 … u_{T−1}.
 * @throws if the trajectory has other lengths than the problem.
 */
export function linearQuadratic({ dynamics, cost, horizon }: Problem, about: Trajectory): LqrProblem {
  const { states, controls } = about;
  const last = states[horizon];
  if (controls.length !== horizon || states.length !== horizon + 1 || last === undefined)
    throw new Error(
      `linearQuadratic: about must have ${horizon} controls and ${horizon + 1} states, ` +
        `got ${controls.length} and ${states.length}`,
    );
  const steps = controls.map((u, t) => {
    const z = states[t] ?? last;
    checkLength("linearQuadratic", `about.states[${t}]`, z, dynamics.stateSize);
    checkLength("linearQuadratic", `about.controls[${t}]`, u, dynamics.controlSize);
    return { model: linearize(dynamics, z, u, t), cost: recentred(expandStage(cost, z, u, t), z, u) };
  });
  return {
    models: steps.map(({ model }) => model),
    costs: steps.map((step) => step.cost),
    terminal: recentredState(expandTerminal(cost, last), last),
  };
}

/** Turns a function of the difference to z into one of the state itself. */
function recentredState({ value, z: slope, zz }: StateQuadratic, z: Float64Array): StateQuadratic {
  const Pz = product(zz, z, z.length);
  return { value: value - dot(slope, z) + 0.5 * dot(z, Pz), z: plus(slope, Pz, -1), zz };
}

/** Turns a function of the differences to z and u into one of state and control themselves. */
function recentred(q: Quadratic, z: Float64Array, u: Float64Array): Quadratic {
  const ofState = recentredState(q, z);
  const cross = product(q.uz, z, z.length); //                            H_uz z̄
  const Ru = product(q.uu, u, u.length); //                               H_uu ū
  return {
    ...q,
    value: ofState.value - dot(q.u, u) + 0.5 * dot(u, Ru) + dot(u, cross),
    z: plus(ofState.z, transposedProduct(q.uz, u, u.length), -1),
    u: plus(plus(q.u, Ru, -1), cross, -1),
  };
}

/**
 * Returns the plan of the linear-quadratic regulator for the model and the cost at the start with controls of
 * 0, its controls clipped to the limits: the cheapest planner, exact if the problem is linear and quadratic
 * and no limit is reached.
 *
 * @param start z_0, [Z].
 * @throws if the start has another length than the states, or the cost of the controls has no minimum.
 */
export function localLqr(problem: Problem, start: ArrayLike<number>): Plan {
  checkProblem("localLqr", problem, start);
  const bounds = limitsOf("localLqr", problem);
  const { dynamics, horizon } = problem;
  const z0 = Float64Array.from(start);
  const still = {
    states: Array.from({ length: horizon + 1 }, () => z0),
    controls: Array.from({ length: horizon }, () => new Float64Array(dynamics.controlSize)),
  };
  let z: Float64Array = z0;
  const remedy = "the cost is not convex there: use ilqr, or a quadratic cost";
  const { policy } = solve("localLqr", linearQuadratic(problem, still), remedy);
  const controls = policy.map((control, t) => {
    const u = clipped(controlAt(control, z), bounds);
    z = dynamics.next(z, u, t);
    return u;
  });
  return rollout(problem, start, controls);
}
