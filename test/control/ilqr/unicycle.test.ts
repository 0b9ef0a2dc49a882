import { type Cost, type Dynamics, ilqr, type Problem } from "latent/control";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { item, vector } from "../fixtures";

interface Solved {
  readonly start: readonly number[];
  readonly limits: readonly number[] | null;
  readonly cost: number;
  readonly controls: readonly (readonly number[])[];
  readonly states: readonly (readonly number[])[];
  readonly model: { readonly dt: number; readonly weights: readonly [state: number, control: number] };
}

const { unicycle } = fixture("control_crocoddyl") as { readonly unicycle: readonly Solved[] };

/** The unicycle of crocoddyl: a position and a heading, driven by a speed and a rate of turning. */
function unicycleOf({ start, limits, controls, model }: Solved): Problem {
  const { dt, weights } = model;
  const [w, r] = weights.map((x) => x * x);
  const dynamics: Dynamics = {
    stateSize: start.length,
    controlSize: 2,
    next: ([x = NaN, y = NaN, heading = NaN], [speed = NaN, turn = NaN]) =>
      vector(x + dt * speed * Math.cos(heading), y + dt * speed * Math.sin(heading), heading + dt * turn),
  };
  const squares = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);
  const cost: Cost = {
    stage: (z, u) => 0.5 * ((w ?? NaN) * squares(z) + (r ?? NaN) * squares(u)),
    terminal: (z) => 0.5 * (w ?? NaN) * squares(z),
  };
  return {
    dynamics,
    cost,
    horizon: controls.length,
    ...(limits && { limits: { lower: limits.map((x) => -x), upper: limits } }),
  };
}

describe.each(unicycle)("from $start with the limits $limits", (solved) => {
  const plan = ilqr(unicycleOf(solved), solved.start, { tolerance: 1e-13, iterations: 1000 });

  test("iLQR finds the trajectory of crocoddyl", () => {
    expect(plan.cost).toBeNear(solved.cost, { rel: 1e-9 });
    // A relative 1e-12 of the cost is left in a minimum of curvature 1 or more: √(2 · 1e-12 · 3481) < 1e-4
    plan.controls.forEach((u, t) => expect(u).toBeNear(item(solved.controls, t), { abs: 1e-4 }));
    plan.states.forEach((z, t) => expect(z).toBeNear(item(solved.states, t), { abs: 1e-4 }));
  });
});
