import { jit, random, tf, tree } from "latent";
import { linearGaussian } from "latent/models";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinearGaussianNumbers } from "../../../lib/models/linear-gaussian";
import { columns, moments } from "../../support/statistics";
import { spiral } from "./cases";

describe("linearGaussian.sample", () => {
  test("draws observations with the mean and variance of the joint distribution", () => {
    const { observations } = linearGaussian.sample(spiral, random.key(1), 5, { batch: 20_000 });
    const statistics = columns(observations.reshape([20_000, 15])).map(moments);
    const p = linearGaussian.joint(spiral, 5);
    expect(p.mean()).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    expect(p.variance()).toBeWithinStandardErrors(
      statistics.map((s) => s.variance),
      statistics.map((s) => s.varianceError),
    );
  });

  test("draws states whose smoothing errors have the smoothed covariance", () => {
    const { states, observations } = linearGaussian.sample(spiral, random.key(2), 5, { batch: 20_000 });
    const { means, covariances } = linearGaussian.smooth(spiral, observations);
    const errors = columns(states.sub(means).square().reshape([20_000, 10])).map(moments);
    expect(covariances.mul(tf.eye(2)).sum(-1)).toBeWithinStandardErrors(
      errors.map((s) => s.mean),
      errors.map((s) => s.meanError),
    );
  });

  test("returns the same trajectory for the same key, also compiled", () => {
    const draw = (p: typeof spiral, key: random.Key): linearGaussian.Trajectory =>
      linearGaussian.sample(p, key, 7);
    const compiled = jit(draw, { compiler: "graph" });
    const [a, b] = [draw(spiral, random.key(3)), compiled(spiral, random.key(3))];
    expect(a.states).toHaveShape([7, 2]);
    expect(a.observations).toHaveShape([7, 3]);
    expect(b.observations).toBeNear(a.observations, { abs: 1e-5 });
    compiled.dispose();
  });

  test("creates no tensors besides its results, and throws for counts below 1", () => {
    expect(() => linearGaussian.sample(spiral, random.key(1), 7)).toLeaveTensors(2);
    expect(() => linearGaussian.sample(spiral, random.key(1), 0)).toThrow(
      new Error("linearGaussian.sample: steps must be a positive integer, got 0"),
    );
    expect(() => linearGaussian.sample(spiral, random.key(1), 7, { batch: 0 })).toThrow(
      new Error("linearGaussian.sample: batch must be a positive integer, got 0"),
    );
    expect(() => linearGaussian.joint(spiral, 0)).toThrow(
      new Error("linearGaussian.joint: steps must be a positive integer, got 0"),
    );
  });
});

/**
 * Random contracting systems (each row of A sums to less than 1), with covariances between 0.1 and about 1.
 */
const systems = ((): fc.Arbitrary<LinearGaussianNumbers> => {
  const entry = fc.double({ min: -1, max: 1, noNaN: true });
  const rows = (n: number, m: number): fc.Arbitrary<number[][]> =>
    fc.array(fc.array(entry, { minLength: m, maxLength: m }), { minLength: n, maxLength: n });
  const covariances = (n: number): fc.Arbitrary<number[][]> =>
    rows(n, n).map((a) =>
      a.map((x, i) =>
        a.map((y, j) => x.reduce((sum, v, k) => sum + (v * (y[k] ?? 0)) / n, i === j ? 0.1 : 0)),
      ),
    );
  return fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain(([x, o]) =>
    fc.record({
      initial: fc.record({ mean: rows(1, x).map(([row]) => row ?? []), covariance: covariances(x) }),
      transition: fc.record({
        matrix: rows(x, x).map((a) => a.map((row) => row.map((value) => (0.95 * value) / x))),
        covariance: covariances(x),
      }),
      observation: fc.record({ matrix: rows(o, x), covariance: covariances(o) }),
    }),
  );
})();

test("linearGaussian.logLikelihood equals that of the joint distribution for any contracting system", () => {
  fc.assert(
    fc.property(systems, fc.integer({ min: 1, max: 5 }), (numbers, steps) => {
      tf.tidy(() => {
        const model = linearGaussian.create(numbers);
        const { observations } = linearGaussian.sample(model, random.key(steps), steps);
        const direct = linearGaussian.joint(model, steps).logProb(observations.flatten());
        // Sums of up to 15 terms of a few nats; the joint distribution has a factor with a condition number
        // up to
        // some 100.
        expect(linearGaussian.logLikelihood(model, observations)).toBeNear(direct, { abs: 1e-4, rel: 1e-4 });
        const { filtered } = linearGaussian.filter(model, observations);
        const variances = filtered.covariances.mul(tf.eye(numbers.initial.mean.length)).sum(-1);
        expect(variances.min().dataSync()[0]).toBeGreaterThan(0);
      });
    }),
    { seed: 1, numRuns: 40 },
  );
});

describe("linearGaussian.create", () => {
  const good: LinearGaussianNumbers = {
    initial: { mean: [0, 0], covariance: [[1, 0], [0, 1]] }, // prettier-ignore
    transition: { matrix: [[1, 0.1], [0, 1]], covariance: [[1, 0.5], [0.5, 1]] }, // prettier-ignore
    observation: { matrix: [[1, 0]], bias: [3], covariance: [[4]] },
  };

  test("factorizes the covariances, and biases are zero by default", () => {
    const { initial, transition, observation } = linearGaussian.create(good);
    expect(initial.scaleTril).toBeNear([1, 0, 0, 1], {});
    expect(transition.bias).toBeNear([0, 0], {});
    expect(transition.scaleTril).toBeNear([1, 0, 0.5, Math.sqrt(0.75)], { abs: 1e-7 });
    expect([observation.bias, observation.scaleTril].map((x) => x.dataSync()[0])).toEqual([3, 2]);
    expect(() => linearGaussian.create(good)).toLeaveTensors(8);
  });

  const { initial, transition, observation } = good;
  const wrong = [[1, 2], [2, 1]]; // prettier-ignore
  test.each<[string, Partial<LinearGaussianNumbers>, string]>([
    [
      "a covariance that is not positive definite",
      { transition: { ...transition, covariance: wrong } },
      "transition.covariance must be positive definite, got one with the eigenvalue -1; " +
        "add a little more than its magnitude to the diagonal, or remove linearly dependent coordinates",
    ],
    [
      "a covariance that is not symmetric",
      { initial: { ...initial, covariance: [[1, 0.5], [0.4, 1]] } }, // prettier-ignore
      "initial.covariance must be symmetric, got 0.5 at [0][1] and 0.4 at [1][0]",
    ],
    [
      "a covariance of another size",
      { observation: { ...observation, covariance: wrong } },
      "observation.covariance must be [1, 1], got 2 rows of 2, 2 numbers",
    ],
    [
      "a matrix of another size",
      { transition: { ...transition, matrix: [[1, 0]] } },
      "transition.matrix must be [2, 2], got 1 rows of 2 numbers",
    ],
    [
      "a bias of another size",
      { transition: { ...transition, bias: [1] } },
      "transition.bias must have 2 numbers, got 1",
    ],
    [
      "a matrix with NaN",
      { observation: { ...observation, matrix: [[NaN, 0]] } },
      "observation.matrix must be finite, got NaN",
    ],
    [
      "a mean that is infinite",
      { initial: { ...initial, mean: [0, Infinity] } },
      "initial.mean must be finite, got Infinity",
    ],
    [
      "no state",
      { initial: { mean: [], covariance: [] } },
      "initial.mean must have at least one number, got none",
    ],
    [
      "no observation",
      { observation: { matrix: [], covariance: [] } },
      "observation.matrix must have at least one row, got none",
    ],
  ])("refuses %s", (_, part, message) => {
    expect(() => {
      expect(() => linearGaussian.create({ ...good, ...part })).toThrow(
        new Error(`linearGaussian.create: ${message}`),
      );
    }).toLeaveTensors(0);
  });
});

test("the parameters are a tree that can be trained and saved", () => {
  expect(tree.entries(spiral).map(([path]) => path)).toEqual([
    "initial.mean",
    "initial.scaleTril",
    "observation.bias",
    "observation.matrix",
    "observation.scaleTril",
    "transition.bias",
    "transition.matrix",
    "transition.scaleTril",
  ]);
});
