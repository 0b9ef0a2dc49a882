import { random } from "latent";
import {
  type Cost,
  type Dynamics,
  ilqr,
  linearDynamics,
  lqr,
  type Problem,
  quadraticCost,
  rollout,
  valueAt,
} from "latent/control";
import { describe, expect, test } from "vitest";
import { control, item, lqrProblem, problemOf, vector } from "../fixtures";

const noise = random.stream(random.key(11));

describe.each(control.finiteHorizon)("a linear-quadratic problem, case %#", (numbers) => {
  const given = lqrProblem(numbers);
  const problem = problemOf(given);
  // The plan knows no noise
  const { policy, values } = lqr({ ...given, models: given.models.map(({ A, B, c }) => ({ A, B, c })) });

  test("is solved exactly by one iteration, from any controls", () => {
    for (let n = 0; n < 5; n++) {
      const start = given.terminal.z.map(() => noise.normal(0, 2));
      const controls = given.costs.map(({ u }) => u.map(() => noise.normal(0, 3)));
      const plan = ilqr(problem, start, { guess: { controls }, iterations: 1 });
      // Rounding, 1e-16 of the costs on the way, which are some hundred
      expect(plan.cost).toBeNear(valueAt(item(values, 0), start), { abs: 1e-11 });
      plan.gains.forEach((K, t) => expect(K).toBeNear(item(policy, t).K, { abs: 1e-12 }));
      expect(plan.iterations).toBe(1);
      expect(plan.costs).toHaveLength(2);
    }
  });

  test("stops after the iteration that finds nothing to gain", () => {
    const plan = ilqr(problem, given.terminal.z);
    expect(plan.converged).toBe(true);
    expect(plan.iterations).toBe(2);
  });
});

describe.each(control.limited)("a linear-quadratic problem with limits, case %#", (numbers) => {
  const { start, lower, upper } = numbers;
  const problem: Problem = { ...problemOf(lqrProblem(numbers)), limits: { lower, upper } };

  test("has the controls of SciPy's bounded least squares", () => {
    const plan = ilqr(problem, start, { tolerance: 0 });
    expect(plan.cost).toBeNear(numbers.cost, { abs: 1e-12 });
    // The cost is flat at its minimum: rounding of 1e-15 leaves √(1e-15 / curvature) of a control at most
    plan.controls.forEach((u, t) => expect(u).toBeNear(item(numbers.controls, t), { abs: 1e-7 }));
  });

  test("has no feedback where a control is at a limit", () => {
    const { controls, gains } = ilqr(problem, start);
    const Z = start.length;
    controls.forEach((u, t) =>
      u.forEach((x, i) => {
        const row = [...item(gains, t).subarray(i * Z, (i + 1) * Z)];
        expect(row.every((k) => k === 0)).toBe(x === lower[i] || x === upper[i]);
      }),
    );
  });
});

/** x″ = u − x³ by Euler's method: a nonlinear spring. */
const spring: Dynamics = {
  stateSize: 2,
  controlSize: 1,
  next: ([x = NaN, v = NaN], [u = NaN]) => vector(x + 0.1 * v, v + 0.1 * (u - x ** 3)),
};
const toGoal = quadraticCost({ goal: [0.5, 0], state: [1, 0.1], control: [0.05], terminal: [10, 10] });
const springProblem: Problem = { dynamics: spring, cost: toGoal, horizon: 25 };

describe("a nonlinear problem", () => {
  const plan = ilqr(springProblem, [-1, 0]);

  test("is solved to a point where no control can be improved", () => {
    expect(plan.converged).toBe(true);
    const h = 1e-5;
    plan.controls.forEach((_, t) => {
      const costOf = (d: number): number =>
        rollout(
          springProblem,
          [-1, 0],
          plan.controls.map((u, s) => (s === t ? u.map((x) => x + d) : u)),
        ).cost;
      // Tolerance 1e-9 of a cost of 10 leaves slopes of √(1e-8 · curvature of 0.1); rounding adds 1e-15 / h
      expect((costOf(h) - costOf(-h)) / (2 * h)).toBeNear(0, { abs: 1e-4 });
    });
  });

  test("lowers the cost in each iteration, and reports that of its trajectory", () => {
    plan.costs.slice(1).forEach((cost, i) => expect(cost).toBeLessThan(item(plan.costs, i)));
    expect(rollout(springProblem, [-1, 0], plan.controls)).toEqual({
      states: plan.states,
      controls: plan.controls,
      cost: plan.cost,
    });
  });

  test("takes fewer iterations from the shifted plan of a step before", () => {
    const next = item(plan.states, 1);
    const controls = [...plan.controls.slice(1), item(plan.controls, 24)];
    const warm = ilqr(springProblem, next, { guess: { controls }, tolerance: 1e-4 });
    const cold = ilqr(springProblem, next, { tolerance: 1e-4 });
    expect(warm.iterations).toBeLessThan(cold.iterations);
    expect(warm.cost).toBeNear(cold.cost, { rel: 1e-3 });
  });

  test("its gains correct a deviation better than the controls alone", () => {
    const start = vector(-0.9, 0.1);
    let z = start;
    const corrected = plan.controls.map((u, t) => {
      const K = item(plan.gains, t);
      const [x = NaN, v = NaN] = z.map((value, i) => value - (item(plan.states, t)[i] ?? NaN));
      const control = u.map((value) => value + (K[0] ?? NaN) * x + (K[1] ?? NaN) * v);
      z = spring.next(z, control, t);
      return control;
    });
    const [best, open, closed] = [
      ilqr(springProblem, start).cost,
      rollout(springProblem, start, plan.controls).cost,
      rollout(springProblem, start, corrected).cost,
    ];
    expect(closed - best).toBeLessThan(0.1 * (open - best));
    expect(closed).toBeGreaterThanOrEqual(best);
  });
});

describe("a plan as the guess for another start", () => {
  const plan = ilqr(springProblem, [-1, 0]);
  const start = vector(-0.9, 0.1);

  test("is corrected by its feedback", () => {
    const { controls, states, gains } = plan;
    const open = ilqr(springProblem, start, { guess: { controls } });
    const closed = ilqr(springProblem, start, { guess: { controls, states, gains } });
    expect(item(closed.costs, 0) - closed.cost).toBeLessThan(0.1 * (item(open.costs, 0) - open.cost));
    expect(closed.cost).toBeNear(open.cost, { rel: 1e-7 });
    expect(ilqr(springProblem, start, { guess: plan })).toEqual(closed);
  });

  test("is refused if its parts have other lengths", () => {
    const guess = { ...plan, gains: plan.gains.slice(1) };
    expect(() => ilqr(springProblem, start, { guess })).toThrow(
      "ilqr: guess.gains must be those of 25 steps, got 24",
    );
    expect(() => ilqr(springProblem, start, { guess: { ...plan, states: [] } })).toThrow(
      "ilqr: guess.states must be those of 25 steps, got 0",
    );
  });
});

describe("costs without a positive definite Hessian", () => {
  /** A cost of the control that bends downward at 0, with minima at ±1. */
  const bending: Cost = {
    stage: (_, [u = NaN]) => (u * u - 1) ** 2,
    terminal: ([x = NaN]) => 0.5 * (x - 1) ** 2,
  };
  const one = vector(1);
  const dynamics = linearDynamics({ A: one, B: vector(0.1), c: vector(0) });

  test("are regularized until there is a step that lowers the cost", () => {
    const plan = ilqr({ dynamics, cost: bending, horizon: 3 }, [0], {
      guess: { controls: [[0.1], [0.2], [0.1]] },
    });
    expect(plan.converged).toBe(true);
    expect(plan.iterations).toBeGreaterThan(plan.costs.length);
    // 4 (u² − 1) u = 0.1 (1 − 0.3 u) with all three the same
    const [u = NaN] = item(plan.controls, 0);
    expect(4 * (u * u - 1) * u).toBeNear(0.1 * (1 - 0.3 * u), { abs: 1e-4 });
    expect(plan.controls.flatMap((x) => [...x])).toBeNear(u, { abs: 1e-4 });
  });
});

test("a maximum, from which no direction is better, is not reported as converged", () => {
  const one = vector(1);
  const dynamics = linearDynamics({ A: one, B: vector(0), c: vector(0) });
  const cost: Cost = { stage: (_, [u = NaN]) => (u * u - 1) ** 2, terminal: () => 0 };
  const plan = ilqr({ dynamics, cost, horizon: 1 }, [0]);
  expect(plan.converged).toBe(false);
  expect(plan.iterations).toBeLessThan(100);
  expect(plan.cost).toBe(1);
});

describe("errors", () => {
  test("name the argument, what was expected and the remedy", () => {
    expect(() => ilqr(springProblem, [1])).toThrow("ilqr: start must have 2 numbers, got 1");
    expect(() => ilqr(springProblem, [1, NaN])).toThrow("ilqr: start must be finite, got NaN at 1");
    expect(() => ilqr(springProblem, [1, 0], { iterations: 0 })).toThrow(
      "ilqr: iterations must be a positive integer, got 0",
    );
    expect(() => ilqr(springProblem, [1, 0], { tolerance: -1 })).toThrow(
      "ilqr: tolerance must be a finite number >= 0, got -1",
    );
    expect(() => ilqr(springProblem, [1, 0], { guess: { controls: [[1]] } })).toThrow(
      "ilqr: guess.controls must be those of 25 steps, got 1",
    );
    expect(() => ilqr({ ...springProblem, horizon: 1 }, [1, 0], { guess: { controls: [[1, 2]] } })).toThrow(
      "ilqr: guess.controls[0] must have 1 numbers, got 2",
    );
    expect(() => ilqr({ ...springProblem, limits: { lower: [1], upper: [-1] } }, [1, 0])).toThrow(
      "ilqr: limits.lower must be at most limits.upper, got 1 and -1 at 0",
    );
    expect(() => ilqr({ ...springProblem, limits: { lower: [1, 2], upper: [3] } }, [1, 0])).toThrow(
      "ilqr: limits.lower must have 1 numbers, got 2",
    );
    expect(() => ilqr({ ...springProblem, horizon: 1.5 }, [1, 0])).toThrow(
      "ilqr: horizon must be a positive integer, got 1.5",
    );
    const dynamics = { ...spring, next: () => vector(1) };
    expect(() => ilqr({ ...springProblem, dynamics }, [1, 0])).toThrow(
      "ilqr: dynamics.next must return 2 numbers, got 1",
    );
  });

  test("controls that lead to no finite cost are refused", () => {
    const dynamics: Dynamics = { ...spring, next: (z) => z.map((x) => x * 1e200) };
    expect(() => ilqr({ ...springProblem, dynamics }, [1, 0])).toThrow(
      "ilqr: the first controls must lead to a finite cost, got NaN; pass others as guess",
    );
  });
});
