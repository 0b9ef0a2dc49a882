import { random, tf, tree } from "latent";
import { independent, kl, multivariateNormal, normal } from "latent/distributions";
import { svi } from "latent/inference";
import { probabilisticPca } from "latent/models";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

const { latent } = fixture("linear_gaussian") as {
  latent: {
    weights: number[][];
    bias: number[];
    sigma: number;
    x: number[][];
    logProb: number[];
    means: number[][];
    covariance: number[][];
  }[];
};
const cases = latent.map((scipy) => ({
  name: `D=${scipy.weights.length}, Z=${scipy.weights[0]?.length ?? 0}`,
  scipy,
  model: probabilisticPca.create(scipy),
  x: tf.tensor2d(scipy.x),
}));
const [, { model, x }] = cases as [(typeof cases)[0], (typeof cases)[0]]; // D = 5, Z = 2, B = 7

/**
 * Λ = I + Wᵀ W / σ² has condition numbers up to some 50 here, values are up to some 10, and sums have a dozen
 * terms of a unit in the last place, 6e-8, each: 50 · 10 · 6e-8 = 3e-5.
 */
const NEAR = { abs: 3e-5, rel: 3e-6 };

describe.each(cases)("probabilisticPca, $name", ({ scipy, model: p, x: points }) => {
  test("logProb and marginal agree with SciPy", () => {
    expect(probabilisticPca.logProb(p, points)).toBeNear(scipy.logProb, NEAR);
    expect(probabilisticPca.marginal(p).logProb(points)).toBeNear(scipy.logProb, NEAR);
  });

  test("posterior agrees with conditioning the joint distribution", () => {
    const q = probabilisticPca.posterior(p, points);
    expect(q.mean()).toBeNear(scipy.means.flat(), NEAR);
    expect(q.covariance()).toBeNear(
      [...scipy.x.keys()].flatMap(() => scipy.covariance.flat()),
      NEAR,
    );
  });

  test("elbo equals log p(x) at the posterior", () => {
    const q = probabilisticPca.posterior(p, points);
    expect(probabilisticPca.elbo(p, points, q)).toBeNear(scipy.logProb, NEAR);
  });
});

/** A normal q over two variables: means up to 2, scales from 0.1 to 3, correlated. */
const anyNormal = fc.record({
  mu: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 2 }),
  scales: fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 2, maxLength: 2 }),
  below: fc.double({ min: -2, max: 2, noNaN: true }),
});

test("ELBO + KL(q ‖ p(z|x)) equals log p(x) for any q", () => {
  const logProb = probabilisticPca.logProb(model, x);
  const posterior = probabilisticPca.posterior(model, x);
  fc.assert(
    fc.property(anyNormal, ({ mu, scales: [a = 1, b = 1], below }) => {
      tf.tidy(() => {
        const mean = tf.tensor2d([mu]).tile([7, 1]);
        const full = multivariateNormal(mean, tf.tensor2d([[a, 0], [below, b]])); // prettier-ignore
        const diagonal = independent(normal(mean, tf.tensor1d([a, b])));
        const same = multivariateNormal(mean, tf.tensor2d([[a, 0], [0, b]])); // prettier-ignore
        for (const [q, asFull] of [
          [full, full],
          [diagonal, same],
        ] as const) {
          // prettier-ignore
          const gap = kl(asFull, posterior);
          // Both terms reach some 300 nats if q is far from the posterior: 1e-6 of that is 3e-4; near it,
          // less
          // than 1e-4.
          const sum = probabilisticPca.elbo(model, x, q).add(gap);
          expect(sum.sub(logProb).abs().sub(gap.mul(1e-6)).max().dataSync()[0]).toBeLessThan(1e-4);
          expect(gap.min().dataSync()[0]).toBeGreaterThan(-1e-5);
        }
      });
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("the ELBO with draws converges to elbo", () => {
  const q = independent(normal(random.normal(random.key(1), [7, 2]), tf.tensor1d([0.5, 1])));
  const bounds = random
    .split(random.key(2), 100)
    .map((key) =>
      svi.elbo((z) => probabilisticPca.logJoint(model, x, z), q, key, { samples: 100 }).as2D(1, 7),
    );
  const statistics = columns(tf.concat(bounds)).map(moments);
  expect(probabilisticPca.elbo(model, x, q)).toBeWithinStandardErrors(
    statistics.map((s) => s.mean),
    statistics.map((s) => s.meanError),
  );
});

test("sample draws points with the mean and variance of p(x)", () => {
  const statistics = columns(probabilisticPca.sample(model, random.key(1), 20_000).x).map(moments);
  const p = probabilisticPca.marginal(model);
  expect(p.mean()).toBeWithinStandardErrors(
    statistics.map((s) => s.mean),
    statistics.map((s) => s.meanError),
  );
  expect(p.variance()).toBeWithinStandardErrors(
    statistics.map((s) => s.variance),
    statistics.map((s) => s.varianceError),
  );
});

test("probabilisticPca functions create no tensors besides their results", () => {
  const q = probabilisticPca.posterior(model, x);
  for (const [f, count] of [
    [() => probabilisticPca.init(random.key(1), { data: 5, latent: 2 }), 3],
    [() => probabilisticPca.sample(model, random.key(1), 3), 2],
    [() => probabilisticPca.posterior(model, x), 2],
    [() => probabilisticPca.marginal(model), 2],
    [() => probabilisticPca.logProb(model, x), 1],
    [
      () =>
        probabilisticPca.logJoint(
          model,
          x,
          tf.tidy(() => q.mean()),
        ),
      2,
    ],
    [() => probabilisticPca.elbo(model, x, q), 1],
  ] as const)
    expect(f).toLeaveTensors(count);
  tree.dispose(q);
});

describe("probabilisticPca.create and others throw for", () => {
  const good = { weights: [[1, 0], [0, 1], [1, 1]], sigma: 1 }; // prettier-ignore
  test.each<[string, Partial<probabilisticPca.ProbabilisticPcaNumbers>, string]>([
    ["σ of 0", { sigma: 0 }, "sigma must be a positive finite number, got 0"],
    ["no weights", { weights: [] }, "weights must be [D, Z] with at least one row and column, got none"],
    ["ragged weights", { weights: [[1, 0], [1]] }, "weights must be [2, 2], got 2 rows of 2, 1 numbers"],
    ["weights with NaN", { weights: [[NaN]] }, "weights must be finite, got NaN"],
    ["a bias of a different size", { bias: [1] }, "bias must have 3 numbers, got 1"],
  ])("of %s", (_, part, message) => {
    expect(() => probabilisticPca.create({ ...good, ...part })).toThrow(
      new Error(`probabilisticPca.create: ${message}`),
    );
  });

  test("points and latent vectors of a different length", () => {
    for (const name of ["posterior", "logProb"] as const)
      expect(() => probabilisticPca[name](model, tf.zeros([5, 3]))).toThrow(
        new Error(`probabilisticPca.${name}: x must be [B, D=5], got [5, 3]; use x.reshape([-1, 5])`),
      );
    expect(() => probabilisticPca.logJoint(model, x, tf.zeros([7, 3]))).toThrow(
      new Error("probabilisticPca.logJoint: z must be [..., B=7, Z=2], got [7, 3]"),
    );
    expect(() =>
      probabilisticPca.elbo(model, x, independent(normal(tf.zeros([7, 3]), tf.scalar(1)))),
    ).toThrow(new Error("probabilisticPca.elbo: q must be a batch [B=7] over vectors [Z=2], got [7, 3]"));
    expect(() => probabilisticPca.init(random.key(1), { data: 5, latent: 0 })).toThrow(
      new Error("probabilisticPca.init: latent must be a positive integer, got 0"),
    );
  });
});
