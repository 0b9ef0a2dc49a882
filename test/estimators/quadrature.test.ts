/**
 * Means and variances of one estimate against quadrature (test/fixtures/estimator_variances.py), where closed
 * forms of the variance end: costs with a peak, exp(−k x²), and costs that oscillate, cos(kx), under N(1,
 * 1.5²).
 */
import { random, tf } from "latent";
import { normal, type Normal } from "latent/distributions";
import {
  type Estimator,
  gradientSamples,
  measureValued,
  type Objective,
  pathwise,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixtures";
import { moments } from "../support/statistics";

type Parameter = "mu" | "sigma";
type Params = Readonly<Record<Parameter, tf.Tensor>>;

interface Row {
  readonly cost: "exp(-k x^2)" | "cos(k x)";
  readonly k: number;
  readonly gradient: Readonly<Record<Parameter, number>>;
  readonly variances: Readonly<Record<string, Readonly<Record<Parameter, number>>>>;
}

const { mu, sigma, rows } = fixture("estimator_variances") as { mu: number; sigma: number; rows: Row[] };
const N = 50_000;

const costs: Readonly<Record<Row["cost"], (k: number) => (x: tf.Tensor) => tf.Tensor>> = {
  "exp(-k x^2)": (k) => (x) => x.square().mul(-k).exp(),
  "cos(k x)": (k) => (x) => x.mul(k).cos(),
};

const estimators: Readonly<Record<string, Estimator<Normal>>> = {
  "scoreFunction": scoreFunction(),
  "pathwise": pathwise(),
  "measureValued": measureValued(),
  "measureValued, not coupled": measureValued({ coupled: false }),
};

describe.each(rows)("$cost with k = $k", ({ cost, k, gradient, variances }) => {
  const objective: Objective<Params, Normal> = { q: (p) => normal(p.mu, p.sigma), f: costs[cost](k) };

  test.each(Object.entries(estimators))(
    "%s has the mean and the variance of quadrature",
    (name, estimator) => {
      const params = { mu: tf.scalar(mu), sigma: tf.scalar(sigma) };
      const samples = gradientSamples(estimator, objective, params, random.key(5), N);
      for (const parameter of ["mu", "sigma"] as const) {
        const { mean, meanError, variance, varianceError } = moments(samples[parameter].dataSync());
        expect(mean, parameter).toBeWithinStandardErrors(gradient[parameter], meanError);
        expect(variance, parameter).toBeWithinStandardErrors(
          variances[name]?.[parameter] ?? NaN,
          varianceError,
        );
      }
    },
  );
});
