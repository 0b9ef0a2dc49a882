import { random } from "latent";
import { cem, ilqr, mppi, type Plan, type Problem, randomShooting, rollout } from "latent/control";
import { describe, expect, test } from "vitest";
import { correlatedNoise } from "../../../lib/control/shooting/candidates";
import {
  choleskyFactor,
  choleskyInverse,
  plus,
  product,
  scaled,
} from "../../../lib/core/numeric/flat-matrix";
import { control, lqrProblem, problemOf, vector } from "../fixtures";
import { firsts, toy } from "./toy";

const key = random.key(21);
const limits = { lower: [-1], upper: [2] };

test("correlated noise has variance 1 and the correlations ρ^k", () => {
  const stream = random.stream(key);
  const N = 20_000;
  const draws = Array.from({ length: N }, () => firsts(correlatedNoise(stream, 4, 1, 0.8)));
  const moment = (s: number, t: number): number =>
    draws.reduce((sum, e) => sum + (e[s] ?? NaN) * (e[t] ?? NaN), 0) / N;
  // A product of two standard normals with correlation ρ has the variance 1 + ρ²
  for (const [s, t] of [
    [0, 0],
    [3, 3],
    [0, 1],
    [2, 3],
    [0, 3],
  ] as const) {
    // prettier-ignore
    const rho = 0.8 ** (t - s);
    expect(moment(s, t)).toBeWithinStandardErrors(rho, Math.sqrt((1 + rho * rho) / N));
  }
});

describe("randomShooting", () => {
  test("finds the best of uniform draws", () => {
    const samples = 2000;
    const plan = randomShooting({ ...toy(2, 0.3), limits }, [0], key, { samples });
    // The chance that no draw falls in a circle of radius d of the square of side 3: (1 − π d² / 9)^samples =
    // 1e-9
    const d2 = (9 / Math.PI) * (1 - 1e-9 ** (1 / samples));
    expect(plan.cost).toBeLessThanOrEqual(0.5 * d2);
    expect(plan.cost).toBeGreaterThan(0);
  });

  test("keeps the given controls if no draw is better", () => {
    const plan = randomShooting({ ...toy(2, 0.3), limits }, [0], key, {
      guess: { controls: [[0.3], [0.3]] },
    });
    expect(plan.cost).toBe(0);
    expect(firsts(plan.controls)).toEqual([0.3, 0.3]);
  });
});

describe("cem", () => {
  test("keeps the deviation that the elites of a symmetric cost have", () => {
    const [samples, elites] = [20_000, 5000];
    const plan = cem(toy(2, 0), [0], key, { samples, elites, iterations: 1, sigma: 2 });
    // Of normal points in the plane, the share p nearest to 0 has e^{−q/2} = 1 − p, and each coordinate the
    // variance σ² P(χ²_4 ≤ q) / P(χ²_2 ≤ q)
    const p = elites / samples;
    const variance = (4 * (1 - (1 - p) * (1 - Math.log(1 - p)))) / p;
    // Bounded variables vary less than normal ones: √(2 / elites); the edge of the share adds less
    const error = variance * Math.sqrt(2 / elites);
    for (const sigma of firsts(plan.sigma)) expect(sigma ** 2).toBeWithinStandardErrors(variance, error);
    for (const m of firsts(plan.mean)) expect(m).toBeWithinStandardErrors(0, Math.sqrt(variance / elites));
  });

  test.each([0, 0.5])(
    "finds the optimum of a linear-quadratic problem, with the correlation %d",
    (correlation) => {
      const [numbers] = control.finiteHorizon;
      if (numbers === undefined) throw new Error("no fixture");
      const problem = problemOf(lqrProblem(numbers));
      const best = ilqr(problem, [0.7], { iterations: 1 });
      const plan = cem(problem, [0.7], key, { samples: 300, elites: 30, iterations: 12, correlation });
      // The deviation of three controls shrinks to about a third in each iteration, so that the mean of 30
      // elites is within 3 of the last σ, which sums the errors of all iterations. The best draw is within σ
      // in each control; with a curvature of at most 2.5 it costs ½ · 2.5 · 3 σ² more, below 5 σ²
      const sigma = Math.max(...firsts(plan.sigma));
      expect(sigma).toBeLessThan(1e-3);
      firsts(best.controls).forEach((u, t) => expect(firsts(plan.mean)[t]).toBeNear(u, { abs: 3 * sigma }));
      expect(plan.cost - best.cost).toBeLessThan(5 * sigma ** 2);
      expect(plan.cost - best.cost).toBeGreaterThan(-1e-12);
    },
  );

  test("does not let the deviation fall below minSigma", () => {
    const plan = cem(toy(3, 0.3), [0], key, { iterations: 20, sigma: 0.5, minSigma: 0.1 });
    expect(firsts(plan.sigma)).toBeNear(0.05, { abs: 1e-15 });
  });
});

describe("mppi", () => {
  test.each([0, 0.6])("is the mean of the posterior of normal draws, with the correlation %d", (rho) => {
    const [h, lambda, sigma, best] = [2, 0.8, 0.7, 1.5];
    const samples = 50_000;
    const plan = mppi(toy(2, best, h), [0], key, {
      samples,
      sigma,
      temperature: lambda,
      correlation: rho,
      guess: { controls: [[0.2], [-0.4]] }, // prettier-ignore
    });
    /** The normal distribution ∝ N(m, Σ) exp(−f h |u − u*|² / 2 λ). */
    const tilted = (f: number): { mean: Float64Array; covariance: Float64Array } => {
      const inverse = (a: Float64Array) => choleskyInverse(choleskyFactor(a, 2) ?? vector(), 2);
      const prior = inverse(scaled(vector(1, rho, rho, 1), sigma ** 2));
      const covariance = inverse(plus(prior, scaled(vector(1, 0, 0, 1), (f * h) / lambda)));
      const pull = plus(product(prior, vector(0.2, -0.4), 2), scaled(vector(best, best), (f * h) / lambda));
      return { mean: product(covariance, pull, 2), covariance };
    };
    const posterior = tilted(1);
    // The delta method: Σ w² (u − mean)² / (Σ w)², where w² tilts the prior twice as much
    const squared = tilted(2);
    firsts(plan.controls).forEach((u, t) => {
      const m = posterior.mean[t] ?? NaN;
      const spread = (squared.covariance[3 * t] ?? NaN) + ((squared.mean[t] ?? NaN) - m) ** 2;
      expect(u).toBeWithinStandardErrors(m, Math.sqrt(spread / plan.effectiveSamples));
    });
    expect(plan.effectiveSamples).toBeGreaterThan(1000);
  });

  test("its iterations approach the optimum as the posterior means do", () => {
    // Each iteration leaves the share 1 / (1 + σ² h / λ) = 1 / 3 of the distance
    const options = { samples: 20_000, sigma: 1, temperature: 0.5, iterations: 4 };
    const { controls, effectiveSamples } = mppi(toy(1, 1), [0], key, options);
    const posterior = Math.sqrt(1 / 3); // the deviation of the posterior; errors of earlier iterations shrink
    const error = (1.5 * posterior) / Math.sqrt(effectiveSamples);
    expect(firsts(controls)[0]).toBeWithinStandardErrors(1 - 1 / 81, error);
  });
});

describe.each(["randomShooting", "cem", "mppi"] as const)("%s", (name) => {
  const planners = { randomShooting, cem, mppi };
  const plan = (problem: Problem, seed = 5): Plan =>
    planners[name](problem, [0.4], random.key(seed), { samples: 50 });
  const problem = { ...toy(6, 5), limits };

  test("stays within the limits, and reports the states and the cost of its controls", () => {
    const { states, controls, cost } = plan(problem);
    expect(firsts(controls).every((u) => u >= -1 && u <= 2)).toBe(true);
    expect(rollout(problem, [0.4], controls)).toEqual({ states, controls, cost });
  });

  test("is a function of the key", () => {
    expect(plan(problem)).toEqual(plan(problem));
    expect(plan(problem, 6)).not.toEqual(plan(problem));
  });

  test("ignores draws whose cost is NaN, and refuses a problem without others", () => {
    const cost = { ...problem.cost, stage: (_: Float64Array, [u = NaN]: Float64Array) => Math.sqrt(u) };
    const rooted = { ...problem, horizon: 1, cost };
    const found = planners[name](rooted, [0], key, { guess: { controls: [[name === "mppi" ? 0.5 : 0]] } });
    expect(Number.isFinite(found.cost)).toBe(true);
    const broken = { ...problem, cost: { ...problem.cost, terminal: () => NaN } };
    expect(() => plan(broken)).toThrow(
      /: some plan must have a finite cost, got none of \d+; check the model, or draw smaller controls$/,
    );
  });

  test("refuses a start or a number of samples that is not valid", () => {
    expect(() => planners[name](problem, [0, 1], key)).toThrow(`${name}: start must have 1 numbers, got 2`);
    expect(() => planners[name](problem, [0], key, { samples: 0 })).toThrow(
      `${name}: samples must be a positive integer, got 0`,
    );
  });
});

test("options that are not valid are refused", () => {
  const problem = toy(2, 0);
  expect(() => randomShooting(problem, [0], key)).toThrow(
    "randomShooting: limits must be finite, got none for some control; give limits, or use cem",
  );
  expect(() => cem(problem, [0], key, { samples: 5 })).toThrow(
    "cem: elites must be at most the 5 samples, got 8",
  );
  expect(() => cem(problem, [0], key, { minSigma: 2 })).toThrow(
    "cem: minSigma must be from 0 to 1, a share of sigma, got 2",
  );
  expect(() => cem(problem, [0], key, { correlation: 1 })).toThrow(
    "cem: correlation must be at least 0 and below 1, got 1",
  );
  expect(() => cem(problem, [0], key, { sigma: [1, 2] })).toThrow(
    "cem: sigma must be one number or 1, got 2",
  );
  expect(() => cem(problem, [0], key, { sigma: 0 })).toThrow(
    "cem: sigma must be a positive finite number, got 0",
  );
  expect(() => mppi(problem, [0], key, { temperature: 0 })).toThrow(
    "mppi: temperature must be a positive finite number, got 0",
  );
});
