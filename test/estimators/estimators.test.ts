import { random, tf, valueAndGrad } from "latent";
import { bernoulli, independent, normal, type Normal, type Reparameterized } from "latent/distributions";
import {
  enumerate,
  type Estimator,
  type Finite,
  gradientEstimate,
  gradientSamples,
  measureValued,
  type Objective,
  pathwise,
  relaxed,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";

interface Params {
  readonly mu: tf.Tensor;
  readonly sigma: tf.Tensor;
}

const key = random.key(12);
const params: Params = { mu: tf.scalar(0.5), sigma: tf.scalar(2) };
const square: Objective<Params, Normal> = { q: ({ mu, sigma }) => normal(mu, sigma), f: (x) => x.square() };
const estimators = [
  ["pathwise", pathwise()],
  ["scoreFunction", scoreFunction() as Estimator<Reparameterized>],
] as const;

describe.each(estimators)("%s", (name, estimator) => {
  test("has the name of its function", () => {
    expect(estimator.name).toBe(name);
  });

  test("has a surrogate whose values are the costs of the draws, and leaves one tensor", () => {
    const costs = normal(params.mu, params.sigma).sample(key, [7]).square();
    expect(estimator.surrogate(square, params, key, 7)).toBeNear(costs, { rel: 1e-6 });
    expect(() => estimator.surrogate(square, params, key, 7)).toLeaveTensors(1);
  });

  test("does not mix the members of a batch of q", () => {
    const batch = { mu: tf.tensor1d([0, 1, 2]), sigma: tf.tensor1d([1, 2, 3]) };
    const surrogate = estimator.surrogate(square, batch, key, 5);
    expect(surrogate).toHaveShape([5, 3]);
    const one = valueAndGrad((p: Params) =>
      estimator.surrogate(square, p, key, 5).slice([0, 1], [5, 1]).sum(),
    );
    const [first, , last] = one(batch).grads.mu.dataSync();
    expect([first, last]).toEqual([0, 0]);
  });

  test("rejects costs that are not one per draw", () => {
    const vectors: Objective<Params, Reparameterized> = {
      q: ({ mu, sigma }) => independent(normal(mu, sigma)),
      f: (z) => z.square(), // the sum over the last axis is missing
    };
    const three = { mu: tf.zeros([3]), sigma: tf.ones([3]) };
    expect(() => {
      expect(() => estimator.surrogate(vectors, three, key, 5)).toThrow(
        new Error(`${name}: f(z) must be [5], one number per draw and member of the batch of q, got [5, 3]`),
      );
    }).toLeaveTensors(0);
  });
});

describe("scoreFunction", () => {
  test("is (f − b) ∇ log q, draw by draw", () => {
    const draws = normal(params.mu, params.sigma).sample(key, [101]);
    const eps = draws.sub(params.mu).div(params.sigma);
    const { mu, sigma } = gradientSamples(scoreFunction(), square, params, key, 101);
    expect(mu).toBeNear(draws.square().mul(eps).div(params.sigma), { abs: 1e-4, rel: 1e-5 });
    expect(sigma).toBeNear(draws.square().mul(eps.square().sub(1)).div(params.sigma), {
      abs: 1e-4,
      rel: 1e-5,
    });
  });

  test("subtracts its baseline", () => {
    const five = scoreFunction({ baseline: () => tf.scalar(5) });
    const shifted: Objective<Params, Normal> = { ...square, f: (x) => x.square().sub(5) };
    const [a, b] = [five, scoreFunction()].map(
      (estimator, i) => gradientSamples(estimator, i === 0 ? square : shifted, params, key, 7).mu,
    );
    expect(a ?? NaN).toBeNear(b ?? NaN, { rel: 1e-5, abs: 1e-5 });
  });
});

describe("pathwise", () => {
  test.each([
    ["is not reparameterized", bernoulli],
    ["consists of such", (logits: tf.Tensor) => independent(bernoulli(logits))],
  ])("rejects a q that %s, also without type checks", (_, q) => {
    const objective = { q, f: (x: tf.Tensor) => x.square() } as unknown as Objective<
      tf.Tensor,
      Reparameterized
    >;
    expect(() => gradientEstimate(pathwise(), objective, tf.zeros([3]), key)).toThrow(
      new Error(
        "pathwise: q must be reparameterized, such as a normal distribution, got a distribution of kind " +
          '"bernoulli"; use scoreFunction()',
      ),
    );
  });
});

describe("gradientSamples and gradientEstimate", () => {
  test("require positive integers", () => {
    for (const n of [0, 2.5]) {
      expect(() => gradientSamples(pathwise(), square, params, key, n)).toThrow(
        new Error(`gradientSamples: n must be a positive integer, got ${n}`),
      );
      expect(() => gradientSamples(pathwise(), square, params, key, 3, n)).toThrow(
        new Error(`gradientSamples: draws must be a positive integer, got ${n}`),
      );
      expect(() => gradientEstimate(pathwise(), square, params, key, n)).toThrow(
        new Error(`gradientEstimate: draws must be a positive integer, got ${n}`),
      );
    }
  });

  test("require q and f to keep the leading axis of the parameters", () => {
    const objective: Objective<Params, Normal> = {
      q: ({ mu, sigma }) => normal(mu.sum(), sigma.sum()),
      f: (x) => x.square(),
    };
    expect(() => {
      expect(() => gradientSamples(pathwise(), objective, params, key, 5)).toThrow(
        new Error(
          "gradientSamples: f(z) must be [draws=1, n=5, ...], got [1]; " +
            "q and f must keep the leading axis n of their parameters as a batch axis",
        ),
      );
    }).toLeaveTensors(0);
  });

  test("sum over the batch of q", () => {
    const batch = { mu: tf.tensor1d([0, 1, 2]), sigma: tf.scalar(1) };
    const { mu, sigma } = gradientEstimate(pathwise(), square, batch, key, 10_000);
    // 2μ, each draw with a deviation of 2
    expect(mu).toBeNear([0, 2, 4], { abs: (6 * 2) / Math.sqrt(10_000) });
    expect(sigma).toHaveShape([]);
  });
});

test.each([
  [enumerate(), 8], // of its 8 outcomes
  [relaxed({ temperature: 1 }), 5],
  [measureValued(), 5],
] as const)("rejects costs that are not one per draw, for a Bernoulli q", (estimator, count) => {
  const coins: Objective<tf.Tensor, Finite> = { q: (l) => independent(bernoulli(l)), f: (z) => z.square() };
  const logits = tf.zeros([3]);
  expect(() => {
    expect(() => estimator.surrogate(coins, logits, key, 5)).toThrow(
      new Error(
        `${estimator.name}: f(z) must be [${count}], one number per draw and member of the batch of q, ` +
          `got [${count}, 3]`,
      ),
    );
  }).toLeaveTensors(0);
});
