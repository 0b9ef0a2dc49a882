/** Compares CVAEs with log p(y|x): in closed form where all is linear-Gaussian, by quadrature otherwise. */
import { adam, fit, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { independent, normal } from "latent/distributions";
import { cvae, type CvaeNetworks } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, others } from "../../support/backends";
import * as small from "./small-cvae";

afterEach(goHome);

function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const all = Array.from(values);
  const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
  const variance = all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (all.length - 1);
  return { mean, error: Math.sqrt(variance / all.length) };
}

describe("a linear-Gaussian model with the exact posterior as encoder", () => {
  const xs = [
    [0.5, -0.2],
    [-1.5, 2],
    [0, 0.7],
  ];
  const ys = [
    [1, -1],
    [0.3, 2.2],
    [-2.5, 0.4],
  ];
  const columns = (rows: number[][]): small.Columns => ({
    a: tf.tensor2d(rows.map(([a = NaN]) => [a])),
    b: tf.tensor2d(rows.map(([, b = NaN]) => [b])),
  });
  const expected = xs.map((x, i) => small.logMarginal(x, ys[i] ?? []));
  // log p(y|x, z), log p(z|x) and log q are below 40 for draws within 6 σ, and are rounded some twenty times
  const abs = 3 * 20 * 40 * 2 ** -24;

  test("each importance weight and the estimate of logProb equal log p(y|x)", () => {
    tf.tidy(() => {
      const batch = { x: columns(xs), y: tf.tensor2d(ys) };
      const networks = small.linearNetworks("multivariate");
      const weights = cvae.logWeights(networks, batch, random.key(1), 5);
      expect(weights).toHaveShape([5, 3]);
      for (const row of tf.unstack(weights)) expect(row).toBeNear(expected, { abs });
      const options = { draws: 4, atOnce: 8 }; // two rows at once
      expect(cvae.logProb(networks, batch, random.key(2), options)).toBeNear(expected, { abs });
    });
  });

  test("without a closed form of the divergence, the bound of each draw equals log p(y|x)", () => {
    tf.tidy(() => {
      const batch = { x: columns(xs), y: tf.tensor2d(ys) };
      const terms = cvae.elboTerms(small.linearNetworks("independent"), batch, random.key(3));
      expect(terms.elbo).toBeNear(expected, { abs });
      expect(terms.reconstruction.sub(terms.kl)).toBeNear(terms.elbo, { abs: 1e-6 });
    });
  });

  test("with the closed form, the mean of the bound over draws equals log p(y|x)", () => {
    tf.tidy(() => {
      const rows = 20_000;
      xs.forEach((x, i) => {
        const repeat = (row: readonly number[]): number[][] => Array.from({ length: rows }, () => [...row]);
        const batch = { x: columns(repeat(x)), y: tf.tensor2d(repeat(ys[i] ?? [])) };
        const elbo = cvae.elbo(small.linearNetworks("multivariate"), batch, random.key(4 + i));
        const { mean, error } = meanAndError(elbo.dataSync());
        expect(mean).toBeWithinStandardErrors(expected[i] ?? NaN, error);
        expect(error).toBeLessThan(0.02);
      });
    });
  });

  test("draws have the mean and the covariance of p(y|x)", () => {
    const draws = 40_000;
    tf.tidy(() => {
      const y = cvae.sample(small.linearNetworks("independent"), columns(xs), random.key(5), [draws]);
      expect(y).toHaveShape([draws, 3, 2]);
      xs.forEach((x, i) => {
        const { mean, covariance } = small.marginal(x);
        const [u, v] = tf.unstack(y.slice([0, i, 0], [draws, 1, 2]).squeeze([1]), 1) as [
          tf.Tensor,
          tf.Tensor,
        ];
        const [varianceU, between, , varianceV] = covariance;
        const [m = NaN, n = NaN] = mean;
        expect(u.mean()).toBeWithinStandardErrors(m, Math.sqrt(varianceU / draws));
        expect(v.mean()).toBeWithinStandardErrors(n, Math.sqrt(varianceV / draws));
        // of normal variables, Var[(u − m)(v − n)] = σ_u² σ_v² + cov²
        const product = u.sub(m).mul(v.sub(n)).mean();
        const error = Math.sqrt((varianceU * varianceV + between ** 2) / draws);
        expect(product).toBeWithinStandardErrors(between, error);
      });
    });
  });
});

const cases = (["standard", "conditional"] as const).flatMap((prior) =>
  [true, false].map((learnStdDev) => ({ prior, learnStdDev })),
);

describe.each(cases)("cvae with a $prior prior, learned σ: $learnStdDev", ({ prior, learnStdDev }) => {
  const model = small.smallCvae(prior, learnStdDev);
  const networks = cvae.networks(model);
  const numbers = small.toDoubles(model);
  const evidence = small.pairs.map((pair) =>
    Math.log(small.integral((z) => Math.exp(small.logJoint(numbers, pair, z)))),
  );

  test("quadrature over z has converged", () => {
    small.pairs.forEach((pair, i) => {
      const fine = Math.log(small.integral((z) => Math.exp(small.logJoint(numbers, pair, z)), 0.01));
      expect(evidence[i]).toBeNear(fine, { abs: 1e-9 });
    });
  });

  test("ELBO + KL(q(z|x, y) ‖ p(z|x, y)) equals log p(y|x)", () => {
    tf.tidy(() => {
      const rows = 20_000;
      small.pairs.forEach((pair, i) => {
        const log = evidence[i] ?? NaN;
        const gap = small.integral((z) => {
          const q = small.logQ(numbers, pair, z);
          return Math.exp(q) * (q - small.logJoint(numbers, pair, z) + log); // q log q / p(z|x, y)
        });
        const batch = small.asTensors(Array.from({ length: rows }, () => pair));
        const terms = cvae.elboTerms(networks, batch, random.key(6));
        const { mean, error } = meanAndError(terms.elbo.dataSync());
        expect(mean).toBeWithinStandardErrors(log - gap, error);
        expect(gap).toBeGreaterThan(0.01);
        // a sum of a logarithm and two squares, each below 4
        expect(terms.kl.slice(0, 1)).toBeNear([small.divergence(numbers, pair)], { abs: 20 * 4 * 2 ** -24 });
        expect(cvae.elbo(networks, batch, random.key(6))).toBeNear(terms.elbo, {});
      });
    });
  });

  test("the importance-weighted estimate converges to log p(y|x)", () => {
    const draws = 20_000;
    tf.tidy(() => {
      const batch = small.asTensors(small.pairs);
      const estimate = cvae.logProb(networks, batch, random.key(7), { draws });
      // The standard error of log (1/K) Σ w is √(Var[w] / K) / p(y|x), with E[w²] = ∫ p(y, z|x)² / q dz
      const errors = small.pairs.map((pair, i) => {
        const square = small.integral((z) =>
          Math.exp(2 * small.logJoint(numbers, pair, z) - small.logQ(numbers, pair, z)),
        );
        return Math.sqrt((square / Math.exp(2 * (evidence[i] ?? NaN)) - 1) / draws);
      });
      expect(estimate).toBeWithinStandardErrors(evidence, errors);
      expect(Math.max(...errors)).toBeLessThan(0.05);
    });
  });

  test("the estimate increases with K and stays below log p(y|x)", () => {
    const [pair] = small.pairs;
    const bounds = [1, 4, 16, 64].map((draws) =>
      tf.tidy(() => {
        const batch = small.asTensors(Array.from({ length: 4000 }, () => pair ?? { x: [], y: [] }));
        return meanAndError(cvae.logProb(networks, batch, random.key(draws), { draws }).dataSync());
      }),
    );
    bounds.forEach(({ mean, error }, i) => {
      expect(mean).toBeLessThan((evidence[0] ?? NaN) + 6 * error);
      const next = bounds[i + 1];
      if (next) expect(next.mean).toBeGreaterThan(mean - 6 * Math.hypot(error, next.error));
    });
    expect((bounds.at(-1)?.mean ?? NaN) - (bounds.at(0)?.mean ?? NaN)).toBeGreaterThan(0.01);
  });

  test("the gradient of elbo agrees with finite differences in double precision", () => {
    const key = random.key(8);
    const batch = small.asTensors(small.pairs);
    const noise = tf.tidy(() => random.normal(key, [small.pairs.length, 1]).dataSync());
    const total = (): number =>
      small.pairs.reduce((sum, pair, i) => {
        const [mu, sigma] = small.posterior(numbers, pair);
        const z = mu + sigma * (noise[i] ?? NaN);
        return sum + small.logLikelihood(numbers, pair, z) - small.divergence(numbers, pair);
      }, 0);
    const { value, grads } = valueAndGrad((params: typeof model) =>
      cvae.elbo(cvae.networks(params), batch, key).sum(),
    )(model);
    expect(value).toBeNear(total(), { rel: 4e-6 });
    for (const [path, gradient] of tree.entries(grads)) {
      const values = numbers.leaves.get(path) ?? new Float64Array();
      const step = 1e-5; // central differences have an error of order 10⁻¹⁰
      const expected = values.map((start, i) => {
        const at = (shift: number): number => {
          values[i] = start + shift;
          return total();
        };
        const slope = (at(step) - at(-step)) / (2 * step);
        values[i] = start;
        return slope;
      });
      // sums of some 50 products in float32
      const size = Math.max(1, ...expected.map(Math.abs));
      expect(gradient).toBeNear(expected, { abs: 50 * 2 ** -23 * size });
    }
    tree.dispose([value, grads, batch]);
  });

  test("the share of draws below 0.3 is P(y < 0.3 | x)", () => {
    const draws = 40_000;
    tf.tidy(() => {
      const x = tf.tensor2d(small.pairs.map((pair) => pair.x));
      const y = cvae.sample(networks, x, random.key(9), [draws]).squeeze([2]);
      small.pairs.forEach((pair, i) => {
        const density = (v: number): number =>
          small.integral((z) => Math.exp(small.logJoint(numbers, { ...pair, y: [v] }, z)), 0.15);
        const values = y.slice([0, i], [draws, 1]).dataSync();
        const step = 0.05;
        let below = 0;
        for (let v = -8; v < 0.3 - step / 2; v += step)
          below += (step * (density(v) + density(v + step))) / 2;
        const share = Array.from(values).filter((v) => v < 0.3).length / draws;
        // the trapezoidal rule's error, step² / 12 · |density′| ≤ 4·10⁻⁴, is below the standard error, 2·10⁻³
        expect(share).toBeWithinStandardErrors(below, Math.sqrt((below * (1 - below)) / draws));
      });
    });
  });
});

describe("cvae.init", () => {
  const options = { inputs: 2, outputs: 3, latent: 4, hidden: [5, 6] } as const;

  test("has a network for the prior only if it is conditional, and the given σ", () => {
    const standard = cvae.init(random.key(1), { ...options, stdDev: 0.2, learnStdDev: false });
    const conditional = cvae.init(random.key(1), { ...options, prior: "conditional", stdDev: 0.2 });
    expect(standard.prior).toBeUndefined();
    expect(conditional.prior?.mu.weights).toHaveShape([6, 4]);
    expect(cvae.sizes(conditional)).toEqual({ inputs: 2, outputs: 3, latent: 4 });
    tf.tidy(() => {
      const [x, z] = [tf.zeros([1, 2]), tf.zeros([1, 4])]; // features of zeros are zeros: heads are biases
      for (const model of [standard, conditional]) {
        expect(cvae.networks(model).decoder(x, z).base.sigma).toBeNear([0.2, 0.2, 0.2], { rel: 1e-6 });
        expect(cvae.decodeMean(model, x, z)).toBeNear([0, 0, 0], {});
      }
      expect(cvae.networks(conditional).prior(x).base.sigma).toBeNear([1, 1, 1, 1], {});
    });
    tree.dispose([standard, conditional]);
  });

  test.each<[Partial<cvae.CvaeOptions>, string]>([
    [{ inputs: 0 }, "cvae.init: inputs must be a positive integer, got 0"],
    [{ latent: 1.5 }, "cvae.init: latent must be a positive integer, got 1.5"],
    [{ hidden: [] }, "cvae.init: hidden must have at least one layer, such as [32], got []"],
    [{ hidden: [4, 0] }, "cvae.init: hidden[1] must be a positive integer, got 0"],
    [{ stdDev: 0 }, "cvae.init: stdDev must be"],
    [{ stdDev: 1e4 }, "cvae.init: stdDev must be between e^-7 and e^7, got 10000; scale y to about 1"],
  ])("throws for %o and creates no tensors", (change, message) => {
    const before = tf.memory().numTensors;
    expect(() => cvae.init(random.key(0), { ...options, ...change })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("errors and memory", () => {
  const model = small.smallCvae("conditional", true);
  const networks = cvae.networks(model);
  const batch = small.asTensors(small.pairs);
  const key = random.key(0);
  const wide = (shape: number[]) => independent(normal(tf.zeros(shape), tf.ones(shape)));
  const change = (changed: Partial<CvaeNetworks>): CvaeNetworks => ({ ...networks, ...changed });

  test.each<[string, () => unknown, string]>([
    [
      "y with other rows",
      () => cvae.elbo(networks, { ...batch, y: tf.zeros([3, 1]) }, key),
      "cvae.elboTerms: y must be [B=2, ...], as many rows as x, got [3, 1]; give pairs",
    ],
    [
      "x with two numbers of rows",
      () =>
        cvae.sample(small.linearNetworks("independent"), { a: tf.zeros([2, 1]), b: tf.zeros([3, 1]) }, key),
      "cvae.sample: x must be a tensor [B, ...], or a tree of tensors with one leading axis, " +
        "got [2, 1], [3, 1]",
    ],
    [
      "x of another width",
      () => cvae.elbo(networks, { ...batch, x: tf.zeros([2, 3]) }, key),
      "cvae.networks.encoder: x must be [B, X=2], got [2, 3]; use x.reshape([-1, 2])",
    ],
    [
      "an encoder without a batch",
      () => cvae.elboTerms(change({ encoder: () => wide([1]) }), batch, key),
      "cvae.elboTerms: encoder(x, y) must be a batch [B=2], got []; " +
        "make the axes of one outcome event axes with independent",
    ],
    [
      "a prior over other vectors",
      () => cvae.logWeights(change({ prior: () => wide([3]) }), batch, key, 2),
      "cvae.logWeights: prior(x) must be over latent vectors [1], as encoder(x, y), got over [3]",
    ],
    [
      "a prior of another batch",
      () => cvae.sample(change({ prior: () => wide([3, 1]) }), batch.x, key),
      "cvae.sample: prior(x) must be a batch [B=2] or a single distribution, got [3]",
    ],
    [
      "a decoder over other outcomes",
      () => cvae.elbo(change({ decoder: () => wide([2, 4]) }), batch, key),
      "cvae.elboTerms: decoder(x, z) must be over outcomes [1], as y, got over [4]",
    ],
    [
      "a decoder of another batch",
      () => cvae.logProb(change({ decoder: () => wide([2, 1]) }), batch, key, { draws: 3 }),
      "cvae.logWeights: decoder(x, z) must be a batch [B=6], got [2]",
    ],
    [
      "no draws",
      () => cvae.logProb(networks, batch, key, { draws: 0 }),
      "cvae.logProb: draws must be a positive integer, got 0",
    ],
  ])("%s: throws and leaves no tensors", (_, call, message) => {
    tf.tidy(() => {
      expect(call).toThrow(message);
    });
  });

  test("each function leaves the tensors that it returns", () => {
    const counts: [number, () => unknown][] = [
      [3, () => cvae.elboTerms(networks, batch, key)],
      [1, () => cvae.elbo(networks, batch, key)],
      [1, () => cvae.logWeights(networks, batch, key, 3)],
      [1, () => cvae.logProb(networks, batch, key, { draws: 3, atOnce: 4 })],
      [1, () => cvae.sample(networks, batch.x, key, [2, 3])],
      [1, () => cvae.decodeMean(model, batch.x, tf.zeros([2, 1]))],
      [2, () => networks.prior(batch.x)],
    ];
    for (const [count, call] of counts) {
      const given = tf.zeros([1]);
      const before = tf.memory().numTensors;
      const result = call();
      expect([call.toString(), tf.memory().numTensors - before]).toEqual([
        call.toString(),
        count + (call.toString().includes("zeros") ? 1 : 0), // z, which the call itself makes
      ]);
      tree.dispose([result, given]);
    }
  });

  test("a shape of draws keeps its axes, with one draw of z for each", () => {
    tf.tidy(() => {
      const y = cvae.sample(networks, batch.x, key, [2, 3]);
      expect(y).toHaveShape([2, 3, 2, 1]);
      expect(new Set(y.dataSync()).size).toBe(12);
    });
  });
});

describe("training", () => {
  /** The bound before and after some steps on y = ±x + noise, and a draw. */
  async function trained(steps: number): Promise<number[]> {
    const [initKey, xKey, signKey, noiseKey, fitKey, testKey] = random.split(random.key(12), 6);
    const x = random.uniform(xKey, [256, 1]);
    const data = tree.tidy(() => {
      const sign = random.uniform(signKey, [256, 1]).greater(0.5).cast("float32").mul(2).sub(1);
      return { x: x.clone(), y: x.mul(sign).add(random.normal(noiseKey, [256, 1]).mul(0.05)) };
    });
    const { state } = await fit({
      params: cvae.init(initKey, { inputs: 1, outputs: 1, latent: 1, hidden: [16], prior: "conditional" }),
      loss: (params: cvae.Cvae, batch: cvae.Pairs, key) => {
        const terms = cvae.elboTerms(cvae.networks(params), batch, key);
        return [terms.elbo.mean().neg(), { kl: terms.kl.mean() }];
      },
      optimizer: adam({ learningRate: 1e-2 }),
      data,
      batchSize: 64,
      steps,
      key: fitKey,
    });
    return tf.tidy(() => {
      const networks = cvae.networks(state.params);
      return [
        ...cvae.logProb(networks, data, testKey, { draws: 16 }).mean().dataSync(),
        ...cvae.sample(networks, x.slice([0, 0], [3, 1]), testKey).dataSync(),
      ];
    });
  }

  test("by fit, on a tree of pairs, raises log p(y|x) above that of any normal distribution", async () => {
    const [logProb = NaN] = await trained(800);
    // Given x, the variance of y is x² + 0.05², so that no normal p(y|x) has more than
    // E[−½ log(2πe (x² + 0.0025))] with x uniform on [0, 1]: −0.42 − … by quadrature
    const n = 4000;
    const best =
      Array.from(
        { length: n },
        (_, i) => -0.5 * Math.log(2 * Math.PI * Math.E * (((i + 0.5) / n) ** 2 + 0.0025)),
      ).reduce((sum, v) => sum + v, 0) / n;
    expect(logProb).toBeGreaterThan(best + 0.1);
  });

  test.each(others)("gives the same numbers on %s", async (name) => {
    const here = await trained(5);
    await useBackend(name);
    expect(await trained(5)).toBeNear(here, { abs: 1e-3 });
  });
});
