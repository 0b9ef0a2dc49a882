import { exploration } from "latent/control";
import { describe, expect, test } from "vitest";
import { digammaOf } from "../../../lib/core/numeric/digamma";
import { beliefOf, expected } from "./fixtures";

const { bernoulliGain, expectedGain, informationGain, linearBelief, normalGain, predict, update } =
  exploration;

test("digamma is mpmath's to 10⁻¹⁴", () => {
  expect(expected.digamma.x.map(digammaOf)).toBeNear(expected.digamma.values, { rel: 1e-14, abs: 1e-14 });
  expect(digammaOf(0)).toBeNaN();
  expect(digammaOf(-1.5)).toBeNaN();
});

describe("bandits", () => {
  test("the information of a Bernoulli reward is that of SciPy's quadrature", () => {
    for (const { alpha, beta, gain } of expected.bernoulli)
      expect(bernoulliGain(alpha, beta)).toBeNear(gain, { abs: 1e-11 }); // that of the quadrature
  });

  test("the information of a normal reward is the difference of SciPy's entropies", () => {
    for (const { sd, noise, gain } of expected.normal)
      expect(normalGain(sd, noise)).toBeNear(gain, { abs: 1e-14, rel: 1e-12 });
  });

  test("rejects what is no distribution", () => {
    expect(() => bernoulliGain(0, 1)).toThrow(
      "exploration.bernoulliGain: alpha must be a positive finite number, got 0",
    );
    expect(() => bernoulliGain(1, -1)).toThrow("beta must be a positive finite number, got -1");
    expect(() => normalGain(0, 1)).toThrow("sd must be a positive finite number, got 0");
    expect(() => normalGain(1, 0)).toThrow("noise must be a positive finite number, got 0");
  });
});

describe.each(expected.linear)("Bayesian linear regression, case %#", (given) => {
  const { noise, prior } = given;
  const rows = given.features.map((row) => Float64Array.from(row));
  const last = rows.at(-1) ?? new Float64Array();
  const start = linearBelief({ features: last.length, noise, prior });
  const before = rows.slice(0, -1).reduce((belief, phi, n) => update(belief, phi, given.y[n] ?? NaN), start);
  const after = update(before, last, given.y.at(-1) ?? NaN);

  test("one observation at a time gives the posterior of all at once", () => {
    for (const [found, { mean, covariance }] of [
      [before, given.before],
      [after, given.after],
    ] as const) {
      expect(found.mean).toBeNear(mean, { abs: 1e-12 });
      expect(found.covariance).toBeNear(covariance, { abs: 1e-12 });
    }
  });

  test("the gain is the divergence of the posteriors", () => {
    expect(informationGain(after, before)).toBeNear(given.gain, { abs: 1e-11 });
  });

  test("the expected gain is the mean of the divergence over what may be observed", () => {
    expect(expectedGain(before, last)).toBeNear(given.expectedGain, { abs: 1e-11 });
  });

  test("predicts the mean and the variance of φᵀw", () => {
    const size = last.length;
    const covariance = given.before.covariance;
    let variance = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        variance += (last[i] ?? NaN) * (covariance[i * size + j] ?? NaN) * (last[j] ?? NaN);
    const found = predict(before, last);
    expect(found.variance).toBeNear(variance, { rel: 1e-11 });
    const mean = given.before.mean.reduce((sum, m, i) => sum + m * (last[i] ?? NaN), 0);
    expect(found.mean).toBeNear(mean, { abs: 1e-12 });
  });
});

describe("informationGain", () => {
  const [after, before] = [beliefOf(expected.diagonal.after), beliefOf(expected.diagonal.before)];

  test("of independent numbers is that of SciPy's quadrature, given as variances or as a matrix", () => {
    const size = after.mean.length;
    const full = ({ mean, covariance }: exploration.NormalBelief): exploration.NormalBelief => ({
      mean,
      covariance: Float64Array.from({ length: size * size }, (_, k) =>
        k % (size + 1) === 0 ? (covariance[k / (size + 1)] ?? NaN) : 0,
      ),
    });
    for (const a of [after, full(after)])
      for (const b of [before, full(before)])
        expect(informationGain(a, b)).toBeNear(expected.diagonal.gain, { abs: 1e-9 });
    expect(informationGain(before, before)).toBe(0);
  });

  test("names what does not fit", () => {
    const one = { mean: Float64Array.of(0), covariance: Float64Array.of(1) };
    const two = { mean: Float64Array.of(0, 0), covariance: Float64Array.of(1, 2, 2, 1) };
    expect(() => informationGain(one, two)).toThrow("after.mean must have 2 numbers, got 1");
    expect(() => informationGain({ ...one, covariance: Float64Array.of(1, 2, 3) }, one)).toThrow(
      "exploration.informationGain: after.covariance must have 1 or 1 numbers, got 3",
    );
    expect(() => informationGain(two, { ...two, covariance: Float64Array.of(1, 1) })).toThrow(
      "exploration.informationGain: after.covariance must be positive definite",
    );
    expect(() => informationGain(one, { ...one, covariance: Float64Array.of(0) })).toThrow(
      "variances must be above 0, got 1 and 0 at 0",
    );
    const belief = linearBelief({ features: 2, noise: 1 });
    for (const f of [predict, expectedGain])
      expect(() => f(belief, Float64Array.of(1))).toThrow("features must have 2 numbers, got 1");
    expect(() => update(belief, Float64Array.of(1), 0)).toThrow(
      "exploration.update: features must have 2 numbers, got 1",
    );
    expect(() => linearBelief({ features: 0, noise: 1 })).toThrow(
      "features must be a positive integer, got 0",
    );
    expect(() => linearBelief({ features: 1, noise: 0 })).toThrow("noise must be a positive finite number");
    expect(() => linearBelief({ features: 1, noise: 1, prior: -1 })).toThrow("prior must be a positive");
  });
});
