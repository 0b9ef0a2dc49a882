import { random, tf } from "latent";
import { kalman, lqr } from "latent/control";
import { linearGaussian } from "latent/models";
import { describe, expect, test } from "vitest";
import { product, transposed } from "../../../lib/core/numeric/flat-matrix";
import { fixture } from "../../support/fixtures";
import { control, flat, lqrProblem, vector } from "../fixtures";

describe.each(control.finiteHorizon)("the dual of a control problem, case %#", (numbers) => {
  const given = lqrProblem(numbers);
  // Independent noise has no counterpart of products of state and control
  const problem = { ...given, costs: given.costs.map((cost) => ({ ...cost, uz: cost.uz.map(() => 0) })) };
  const T = problem.models.length;
  const [Z, A] = [problem.terminal.z.length, problem.costs[0]?.u.length ?? NaN];
  const model = kalman.dual(problem);
  const zeros = Array.from({ length: T }, () => new Float64Array(A));
  const { predicted, gains } = kalman.filter(model, zeros, zeros);
  const { policy, values } = lqr(problem);

  test("predicts with the covariances P of the regulator, in reverse order", () => {
    // Two recursions of up to 8 steps, each exact to about 1e-15 times the condition of Q_uu, below 1e3
    predicted.forEach(({ covariance }, t) => {
      expect(covariance).toBeNear(values[T - t]?.zz ?? [], { abs: 1e-11, rel: 1e-11 });
    });
  });

  test("has the transposed gains of the regulator", () => {
    gains.forEach((gain, t) => {
      const carried = product(model.models[t]?.A ?? new Float64Array(), gain, Z); // Aᵀ Σ C (…)⁻¹ = −Kᵀ
      const K = policy[T - 1 - t]?.K ?? new Float64Array();
      expect(carried).toBeNear(
        transposed(K, A).map((x) => -x),
        { abs: 1e-11, rel: 1e-11 },
      );
    });
  });
});

interface StateSpace {
  readonly model: {
    readonly initial: { readonly mean: readonly number[]; readonly covariance: number[][] };
    readonly transition: Record<"matrix" | "covariance", number[][]> & { readonly bias: number[] };
    readonly observation: Record<"matrix" | "covariance", number[][]> & { readonly bias: number[] };
  };
  readonly observations: readonly (readonly number[])[];
  readonly filtered: { readonly means: number[][]; readonly covariances: number[][][] };
  readonly predicted: { readonly means: number[][]; readonly covariances: number[][][] };
  readonly logLikelihood: number;
}

const { stateSpace } = fixture("linear_gaussian") as { readonly stateSpace: readonly StateSpace[] };

describe.each(stateSpace)("a constant system, case %#", (numbers) => {
  const { initial, transition, observation } = numbers.model;
  const T = numbers.observations.length;
  const Z = initial.mean.length;
  const result = kalman.filter(
    {
      initial: { mean: vector(...initial.mean), covariance: flat(initial.covariance) },
      models: Array.from({ length: T }, () => ({
        A: flat(transition.matrix),
        B: new Float64Array(Z),
        c: vector(...transition.bias),
        W: flat(transition.covariance),
      })),
      sensors: Array.from({ length: T }, () => ({
        C: flat(observation.matrix),
        d: vector(...observation.bias),
        R: flat(observation.covariance),
      })),
    },
    Array.from({ length: T }, () => new Float64Array(1)),
    numbers.observations.map((o) => vector(...o)),
  );

  test("has the beliefs and the likelihood of conditioning the joint distribution", () => {
    // The joint covariance, up to 120 numbers wide, has a condition below 1e5: 1e-16 · 1e5
    const near = { abs: 1e-10, rel: 1e-10 };
    for (let t = 0; t < T; t++) {
      expect(result.predicted[t]?.mean ?? []).toBeNear(numbers.predicted.means[t] ?? [], near);
      expect(result.predicted[t]?.covariance ?? []).toBeNear(
        numbers.predicted.covariances[t]?.flat() ?? [],
        near,
      );
      expect(result.filtered[t]?.mean ?? []).toBeNear(numbers.filtered.means[t] ?? [], near);
      expect(result.filtered[t]?.covariance ?? []).toBeNear(
        numbers.filtered.covariances[t]?.flat() ?? [],
        near,
      );
    }
    expect(result.logLikelihood).toBeNear(numbers.logLikelihood, near);
  });
});

test("a control moves the prediction by B u, as a bias would", () => {
  const belief = { mean: vector(0.3, -0.2), covariance: flat([[1, 0.2], [0.2, 0.5]]) }; // prettier-ignore
  const model = { A: flat([[1, 0.1], [0, 0.9]]), B: flat([[0], [2]]), c: vector(0.1, 0) }; // prettier-ignore
  const controlled = kalman.predict(belief, model, vector(0.5));
  const biased = kalman.predict(belief, { ...model, c: vector(0.1, 1) }, vector(0));
  expect(controlled).toEqual(biased);
  expect(controlled.mean).toBeNear([0.3 - 0.02 + 0.1, -0.18 + 1], { abs: 1e-15 });
});

test("agrees with the filter of the models' room", () => {
  const numbers = stateSpace[1];
  if (numbers === undefined) throw new Error("no fixture");
  const params = linearGaussian.create(numbers.model);
  const { observations } = linearGaussian.sample(params, random.key(5), 6);
  const { logLikelihood } = linearGaussian.filter(params, observations);
  const { initial, transition, observation } = numbers.model;
  const rows = observations.arraySync() as number[][];
  let belief: kalman.Belief = { mean: vector(...initial.mean), covariance: flat(initial.covariance) };
  let sum = 0;
  for (const o of rows) {
    const sensor = {
      C: flat(observation.matrix),
      d: vector(...observation.bias),
      R: flat(observation.covariance),
    };
    const updated = kalman.update(belief, sensor, vector(...o));
    sum += updated.logProb;
    belief = kalman.predict(
      updated.belief,
      {
        A: flat(transition.matrix),
        B: vector(0, 0),
        c: vector(...transition.bias),
        W: flat(transition.covariance),
      },
      vector(0),
    );
  }
  // float32 rounds the other one's sums of order 10 by 1e-6
  expect(tf.scalar(sum)).toBeNear(logLikelihood, { abs: 1e-4 });
});

describe("errors", () => {
  const belief = { mean: vector(0), covariance: vector(1) };
  const sensor = { C: vector(1), d: vector(0), R: vector(1) };
  const model = { A: vector(1), B: vector(1), c: vector(0) };

  test("name the function, the argument and the remedy", () => {
    expect(() => kalman.update(belief, { ...sensor, R: vector(-2) }, vector(0))).toThrow(
      "kalman.update: sensor.R must be positive definite; add a variance to its diagonal",
    );
    expect(() => kalman.update(belief, sensor, vector(0, 1))).toThrow(
      "kalman.update: sensor.C must have 2 numbers, got 1",
    );
    expect(() => kalman.predict(belief, model, vector(0, 1))).toThrow(
      "kalman.predict: u must have 1 numbers, got 2",
    );
    expect(() =>
      kalman.filter({ initial: belief, models: [model], sensors: [] }, [vector(0)], [vector(0)]),
    ).toThrow("kalman.filter: sensors must be those of the 1 steps of models, got 0");
    const cost = { value: 0, z: vector(0), u: vector(0), zz: vector(1), uz: vector(0.5), uu: vector(1) };
    const terminal = { value: 0, z: vector(0), zz: vector(1) };
    expect(() => kalman.dual({ models: [model], costs: [cost], terminal })).toThrow(
      "kalman.dual: costs[0].uz must be 0, got products of state and control, " +
        "which have no counterpart in independent noise",
    );
  });
});
