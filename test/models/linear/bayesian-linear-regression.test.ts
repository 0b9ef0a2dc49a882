import { random, tf, tree, valueAndGrad } from "latent";
import { svi } from "latent/inference";
import { bayesianLinearRegression } from "latent/models";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";
import { fixture } from "../../support/fixtures";
import { moments } from "../../support/statistics";

const { regression } = fixture("linear_gaussian") as {
  regression: {
    noise: number;
    prior: number;
    features: number[][];
    y: number[];
    newFeatures: number[][];
    evidence: number;
    mean: number[];
    covariance: number[][];
    predictedMean: number[];
    predictedVariance: number[];
  }[];
};
const cases = regression.map((scipy) => ({
  name: `N=${scipy.y.length}, F=${scipy.mean.length}`,
  scipy,
  model: bayesianLinearRegression.create(scipy),
  features: tf.tensor2d(scipy.features),
  y: tf.tensor1d(scipy.y),
}));

/**
 * XᵀX / σ² + I / τ² has condition numbers up to some 500 here (5 weights, 3 points, σ = 0.3, τ = 1.5), and
 * values are up to some 5: a unit in the last place, 6e-8, grows to 500 · 5 · 6e-8 = 1.5e-4 at most.
 */
const NEAR = { abs: 1.5e-4, rel: 1e-6 };

describe.each(cases)("bayesianLinearRegression, $name", ({ scipy, model, features, y }) => {
  const q = bayesianLinearRegression.posterior(model, features, y);

  test("evidence agrees with SciPy's N(y; 0, τ² X Xᵀ + σ² I)", () => {
    expect(bayesianLinearRegression.evidence(model, features, y)).toBeNear(scipy.evidence, NEAR);
  });

  test("posterior agrees with conditioning the joint distribution", () => {
    expect(q.batchShape).toEqual([]);
    expect(q.mean()).toBeNear(scipy.mean, NEAR);
    expect(q.covariance()).toBeNear(scipy.covariance.flat(), NEAR);
  });

  test("predict agrees with conditioning the joint distribution", () => {
    const p = bayesianLinearRegression.predict(model, q, tf.tensor2d(scipy.newFeatures));
    expect(p.mean()).toBeNear(scipy.predictedMean, NEAR);
    expect(p.variance()).toBeNear(scipy.predictedVariance, NEAR);
  });

  test("the ELBO equals the evidence at the posterior", () => {
    const joint = (w: tf.Tensor): tf.Tensor => bayesianLinearRegression.logJoint(model, features, y, w);
    const bounds = random
      .split(random.key(1), 100)
      .map((key) => svi.elbo(joint, q, key, { samples: 50 }).dataSync()[0] ?? NaN);
    const { mean, meanError } = moments(bounds);
    expect(scipy.evidence).toBeWithinStandardErrors(mean, meanError);
  });
});

const [{ model, features, y }] = cases as [(typeof cases)[0]];

test("the gradient of evidence with respect to σ and τ agrees with finite differences", () => {
  // With three points, three weights and both standard deviations near 2, fifth derivatives stay below 24
  // times
  // the value.
  const x = random.normal(random.key(1), [3, 3]);
  const targets = random.normal(random.key(2), [3]);
  const evidence = (p: typeof model): tf.Tensor => bayesianLinearRegression.evidence(p, x, targets);
  const wide = bayesianLinearRegression.create({ noise: 2, prior: 2 });
  const { grads } = valueAndGrad(evidence)(wide);
  const { gradient, error } = numericalGradient(evidence, wide);
  expect(grads.noise).toBeNear(gradient.noise, { abs: error });
  expect(grads.prior).toBeNear(gradient.prior, { abs: error });
});

test("bayesianLinearRegression functions create no tensors besides their results", () => {
  const q = bayesianLinearRegression.posterior(model, features, y);
  for (const [f, count] of [
    [() => bayesianLinearRegression.create({ noise: 1, prior: 1 }), 2],
    [() => bayesianLinearRegression.posterior(model, features, y), 2],
    [() => bayesianLinearRegression.evidence(model, features, y), 1],
    [() => bayesianLinearRegression.predict(model, q, features), 2],
    [() => bayesianLinearRegression.logJoint(model, features, y, q.mu), 1],
  ] as const)
    expect(f).toLeaveTensors(count);
  tree.dispose(q);
});

test("errors name the function that was called and the expected value or shape", () => {
  expect(() => bayesianLinearRegression.create({ noise: 1, prior: 0 })).toThrow(
    new Error("bayesianLinearRegression.create: prior must be a positive finite number, got 0"),
  );
  const [rows, size] = features.shape;
  for (const name of ["posterior", "evidence"] as const) {
    expect(() => bayesianLinearRegression[name](model, features, tf.zeros([3, 1]))).toThrow(
      new Error(
        `bayesianLinearRegression.${name}: y must be [N=${rows}], got [3, 1]; one target per row of features`,
      ),
    );
    expect(() => bayesianLinearRegression[name](model, y, y)).toThrow(
      new Error(
        `bayesianLinearRegression.${name}: features must be [N, F], got [${rows}]; one row per data point`,
      ),
    );
  }
  expect(() => bayesianLinearRegression.logJoint(model, features, y, tf.zeros([4, 2]))).toThrow(
    new Error(`bayesianLinearRegression.logJoint: w must be [..., F=${size}], got [4, 2]`),
  );
  const q = bayesianLinearRegression.posterior(model, features, y);
  expect(() => bayesianLinearRegression.predict(model, q, tf.zeros([4, 2]))).toThrow(
    new Error(
      `bayesianLinearRegression.predict: features must be [M, F=${size}], got [4, 2]; ` +
        "use the features q was fitted to",
    ),
  );
});

test("posterior is accurate for two collinear features", () => {
  const [noise, prior] = [1e-3, 10];
  const column = tf.linspace(0, 1, 50).reshape([50, 1]);
  const twins = bayesianLinearRegression.create({ noise, prior });
  const q = bayesianLinearRegression.posterior(twins, tf.concat([column, column], 1), column.squeeze([1]));
  // Along (1, 1)/√2 the precision is 2 Σ t² / σ² + 1/τ², along (1, −1)/√2 it is 1/τ²
  const squares = Array.from({ length: 50 }, (_, i) => (i / 49) ** 2).reduce((a, b) => a + b, 0);
  const told = 1 / ((2 * squares) / noise ** 2 + 1 / prior ** 2);
  const [own, cross] = [(told + prior ** 2) / 2, (told - prior ** 2) / 2];
  const [first, , across, second] = q.scaleTril.dataSync();
  // [X/σ; I/τ] has the condition number τ / √told = 6e4: L has a relative error of 6e4 · 6e-8 = 4e-3.
  expect((first ?? NaN) / Math.sqrt(own)).toBeCloseTo(1, 2);
  expect((across ?? NaN) / (cross / Math.sqrt(own))).toBeCloseTo(1, 2);
  expect((second ?? NaN) / Math.sqrt((told * prior ** 2) / own)).toBeCloseTo(1, 2);
  tree.dispose(q);
});
