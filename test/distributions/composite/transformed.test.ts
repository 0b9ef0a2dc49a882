import { jit, random, tf, tree, valueAndGrad } from "latent";
import {
  bijectors,
  type Bijector,
  independent,
  kl,
  laplace,
  normal,
  sampleAndLogProb,
  transformed,
  uniform,
} from "latent/distributions";
import { describe, expect, test } from "vitest";

const { tanh, sigmoid, exp, softplus, affine, compose } = bijectors;

/** f and log f′ in double precision. */
const exact: Record<string, [Bijector, f: (x: number) => number, logDerivative: (x: number) => number]> = {
  tanh: [tanh, Math.tanh, (x) => -2 * Math.log(Math.cosh(x))],
  sigmoid: [
    sigmoid,
    (x) => 1 / (1 + Math.exp(-x)),
    (x) => -Math.abs(x) - 2 * Math.log1p(Math.exp(-Math.abs(x))),
  ],
  exp: [exp, Math.exp, (x) => x],
  softplus: [softplus, (x) => Math.log1p(Math.exp(x)), (x) => -Math.log1p(Math.exp(-x))],
  affine: [affine(1, -2), (x) => 1 - 2 * x, () => Math.LN2],
  composition: [
    compose(affine(0, 2), tanh),
    (x) => Math.tanh(2 * x),
    (x) => Math.LN2 - 2 * Math.log(Math.cosh(2 * x)),
  ],
};

describe.each(Object.entries(exact))("%s", (_, [bijector, f, logDerivative]) => {
  const numbers = [-10, -9, -3, -1, -0.1, 0, 1e-3, 0.5, 2, 5, 9.5, 10];
  const x = tf.tensor1d(numbers);

  test("has its values and log-derivatives, up to |x| = 10", () => {
    expect(bijector.forward(x)).toBeNear(numbers.map(f), { rel: 1e-6, abs: 1e-7 });
    expect(bijector.logDerivative(x)).toBeNear(numbers.map(logDerivative), { rel: 1e-6, abs: 3e-7 });
  });

  test("has the log-derivative of its own gradient", () => {
    const middle = tf.tensor1d([-2, -0.5, 0, 0.3, 2]);
    const { grads } = valueAndGrad((y: tf.Tensor) => bijector.forward(y).sum())(middle);
    expect(bijector.logDerivative(middle)).toBeNear(grads.abs().log(), { abs: 1e-4 }); // 1 − tanh² cancels
  });

  test("is inverted where its values are apart", () => {
    const middle = tf.tensor1d([-2, -0.5, 0, 0.3, 2]);
    expect(bijector.inverse(bijector.forward(middle))).toBeNear(middle, { abs: 2e-5 });
  });

  test("leaves one tensor per call", () => {
    for (const call of [
      () => bijector.forward(x),
      () => bijector.inverse(x),
      () => bijector.logDerivative(x),
    ])
      expect(call).toLeaveTensors(1);
  });

  test("gives densities that sum to 1, with the mean and the variance of draws", () => {
    const d = transformed(normal(0.3, 0.4), bijector);
    const n = 200_001;
    const [low, high] = [-4, 6];
    const grid = tf.linspace(low, high, n);
    const mass = d
      .logProb(grid)
      .exp()
      .sum()
      .mul((high - low) / (n - 1));
    expect(mass).toBeNear(1, { abs: 1e-4 });
    const draws = d.sample(random.key(1), [400_000]);
    const { mean, variance } = tf.moments(draws);
    const error = Math.sqrt((variance.dataSync()[0] ?? NaN) / 400_000);
    expect(d.mean()).toBeNear(mean, { abs: 6 * error });
    expect(d.variance()).toBeNear(variance, { rel: 0.03 });
  });
});

describe("a tanh-transformed normal distribution, the policy of soft actor-critic", () => {
  const means = tf.tensor2d([[0, 8], [-9, 0.5]]); // prettier-ignore
  const policy = transformed(independent(normal(means, 1)), tanh);

  test("has finite log-densities of its draws, however near ±1", () => {
    const [x, logProb] = sampleAndLogProb(policy, random.key(2), [1000]);
    expect(x).toHaveShape([1000, 2, 2]);
    expect(logProb).toHaveShape([1000, 2]);
    expect(x.equal(1).any().dataSync()[0]).toBe(1); // float32 has rounded some to 1
    expect(logProb.isFinite().all().dataSync()[0]).toBe(1);
    // log p(y) = Σ log N(x) − log (1 − tanh² x) at the same x, in float64
    const before = policy.base.sample(random.key(2), [1000]).dataSync();
    const [mu, rows] = [[0, 8, -9, 0.5], logProb.dataSync()];
    for (const row of [0, 1, 2, 500]) {
      for (const b of [0, 1]) {
        const expected = [0, 1]
          .map((a) => {
            const value = before[row * 4 + b * 2 + a] ?? NaN;
            const z = value - (mu[b * 2 + a] ?? NaN);
            return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) + 2 * Math.log(Math.cosh(value));
          })
          .reduce((sum, value) => sum + value, 0);
        expect(rows[row * 2 + b]).toBeNear(expected, { rel: 1e-5, abs: 1e-5 });
      }
    }
  });

  test("has a gradient through draws and their log-densities, compiled too", () => {
    const entropy = (mu: tf.Tensor, key: random.Key): tf.Tensor =>
      sampleAndLogProb(transformed(normal(mu, 0.5), tanh), key, [64])[1]
        .mean()
        .neg();
    const gradient = (mu: tf.Tensor, key: random.Key): tf.Tensor =>
      valueAndGrad((m: tf.Tensor) => entropy(m, key))(mu).grads;
    const [mu, key] = [tf.scalar(0.7), random.key(3)];
    const h = 1 / 64;
    const [up, down] = [mu.add(h), mu.sub(h)].map((m) => entropy(m, key).dataSync()[0] ?? NaN) as [
      number,
      number,
    ];
    expect(gradient(mu, key)).toBeNear((up - down) / (2 * h), { abs: 1e-3 });
    const compiled = jit(gradient);
    expect(compiled(mu, key)).toBeNear(gradient(mu, key), { abs: 1e-5 });
    compiled.dispose();
  });

  test("has no density outside (−1, 1)", () => {
    const d = transformed(normal(0, 1), tanh);
    expect(d.logProb(tf.tensor1d([-1.1, 1.1]))).toBeNear([-Infinity, -Infinity], {});
    expect(d.logProb(tf.scalar(0))).toBeNear(-0.5 * Math.log(2 * Math.PI), { abs: 1e-6 });
  });
});

test("a log-normal distribution has the moments of the closed form", () => {
  const d = transformed(normal(0.2, tf.tensor1d([0.5, 1])), exp);
  const [s, t] = [0.25, 1];
  expect(d.mean()).toBeNear([Math.exp(0.2 + s / 2), Math.exp(0.2 + t / 2)], { rel: 1e-5 });
  expect(d.variance()).toBeNear([Math.expm1(s) * Math.exp(0.4 + s), Math.expm1(t) * Math.exp(0.4 + t)], {
    rel: 1e-4,
  });
});

test("the moments of other bases come from their quantiles, or are an error", () => {
  const d = transformed(uniform(0, 1), affine(1, 2));
  expect(d.mean()).toBeNear(2, { abs: 1e-5 });
  expect(d.variance()).toBeNear(4 / 12, { abs: 1e-3 });
  expect(() => transformed(transformed(laplace(0, 1), exp), tanh).mean()).toThrow(
    "transformed.mean: the moments need a base with quantiles, got transformed; " +
      "estimate them over draws, p.sample(key, [S]).mean(0)",
  );
});

test("one transformation of both does not change the divergence", () => {
  const [q, p] = [normal(0.3, 1), normal(0, 2)];
  expect(kl(transformed(q, tanh), transformed(p, tanh))).toBeNear(kl(q, p), {});
  expect(() => kl(transformed(q, tanh), transformed(p, exp))).toThrow(
    "kl: q and p must be transformed by the same bijector",
  );
});

test("it is a node of trees, with its bijector", () => {
  const shift = jit((d: ReturnType<typeof transformed>) => tree.map((x) => x.add(1), d));
  const moved = shift(transformed(normal(0, 1), compose(affine(0, 2), tanh)));
  // μ 0 → 1, σ 1 → 2, a 2 → 3, b 0 → 1
  const expected = transformed(normal(1, 2), compose(affine(1, 3), tanh));
  expect(moved.logProb(tf.scalar(0.3))).toBeNear(expected.logProb(tf.scalar(0.3)), { abs: 1e-5 });
  shift.dispose();
});
