/**
 * The variance of one estimate against its closed form, for x ~ N(μ, 1), the cost (x − k)², and a = μ − k.
 *
 * The estimates are polynomials in ε ~ N(0, 1). With the score (ε for μ, ε² − 1 for σ) and the cost (a + ε)²,
 * for instance, E[((a + ε)² ε)²] − (2a)² = a⁴ + 6a²·3 + 15 − 4a² = a⁴ + 14a² + 15.
 */
import { random, tf } from "latent";
import { normal, type Normal } from "latent/distributions";
import {
  constantBaseline,
  type Estimator,
  gradientSamples,
  learnedBaseline,
  leaveOneOut,
  measureValued,
  type Objective,
  optimalBaseline,
  pathwise,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";
import { moments } from "../support/statistics";

type Params = Readonly<Record<"mu" | "sigma", tf.Tensor>>;
type Parameter = keyof Params;
type Moments = Readonly<Record<"variance" | "error", number>>;
const K = 1;
const N = 100_000;

const objective: Objective<Params, Normal> = {
  q: ({ mu, sigma }) => normal(mu, sigma),
  f: (x) => x.sub(K).square(),
};

interface ClosedForm {
  readonly name: string;
  readonly estimator: (a: number, parameter: Parameter) => Estimator<Normal>;
  readonly draws?: number;
  readonly mu: (a: number) => number;
  readonly sigma: (a: number) => number;
}

const closedForms: readonly ClosedForm[] = [
  {
    name: "score function",
    estimator: () => scoreFunction(),
    mu: (a) => a ** 4 + 14 * a ** 2 + 15,
    sigma: (a) => 2 * a ** 4 + 60 * a ** 2 + 74,
  },
  {
    // b* = E[f s²] / E[s²] is a² + 3 for μ, where E[s²] = 1, and (2a² + 10) / 2 for σ, where E[s²] = 2. It
    // takes b*² E[s²] off the variance: (a² + 3)² = a⁴ + 6a² + 9 for μ, ½ (2a² + 10)² = 2a⁴ + 20a² + 50 for
    // σ.
    name: "score function with the optimal constant",
    estimator: (a, parameter) =>
      scoreFunction({ baseline: constantBaseline(parameter === "mu" ? a ** 2 + 3 : a ** 2 + 5) }),
    mu: (a) => 8 * a ** 2 + 6,
    sigma: (a) => 40 * a ** 2 + 24,
  },
  {
    // The mean cost b = a² + 1 in place of b* adds (b* − b)² E[s²]: 2² for μ, 4²·2 for σ. It is learned from
    // 10⁵ costs, at a = 4 with a standard error of √(4a² + 2) / 316 = 0.026. Times 2 (b* − b) E[s²] this
    // moves the variance by 0.1 for μ and 0.4 for σ, where 6 standard errors of the variance, at least 6
    // √(2/N) of it, are above 3 and 18.
    name: "score function with the mean cost, learned",
    estimator: (a) => {
      const costs = random.normal(random.key(8), [100_000]).add(a).square();
      const state = learnedBaseline.update(learnedBaseline.init(), costs);
      return scoreFunction({ baseline: learnedBaseline.baseline(state) });
    },
    mu: (a) => 8 * a ** 2 + 10,
    sigma: (a) => 40 * a ** 2 + 56,
  },
  {
    name: "pathwise",
    estimator: () => pathwise(),
    mu: () => 4,
    sigma: (a) => 4 * a ** 2 + 8,
  },
  {
    // For μ, ((a + r)² − (a − r)²) / √2π = 4ar/√2π with Var[r] = 2 − π/2. For σ, with a vector v of three
    // normals, m = |v| and n = |v|u: 2a (m − n) + m² − n², where E[(m − n)²] = 3 E[(1 − u)²] = 1, and m² − n²
    // is χ² with 2 degrees of freedom.
    name: "measure-valued",
    estimator: () => measureValued(),
    mu: (a) => a ** 2 * (16 / Math.PI - 4),
    sigma: (a) => 4 * a ** 2 + 4,
  },
  {
    // Var[(a + r)²] + Var[(a − r)²] = 2 (4a² Var[r] + Var[r²]), Var[r²] = 4, over 2π. For σ, 4a² (E[m²] +
    // E[n²]) + Var[m²] + Var[n²] with E[m²] = 3, E[m⁴] = 15.
    name: "measure-valued, not coupled",
    estimator: () => measureValued({ coupled: false }),
    mu: (a) => (4 * a ** 2 * (2 - Math.PI / 2) + 4) / Math.PI,
    sigma: (a) => 16 * a ** 2 + 8,
  },
  {
    // With D = ε₁ − ε₂ and S = ε₁ + ε₂, independent of variance 2, the estimate for μ is ½ D² (2a + S): its
    // variance is ¼ E[D⁴] (4a² + 2) − 4a² = 8a² + 6. For σ it is ½ D² S (2a + S): ¼ E[D⁴] (4a² E[S²] + E[S⁴])
    // − 4 = 24a² + 32.
    name: "leave-one-out of 2 draws",
    estimator: () => scoreFunction({ baseline: leaveOneOut }),
    draws: 2,
    mu: (a) => 8 * a ** 2 + 6,
    sigma: (a) => 24 * a ** 2 + 32,
  },
];

describe.each(closedForms)("the variance of one estimate by $name", ({ estimator, draws, ...expected }) => {
  test.each([0, 1, -2, 4])("is the closed form at a = %d", (a) => {
    const params = { mu: tf.scalar(K + a), sigma: tf.scalar(1) };
    for (const parameter of ["mu", "sigma"] as const) {
      const key = random.key(31 + Math.abs(a));
      const grads = gradientSamples(estimator(a, parameter), objective, params, key, N, draws);
      const { variance, varianceError } = moments(grads[parameter].dataSync());
      const rounded = varianceError + 1e-9; // an estimate that is always 0 has no sampling error
      expect(variance, parameter).toBeWithinStandardErrors(expected[parameter](a), rounded);
    }
  });
});

test.each([0, 1, -2])(
  "the optimal baseline of M draws comes within 1/M of the least variance at a = %d",
  (a) => {
    // With u = (f − b*) s² / E[s²], the baseline b̂ of the others is off by Σ u_j / (M − 1), up to terms of
    // 1/M². This adds (E[u²] E[s²] + E[us]²) / (M − 1) to M times the variance. For μ, u = (2aε + ε² − 3) ε²:
    // E[u²] = 4a²·15 + 105 − 90 + 27, and E[us] = 2a·3.
    const [M, n] = [101, 4000];
    const excess = (60 * a ** 2 + 42 + 36 * a ** 2) / (M - 1);
    const params = { mu: tf.scalar(K + a), sigma: tf.scalar(1) };
    const estimator = scoreFunction({ baseline: optimalBaseline });
    const { mu } = gradientSamples(estimator, objective, params, random.key(57), n, M);
    const { variance, varianceError } = moments(mu.dataSync());
    expect(M * variance).toBeWithinStandardErrors(8 * a ** 2 + 6 + excess, M * varianceError);
  },
);

test("the optimal baseline can be worse than leaveOneOut with 10 draws, and is better with 101", () => {
  // At a = 1 leaveOneOut has, M times, 8a² + 10 + (8a² + 2) / (M − 1): 19.1 and 18.1. The optimal one has,
  // from the terms above, about 14 + 138 / (M − 1): 29 and 15.4.
  const params = { mu: tf.scalar(K + 1), sigma: tf.scalar(1) };
  const scaled = (baseline: typeof optimalBaseline | typeof leaveOneOut, M: number): Moments => {
    const estimator = scoreFunction({ baseline });
    const { mu } = gradientSamples(estimator, objective, params, random.key(58), 4000, M);
    const { variance, varianceError } = moments(mu.dataSync());
    return { variance: M * variance, error: M * varianceError };
  };
  const [loo10, loo101] = [scaled(leaveOneOut, 10), scaled(leaveOneOut, 101)];
  expect(loo10.variance).toBeWithinStandardErrors(18 + 10 / 9, loo10.error);
  expect(loo101.variance).toBeWithinStandardErrors(18 + 10 / 100, loo101.error);
  expect(scaled(optimalBaseline, 10).variance).toBeGreaterThan(loo10.variance);
  expect(scaled(optimalBaseline, 101).variance).toBeLessThan(loo101.variance);
});
