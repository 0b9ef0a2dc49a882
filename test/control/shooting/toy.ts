import { type Cost, linearDynamics, type Problem } from "latent/control";
import { vector } from "../fixtures";

/** A problem whose cost is Σ_t ½ h (u_t − u*)², whatever the state: its plan is known. */
export function toy(horizon: number, best: number, h = 1): Problem {
  const cost: Cost = {
    stage: (_, [u = NaN]) => 0.5 * h * (u - best) ** 2,
    terminal: () => 0,
  };
  return { dynamics: linearDynamics({ A: vector(1), B: vector(1), c: vector(0) }), cost, horizon };
}

/** The first control of each step. */
export function firsts(controls: readonly Float64Array[]): number[] {
  return controls.map(([u = NaN]) => u);
}
