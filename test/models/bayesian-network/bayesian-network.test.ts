import { random, tf, tree, valueAndGrad } from "latent";
import { exploration } from "latent/control";
import { bayesianLinearRegression, bayesianNetwork, type BayesianNetwork } from "latent/models";
import { describe, expect, test } from "vitest";
import { columns, moments } from "../../support/statistics";

type Estimator = bayesianNetwork.WeightNoise;
const ESTIMATORS: readonly Estimator[] = ["shared", "local", "flipout"];

function inverseSoftplus(y: number): number {
  return Math.log(Math.expm1(y));
}

/** Linear regression with given means and standard deviations. */
function linear(mean: readonly number[], sd: readonly number[], bias = false): BayesianNetwork {
  const row = (values: readonly number[]): tf.Tensor2D => tf.tensor2d([...values], [values.length, 1]);
  const weights = { mu: row(mean), rho: row(sd.map(inverseSoftplus)) };
  const offset = { mu: tf.tensor1d([0.3]), rho: tf.tensor1d([inverseSoftplus(0.4)]) };
  return { layers: [{ weights, ...(bias && { bias: offset }) }], activation: "tanh" };
}

const small = bayesianNetwork.init(random.key(1), { inputs: 3, hidden: [4, 5], outputs: 2, stdDev: 0.2 });

/** The weights of a network as a belief in plain numbers. */
function beliefOf(model: BayesianNetwork): exploration.NormalBelief {
  const numbers = model.layers.flatMap(({ weights, bias }) => [weights, ...(bias ? [bias] : [])]);
  return {
    mean: Float64Array.from(numbers.flatMap(({ mu }) => Array.from(mu.dataSync()))),
    covariance: Float64Array.from(
      numbers.flatMap(({ rho }) => Array.from(rho.dataSync(), (r) => Math.log1p(Math.exp(r)) ** 2)),
    ),
  };
}

describe("bayesianNetwork", () => {
  test("starts with the given standard deviations", () => {
    const [first] = bayesianNetwork.posterior(small);
    expect(first?.weights.variance().sqrt()).toBeNear(0.2, { rel: 1e-6 });
    expect(first?.bias?.mean()).toBeNear(0, {});
    expect(first?.weights.mean()).toHaveShape([3, 4]);
  });

  test("the divergence from N(0, τ²) and from another posterior is that of independent normals", () => {
    const other = bayesianNetwork.init(random.key(2), { inputs: 3, hidden: [4, 5], outputs: 2, stdDev: 0.3 });
    const after = beliefOf(small);
    const prior = { mean: new Float64Array(after.mean.length), covariance: after.mean.map(() => 0.49) };
    // 63 terms in float32, none negative
    expect(bayesianNetwork.kl(small, 0.7)).toBeNear(exploration.informationGain(after, prior), { rel: 1e-5 });
    expect(bayesianNetwork.kl(small, other)).toBeNear(exploration.informationGain(after, beliefOf(other)), {
      rel: 1e-5,
    });
    expect(bayesianNetwork.kl(small, small)).toBeNear(0, {});
  });

  test("applies the means of the weights", () => {
    const x = random.normal(random.key(3), [7, 3]);
    const [first, second, third] = small.layers.map(
      ({ weights, bias }) =>
        (h: tf.Tensor) =>
          h.matMul(weights.mu).add(bias?.mu ?? 0),
    );
    const expected = third?.(second?.(first?.(x).tanh() ?? x).tanh() ?? x) ?? x;
    expect(bayesianNetwork.applyMean(small, x)).toBeNear(expected, { abs: 1e-6 });
  });

  test("leaves the tensors that it returns", () => {
    const x = tf.ones([7, 3]);
    const y = tf.ones([7, 2]);
    const key = random.key(1);
    for (const noise of ESTIMATORS)
      expect(() => bayesianNetwork.apply(small, x, key, { noise })).toLeaveTensors(1);
    expect(() => bayesianNetwork.applyMean(small, x)).toLeaveTensors(1);
    expect(() => bayesianNetwork.sampleFunctions(small, x, key, 3)).toLeaveTensors(1);
    expect(() => bayesianNetwork.kl(small, 1)).toLeaveTensors(1);
    expect(() => bayesianNetwork.kl(small, small)).toLeaveTensors(1);
    expect(() => bayesianNetwork.posterior(small)).toLeaveTensors(12);
    expect(() => bayesianNetwork.elbo(small, { x, y }, key, { stdDev: 1 })).toLeaveTensors(3);
    expect(() => bayesianNetwork.loss({ stdDev: 1 })(small, { x, y }, key)).toLeaveTensors(3);
  });

  test("names what is wrong", () => {
    const init = { inputs: 3, hidden: [4], outputs: 2 };
    expect(() => bayesianNetwork.init(random.key(1), { ...init, hidden: [0] })).toThrow(
      "bayesianNetwork.init: hidden[0] must be a positive integer, got 0",
    );
    expect(() => bayesianNetwork.init(random.key(1), { ...init, stdDev: 0 })).toThrow(
      "stdDev must be a positive finite number, got 0",
    );
    const other = bayesianNetwork.init(random.key(1), init);
    expect(() => bayesianNetwork.kl(small, other)).toThrow(
      "bayesianNetwork.kl: prior must have weights [3, 4] [4] [4, 5] [5] [5, 2] [2], " +
        "got [3, 4] [4] [4, 2] [2]",
    );
    expect(() => bayesianNetwork.kl(small, -1)).toThrow("prior must be a positive finite number, got -1");
    const [x, y] = [tf.ones([7, 3]), tf.ones([7, 2])];
    expect(() => bayesianNetwork.apply(small, y, random.key(1))).toThrow("bayesianNetwork.apply: x must be");
    expect(() => bayesianNetwork.sampleFunctions(small, x, random.key(1), 0)).toThrow("draws must be");
    expect(() => bayesianNetwork.elbo(small, { x, y: x }, random.key(1), { stdDev: 1 })).toThrow(
      "bayesianNetwork.elbo: y must be [B=7, Out=2], got [7, 3]; one row per row of x",
    );
    expect(() => bayesianNetwork.loss({ stdDev: 0 })(small, { x, y }, random.key(1))).toThrow(
      "bayesianNetwork.loss: stdDev must be a positive finite number, got 0",
    );
  });
});

describe.each(ESTIMATORS)("outputs of one linear layer, %s", (noise) => {
  const [mean, sd] = [
    [0.5, -1],
    [0.3, 0.8],
  ];
  const model = linear(mean, sd, true);
  const rows = [
    [1, 2],
    [1.5, -0.5],
  ];
  const x = tf.tensor2d(rows);
  const outputs = tf.stack(
    random
      .split(random.key(7), 1000)
      .map((key: random.Key) => bayesianNetwork.apply(model, x, key, { noise })),
  ); // [1000, 2, 1]
  const [first = [], second = []] = columns(outputs.squeeze([2]));

  test("have the mean x μ + μ_b and the variance x² σ² + σ_b²", () => {
    [first, second].forEach((values, i) => {
      const [a = NaN, b = NaN] = rows[i] ?? [];
      const found = moments(values);
      expect(found.mean).toBeWithinStandardErrors(0.5 * a - b + 0.3, found.meanError);
      expect(found.variance).toBeWithinStandardErrors(
        0.09 * a * a + 0.64 * b * b + 0.16,
        found.varianceError,
      );
    });
  });

  test("of two rows are correlated only if they share the weights", () => {
    const [m, n] = [moments(first).mean, moments(second).mean];
    const products = moments(first.map((v, i) => (v - m) * ((second[i] ?? NaN) - n)));
    // x_1ᵀ diag(σ²) x_2 + σ_b² = 0.09 · 1.5 − 0.64 + 0.16
    const covariance = noise === "shared" ? 0.09 * 1.5 - 0.64 + 0.16 : 0;
    expect(products.mean).toBeWithinStandardErrors(covariance, products.meanError);
  });
});

test("the variance of the gradient is that of the closed form, smaller for local draws and flipout", () => {
  // −log p = ½ Σ_i (x_i w − y_i)² has the gradient Σ_i x_i (x_i w − y_i) with respect to μ. With one w for
  // all rows its covariance is A diag(σ²) A, A = Σ_i x_i x_iᵀ; with independent outputs it is
  // Σ_i x_i x_iᵀ (x_i² σ²).
  const rows = [
    [1, 0.5],
    [0.9, 0.7],
    [1.1, 0.4],
    [1, -0.2],
    [0.8, 0.6],
    [1.2, 0.5],
  ] as const;
  const sd = [0.5, 0.4] as const;
  const sum = (f: (row: readonly [number, number]) => number): number =>
    rows.reduce((total, row) => total + f(row), 0);
  const [a, b] = [sum(([u]) => u * u), sum(([u, v]) => u * v)];
  const sharedVariance = a * a * sd[0] ** 2 + b * b * sd[1] ** 2;
  const ownVariance = sum(([u, v]) => u * u * (u * u * sd[0] ** 2 + v * v * sd[1] ** 2));
  expect(sharedVariance).toBeGreaterThan(4 * ownVariance);
  const model = linear([0.2, -0.3], sd);
  const data = { x: tf.tensor2d(rows.map((row) => [...row])), y: tf.zeros([6, 1]) };
  for (const noise of ESTIMATORS) {
    const gradient = valueAndGrad((params: BayesianNetwork, key: random.Key) =>
      bayesianNetwork.elbo(params, data, key, { stdDev: 1, noise }).logLikelihood.neg(),
    );
    const draws = random.split(random.key(9), 200).map((key: random.Key) => {
      const { value, grads, aux } = gradient(model, key);
      const [first = NaN] = grads.layers[0]?.weights.mu.dataSync() ?? [];
      tree.dispose({ value, grads, aux });
      return first;
    });
    const found = moments(draws);
    const expected = noise === "shared" ? sharedVariance : ownVariance;
    expect(found.variance).toBeWithinStandardErrors(expected, found.varianceError);
  }
});

describe("linear regression, where the posterior is exact", () => {
  const [noise, prior, N] = [0.5, 1.5, 12];
  const features = random.normal(random.key(20), [N, 3]);
  const y = features
    .matMul(tf.tensor2d([1, -0.5, 0.8], [3, 1]))
    .add(random.normal(random.key(21), [N, 1]).mul(noise));
  const exact = bayesianLinearRegression.create({ noise, prior });
  const p = bayesianLinearRegression.posterior(exact, features, y.squeeze([1]));
  const [mean, covariance] = [p.mean().dataSync(), p.covariance().dataSync()];
  const posterior = { mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };

  test("log p(Y|X) is the ELBO plus the divergence from the exact posterior", () => {
    const q = linear([0.9, -0.4, 0.7], [0.2, 0.3, 0.15]);
    const evidence = bayesianLinearRegression.evidence(exact, features, y.squeeze([1])).dataSync()[0] ?? NaN;
    const gap = exploration.informationGain(beliefOf(q), posterior);
    for (const kind of ESTIMATORS) {
      const bounds = random.split(random.key(22), 200).map((key: random.Key) => {
        const { elbo, ...terms } = bayesianNetwork.elbo(q, { x: features, y }, key, {
          stdDev: noise,
          prior,
          noise: kind,
        });
        const [value = NaN] = elbo.dataSync();
        tree.dispose({ elbo, ...terms });
        return value;
      });
      const found = moments(bounds);
      expect(found.mean).toBeWithinStandardErrors(evidence - gap, found.meanError);
    }
  });

  test("a batch stands for all rows: its likelihood is scaled by N / B", () => {
    const q = linear([0.9, -0.4, 0.7], [1e-6, 1e-6, 1e-6]); // no noise to speak of
    const options = { stdDev: noise, prior };
    const whole = bayesianNetwork.elbo(q, { x: features, y }, random.key(1), options);
    const halves = tf
      .split(features, 2)
      .map((x, i) =>
        bayesianNetwork.elbo(q, { x, y: tf.split(y, 2)[i] ?? y }, random.key(1), { ...options, rows: N }),
      );
    const mean = (halves[0]?.logLikelihood ?? tf.scalar(NaN)).add(halves[1]?.logLikelihood ?? NaN).div(2);
    expect(mean).toBeNear(whole.logLikelihood, { rel: 1e-4 });
    const [loss, metrics] = bayesianNetwork.loss({ ...options, rows: N })(
      q,
      { x: features, y },
      random.key(1),
    );
    expect(loss).toBeNear(whole.elbo.div(-N), { rel: 1e-6 });
    expect(metrics.kl).toBeNear(whole.kl, { rel: 1e-6 });
  });
});
