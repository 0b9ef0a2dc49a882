import { random, tf } from "latent";
import { normal, type Normal } from "latent/distributions";
import {
  gradientEstimate,
  gradientSamples,
  leaveOneOut,
  type Objective,
  optimalBaseline,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";

type Params = Readonly<Record<"mu" | "sigma", tf.Tensor>>;
const key = random.key(8);
const params: Params = { mu: tf.scalar(0.5), sigma: tf.scalar(2) };
const objective: Objective<Params, Normal> = {
  q: ({ mu, sigma }) => normal(mu, sigma),
  f: (x) => x.square(),
};
const optimal = scoreFunction({ baseline: optimalBaseline });

describe("optimalBaseline", () => {
  test("equals leaveOneOut for 2 draws: the cost of the other one", () => {
    const samples = gradientSamples(optimal, objective, params, key, 50, 2);
    const expected = gradientSamples(scoreFunction({ baseline: leaveOneOut }), objective, params, key, 50, 2);
    for (const parameter of ["mu", "sigma"] as const)
      expect(samples[parameter]).toBeNear(expected[parameter], { abs: 1e-4, rel: 1e-4 });
  });

  test("is Σ f s² / Σ s² over the other draws, separately for each parameter", () => {
    const M = 7;
    const draws = Array.from(normal(params.mu, params.sigma).sample(key, [M]).dataSync());
    const eps = draws.map((x) => (x - 0.5) / 2);
    const scores = { mu: eps.map((e) => e / 2), sigma: eps.map((e) => (e * e - 1) / 2) };
    const grads = gradientEstimate(optimal, objective, params, key, M);
    for (const parameter of ["mu", "sigma"] as const) {
      const s = scores[parameter];
      const sum = (f: (j: number) => number, m: number): number =>
        draws.reduce((total, _, j) => total + (j === m ? 0 : f(j)), 0);
      const square = (j: number): number => (s[j] ?? NaN) ** 2;
      const estimates = draws.map((x, m) => {
        const b = sum((j) => (draws[j] ?? NaN) ** 2 * square(j), m) / sum(square, m);
        return (x * x - b) * (s[m] ?? NaN);
      });
      const mean = estimates.reduce((total, x) => total + x, 0) / M;
      expect(grads[parameter], parameter).toBeNear(mean, { abs: 1e-5, rel: 1e-5 });
    }
  });

  test("requires more than one draw", () => {
    expect(() => gradientEstimate(optimal, objective, params, key)).toThrow(
      new Error("optimalBaseline: draws must be at least 2 per estimate, got 1"),
    );
  });

  test("requires q to keep a leading axis of the parameters", () => {
    const pooled: Objective<Params, Normal> = {
      ...objective,
      q: ({ mu, sigma }) => normal(mu.sum(), sigma.sum()),
    };
    expect(() => {
      expect(() => gradientEstimate(optimal, pooled, params, key, 5)).toThrow(
        new Error(
          "scoreFunction: with a baseline per parameter, q must keep a leading axis of its parameters " +
            "as a batch axis: for 5 copies its batch must be [5], got []; use leaveOneOut instead",
        ),
      );
    }).toLeaveTensors(0);
  });
});

test("scoreFunction rejects a baseline per parameter that depends on its own draw", () => {
  const withOwn = scoreFunction({
    baseline: { perParameter: (g, s) => g.mul(s).sum(0).div(s.square().sum(0)) },
  });
  expect(() => {
    expect(() => gradientEstimate(withOwn, objective, params, key, 5)).toThrow(
      "scoreFunction: baseline must not depend on the draw that it is used for",
    );
  }).toLeaveTensors(0);
});
