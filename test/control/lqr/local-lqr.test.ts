import { random } from "latent";
import {
  controlAt,
  type Dynamics,
  linearQuadratic,
  localLqr,
  lqr,
  quadraticCost,
  rollout,
} from "latent/control";
import { describe, expect, test } from "vitest";
import { control, item, lqrProblem, problemOf, vector } from "../fixtures";

const noise = random.stream(random.key(13));

describe.each(control.finiteHorizon)("a linear-quadratic problem, case %#", (numbers) => {
  const given = lqrProblem(numbers);
  const problem = problemOf(given);
  const start = given.terminal.z.map(() => 0.6);
  const { policy } = lqr(given);

  test("is its own approximation, about any trajectory", () => {
    const about = rollout(
      problem,
      start,
      given.costs.map(({ u }) => u.map(() => noise.normal(0, 2))),
    );
    const { costs, terminal, models } = linearQuadratic(problem, about);
    // Rounding of constants of some thousand, which cancel
    expect(models).toEqual(given.models);
    costs.forEach((cost, t) => {
      const expected = item(given.costs, t);
      expect(cost.value).toBeNear(expected.value, { abs: 1e-10 });
      expect(cost.z).toBeNear(expected.z, { abs: 1e-12 });
      expect(cost.u).toBeNear(expected.u, { abs: 1e-12 });
    });
    expect(terminal.value).toBeNear(given.terminal.value, { abs: 1e-10 });
    expect(terminal.z).toBeNear(given.terminal.z, { abs: 1e-12 });
  });

  test("is planned as the regulator controls it", () => {
    const plan = localLqr(problem, start);
    plan.controls.forEach((u, t) => {
      expect(u).toBeNear(controlAt(item(policy, t), item(plan.states, t)), { abs: 1e-11 });
    });
  });

  test("is planned within the limits", () => {
    const A = item(given.costs, 0).u.length;
    const limits = { lower: new Array<number>(A).fill(-0.1), upper: new Array<number>(A).fill(0.05) };
    const plan = localLqr({ ...problem, limits }, start);
    const all = plan.controls.flatMap((u) => [...u]);
    expect(Math.min(...all)).toBe(-0.1);
    expect(Math.max(...all)).toBe(0.05);
  });
});

describe("errors", () => {
  const dynamics: Dynamics = { stateSize: 1, controlSize: 1, next: ([x = NaN], [u = NaN]) => vector(x + u) };
  const problem = { dynamics, horizon: 2, cost: quadraticCost({ goal: [0], state: [1], control: [1] }) };

  test("name the function and the remedy", () => {
    const cost = { stage: () => 0, terminal: ([x = NaN]: Float64Array) => Math.cos(x) };
    expect(() => localLqr({ ...problem, cost }, [0])).toThrow(
      "localLqr: the cost of the 1 controls at step 1 must have a minimum, got a Hessian Q_uu that is not " +
        "positive definite; the cost is not convex there: use ilqr, or a quadratic cost",
    );
    expect(() => linearQuadratic(problem, { states: [], controls: [] })).toThrow(
      "linearQuadratic: about must have 2 controls and 3 states, got 0 and 0",
    );
  });
});
