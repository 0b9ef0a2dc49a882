import {
  controlAt,
  type LinearModel,
  lqr,
  type Quadratic,
  type StateQuadratic,
  valueAt,
} from "latent/control";
import { describe, expect, test } from "vitest";
import { control, flat, lqrProblem, vector } from "../fixtures";

/** A problem with the same step T times. */
function repeated(model: LinearModel, cost: Quadratic, terminal: StateQuadratic, steps: number) {
  return {
    models: Array.from({ length: steps }, () => model),
    costs: Array.from({ length: steps }, () => cost),
    terminal,
  };
}

describe.each(control.dare)("a stationary problem, case %#", ({ A, B, Q, R, S, P, K }) => {
  const Z = Q.length;
  const U = R.length;
  const uz = Float64Array.from({ length: U * Z }, (_, i) => S[i % Z]?.[Math.floor(i / Z)] ?? NaN);
  const { policy, values } = lqr(
    repeated(
      { A: flat(A), B: flat(B), c: new Float64Array(Z) },
      { value: 0, z: new Float64Array(Z), u: new Float64Array(U), zz: flat(Q), uz, uu: flat(R) },
      { value: 0, z: new Float64Array(Z), zz: new Float64Array(Z * Z) },
      300,
    ),
  );

  test("far from the end has the gain and the value of SciPy's solve_discrete_are", () => {
    // Both solve to about 1e-16 times the condition of the problem, some thousand; 300 steps leave nothing of
    // the end, because the spectral radius of the closed loop is below 0.4.
    const scale = Math.max(...P.flat().map(Math.abs));
    expect(values[0]?.zz ?? []).toBeNear(flat(P), { abs: 1e-11 * scale });
    expect(policy[0]?.K ?? []).toBeNear(flat(K), { abs: 1e-11 });
    expect(policy[0]?.k ?? []).toBeNear(new Float64Array(U), { abs: 0 });
  });
});

describe.each(control.finiteHorizon)("a problem with all terms, case %#", (numbers) => {
  const { policy, values } = lqr(lqrProblem(numbers));

  test("has at each step the control and the value of the condensed problem", () => {
    numbers.solved.forEach(({ K, k, value, z, zz }, t) => {
      // The condensed Hessian has a condition below 1e5: 1e-16 · 1e5, with numbers of order 1 to 10
      const near = { abs: 1e-10, rel: 1e-10 };
      expect(policy[t]?.K ?? []).toBeNear(flat(K), near);
      expect(policy[t]?.k ?? []).toBeNear(k, near);
      expect(values[t]?.value ?? NaN).toBeNear(value, near);
      expect(values[t]?.z ?? []).toBeNear(z, near);
      expect(values[t]?.zz ?? []).toBeNear(flat(zz), near);
    });
    expect(values).toHaveLength(numbers.steps.length + 1);
    expect(values.at(-1)?.value).toBe(numbers.terminal.value);
  });
});

test("the curvature of a control is what a deviation costs", () => {
  const [numbers] = control.finiteHorizon.slice(1);
  if (numbers === undefined) throw new Error("no fixture");
  const problem = lqrProblem(numbers);
  const { policy, values } = lqr(problem);
  const [model, cost, best] = [problem.models[0], problem.costs[0], policy[0]];
  const [before, after] = [values[0], values[1]];
  if (!model || !cost || !best || !before || !after) throw new Error("no step");
  const z = vector(0.4, -1.3);
  const d = 0.7;
  const u = controlAt(best, z).map((x) => x + d);
  const next = model.c.map((c, i) => {
    const [a, b] = [model.A.subarray(2 * i, 2 * i + 2), model.B[i] ?? NaN];
    return c + (a[0] ?? NaN) * (z[0] ?? NaN) + (a[1] ?? NaN) * (z[1] ?? NaN) + b * (u[0] ?? NaN);
  });
  const both = vector(...z, ...u);
  const quadratic = {
    value: cost.value,
    z: vector(...cost.z, ...cost.u),
    zz: vector(
      ...cost.zz.subarray(0, 2), cost.uz[0] ?? NaN,
      ...cost.zz.subarray(2, 4), cost.uz[1] ?? NaN,
      ...cost.uz, ...cost.uu,
    ), // prettier-ignore
  };
  const W = model.W ?? [];
  const noise = 0.5 * after.zz.reduce((sum, p, i) => sum + p * (W[i] ?? NaN), 0);
  const deviating = valueAt(quadratic, both) + valueAt(after, next) + noise;
  expect(deviating - valueAt(before, z)).toBeNear(0.5 * d * d * (best.uu[0] ?? NaN), { abs: 1e-12 });
});

describe("errors", () => {
  const model = { A: vector(1), B: vector(1), c: vector(0) };
  const cost = { value: 0, z: vector(0), u: vector(0), zz: vector(1), uz: vector(0), uu: vector(1) };
  const terminal = { value: 0, z: vector(0), zz: vector(1) };

  test("a control without a best value is refused, naming the step", () => {
    const costs = [cost, { ...cost, uu: vector(-4) }];
    expect(() => lqr({ models: [model, model], costs, terminal })).toThrow(
      "lqr: the cost of the 1 controls at step 1 must have a minimum, got a Hessian Q_uu that is not " +
        "positive definite; give every control a cost",
    );
  });

  test("lengths that do not fit together are refused", () => {
    expect(() => lqr({ models: [], costs: [], terminal })).toThrow(
      "lqr: models must be at least one, got none",
    );
    expect(() => lqr({ models: [model], costs: [], terminal })).toThrow(
      "lqr: costs must be those of the 1 steps of models, got 0",
    );
    expect(() => lqr({ models: [{ ...model, A: vector(1, 2) }], costs: [cost], terminal })).toThrow(
      "lqr: models[0].A must have 1 numbers, got 2",
    );
    expect(() => lqr({ models: [{ ...model, B: vector() }], costs: [cost], terminal })).toThrow(
      "lqr: models[0].B must have a row for each of the 1 numbers in c, got 0 numbers",
    );
    expect(() => lqr({ models: [model], costs: [{ ...cost, uz: vector() }], terminal })).toThrow(
      "lqr: costs[0].uz must have 1 numbers, got 0",
    );
    expect(() => lqr({ models: [model], costs: [cost], terminal: { ...terminal, z: vector(NaN) } })).toThrow(
      "lqr: terminal.z must be finite, got NaN at 0",
    );
  });
});
