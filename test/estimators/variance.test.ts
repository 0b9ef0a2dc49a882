/**
 * The variance of one estimate against its closed form, for x ~ N(μ, 1), the cost (x − k)², and a = μ − k.
 *
 * The estimates are polynomials in ε ~ N(0, 1). With the score (ε for μ, ε² − 1 for σ) and the cost (a + ε)², for instance,
 * E[((a + ε)² ε)²] − (2a)² = a⁴ + 6a²·3 + 15 − 4a² = a⁴ + 14a² + 15.
 */
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import * as random from "../../lib/core/random";
import { normal, type Normal } from "../../lib/distributions";
import { gradientSamples, leaveOneOut, pathwise, scoreFunction, type Objective } from "../../lib/estimators";
import { moments } from "../support/statistics";

type Params = Readonly<Record<"mu" | "sigma", tf.Tensor>>;
const K = 1;
const N = 200_000;

const objective: Objective<Params, Normal> = {
  q: ({ mu, sigma }) => normal(mu, sigma),
  f: (x) => x.sub(K).square(),
};

const closedForms = [
  {
    name: "score function",
    sample: (p: Params, key: random.Key) => gradientSamples(scoreFunction(), objective, p, key, N),
    mu: (a: number) => a ** 4 + 14 * a ** 2 + 15,
    sigma: (a: number) => 2 * a ** 4 + 60 * a ** 2 + 74,
  },
  {
    name: "pathwise",
    sample: (p: Params, key: random.Key) => gradientSamples(pathwise(), objective, p, key, N),
    mu: () => 4,
    sigma: (a: number) => 4 * a ** 2 + 8,
  },
  {
    // With D = ε₁ − ε₂ and S = ε₁ + ε₂, independent of variance 2, the estimate for μ is ½ D² (2a + S): its variance is
    // ¼ E[D⁴] (4a² + 2) − 4a² = 8a² + 6. For σ it is ½ D² S (2a + S): ¼ E[D⁴] (4a² E[S²] + E[S⁴]) − 4 = 24a² + 32.
    name: "leave-one-out of 2 draws",
    sample: (p: Params, key: random.Key) =>
      gradientSamples(scoreFunction({ baseline: leaveOneOut }), objective, p, key, N, 2),
    mu: (a: number) => 8 * a ** 2 + 6,
    sigma: (a: number) => 24 * a ** 2 + 32,
  },
];

describe.each(closedForms)("the variance of one estimate by $name", ({ sample, ...expected }) => {
  test.each([0, 1, -2, 4])("is the closed form at a = %d", (a) => {
    const grads = sample({ mu: tf.scalar(K + a), sigma: tf.scalar(1) }, random.key(31 + Math.abs(a)));
    for (const parameter of ["mu", "sigma"] as const) {
      const { variance, varianceError } = moments(grads[parameter].dataSync());
      expect(variance, parameter).toBeWithinStandardErrors(expected[parameter](a), varianceError);
    }
  });
});
