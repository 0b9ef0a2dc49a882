/**
 * For p(z) = N(0, I) and p(x|z) = N(W z + b, σ² I), log p(x) is known. W is small enough, and the diagonal q
 * close enough to the posterior, for the weights to have four moments, so that the standard errors below are
 * valid.
 */
import { logMeanExp, random, tf, tree, valueAndGrad } from "latent";
import { independent, type Independent, normal, type Normal, uniform } from "latent/distributions";
import { iwae, svi } from "latent/inference";
import { probabilisticPca } from "latent/models";
import { describe, expect, test } from "vitest";
import { moments } from "../../support/statistics";

// prettier-ignore
const model = probabilisticPca.create({ weights: [[1, 0.4], [0.2, 0.8], [-0.5, 0.3]], sigma: 1 });
const x = tf.tensor2d([[1, -0.5, 0.4]]);
const logProb = probabilisticPca.logProb(model, x).dataSync()[0] ?? NaN;

interface Phi {
  readonly mu: tf.Tensor;
  readonly logSigma: tf.Tensor;
}
/** q, for n copies of the data point. */
function copies(n: number, mu: readonly number[], sigma: number): Phi {
  return {
    mu: tf.tile(tf.tensor2d([[...mu]]), [n, 1]),
    logSigma: tf.fill([n, 2], Math.log(sigma)),
  };
}
function density({ mu, logSigma }: Phi): Independent<Normal> {
  return independent(normal(mu, logSigma.exp()));
}
function joint(n: number, theta = model) {
  return (z: tf.Tensor): tf.Tensor => probabilisticPca.logJoint(theta, tf.tile(x, [n, 1]), z);
}
const away = [0.1, 0.3] as const;

/** n bounds with K draws each. */
function bounds(n: number, samples: number): Float32Array {
  return tf.tidy(() =>
    iwae
      .bound(joint(n), density(copies(n, away, 0.9)), random.key(samples), { samples })
      .dataSync<"float32">(),
  );
}

describe("iwae.bound", () => {
  test("is the log-mean-exp of the log weights, for every member of a batch", () => {
    tf.tidy(() => {
      const q = density(copies(5, away, 0.9));
      const z = q.sample(random.key(1), [7]);
      const logW = joint(5)(z).sub(q.logProb(z));
      const bound = iwae.bound(joint(5), q, random.key(1), { samples: 7 });
      expect(bound).toHaveShape([5]);
      expect(bound).toBeNear(logMeanExp(logW, 0), { rel: 1e-6 });
    });
  });

  test("is the ELBO at K = 1, in its mean and draw by draw", () => {
    const n = 20_000;
    const q = density(copies(n, away, 0.9));
    const one = moments(bounds(n, 1));
    const exact = probabilisticPca.elbo(model, x, density(copies(1, away, 0.9))).dataSync()[0] ?? NaN;
    expect(one.mean).toBeWithinStandardErrors(exact, one.meanError);
    const other = svi.elbo(joint(n), q, random.key(1)).sub(q.entropy()).dataSync();
    const z = q.sample(random.key(1), [1]);
    expect(iwae.bound(joint(n), q, random.key(1))).toBeNear(
      tf.tensor1d(other).sub(q.logProb(z).squeeze([0])), // log p − log q at the draw instead of log p + H(q)
      { abs: 1e-5 },
    );
  });

  test("does not decrease with K beyond its noise, stays below log p(x) and approaches it", () => {
    const n = 5000;
    const measured = [1, 2, 5, 20, 100].map((k) => moments(bounds(n, k)));
    for (const [i, { mean, meanError }] of measured.entries()) {
      expect(mean).toBeLessThan(logProb + 6 * meanError);
      const before = measured[i - 1];
      if (before !== undefined)
        expect(mean).toBeGreaterThan(before.mean - 6 * Math.hypot(meanError, before.meanError));
    }
    const [first, last] = [measured[0], measured[4]];
    // For large K the gap is Var[w / p(x)] / 2K (Maddison et al. 2017), with a variance below 4 here: below
    // 0.02
    expect(logProb - (last?.mean ?? NaN)).toBeLessThan(0.02);
    expect(logProb - (first?.mean ?? NaN)).toBeGreaterThan(0.1);
  });

  test("is exact for every draw if q is the posterior", () => {
    const oneD = probabilisticPca.create({ weights: [[1.5]], sigma: 1 });
    const point = tf.tensor2d([[2]]);
    const q = density({ mu: tf.tensor2d([[3 / 3.25]]), logSigma: tf.fill([1, 1], -0.5 * Math.log(3.25)) });
    const bound = iwae.bound((z) => probabilisticPca.logJoint(oneD, point, z), q, random.key(1), {
      samples: 3,
    });
    expect(bound).toBeNear(probabilisticPca.logProb(oneD, point), { abs: 2e-6 });
  });
});

/** n estimates of the gradient with respect to μ and log σ, one per row. */
function estimates(
  how: keyof typeof iwae,
  n: number,
  samples: number,
  seed: number,
  mu = away as readonly number[],
): Phi {
  return tree.tidy(
    () =>
      valueAndGrad((phi: Phi) => iwae[how](joint(n), density(phi), random.key(seed), { samples }).sum())(
        copies(n, mu, 0.9),
      ).grads,
  );
}
function column(grads: tf.Tensor, j: number): Float32Array {
  return grads.slice([0, j], [-1, 1]).dataSync<"float32">();
}

describe("iwae.doublyReparameterized", () => {
  test("has the values of the bound for the same key", () => {
    const q = density(copies(5, away, 0.9));
    const options = { samples: 7 };
    expect(iwae.doublyReparameterized(joint(5), q, random.key(1), options)).toBeNear(
      iwae.bound(joint(5), q, random.key(1), options),
      { abs: 1e-6 },
    );
  });

  test.each([1, 2, 10])("has the expected gradient of the bound with respect to q, K = %d", (k) => {
    const n = 40_000;
    const [plain, doubly] = [estimates("bound", n, k, 1), estimates("doublyReparameterized", n, k, 2)];
    for (const name of ["mu", "logSigma"] as const)
      for (const j of [0, 1]) {
        const [a, b] = [moments(column(plain[name], j)), moments(column(doubly[name], j))];
        expect(b.mean, `${name} ${j}`).toBeWithinStandardErrors(a.mean, Math.hypot(a.meanError, b.meanError));
      }
  });

  test("has the gradient of the bound with respect to p, draw by draw", () => {
    const q = density(copies(5, away, 0.9));
    const by = (how: keyof typeof iwae) =>
      valueAndGrad((theta: typeof model) =>
        iwae[how](joint(5, theta), q, random.key(3), { samples: 6 }).sum(),
      )(model).grads;
    const [plain, doubly] = [by("bound"), by("doublyReparameterized")];
    for (const name of ["weights", "bias", "logSigma"] as const)
      expect(doubly[name]).toBeNear(plain[name], { abs: 1e-5 });
  });

  test("is zero for every draw if q is the posterior", () => {
    const oneD = probabilisticPca.create({ weights: [[1.5]], sigma: 1 });
    const phi = { mu: tf.tensor2d([[3 / 3.25]]), logSigma: tf.fill([1, 1], -0.5 * Math.log(3.25)) };
    const { grads } = valueAndGrad((params: Phi) =>
      iwae
        .doublyReparameterized(
          (z) => probabilisticPca.logJoint(oneD, tf.tensor2d([[2]]), z),
          density(params),
          random.key(1),
          { samples: 4 },
        )
        .sum(),
    )(phi);
    expect(grads.mu).toBeNear([0], { abs: 1e-5 });
    expect(grads.logSigma).toBeNear([0], { abs: 1e-5 });
  });

  describe.each<[string, (z: tf.Tensor) => tf.Tensor, (z: number) => number]>([
    [
      "ends in a step",
      (z) =>
        z
          .square()
          .mul(-0.5)
          .add(uniform(tf.scalar(-0.5), tf.scalar(9)).logProb(z)),
      (z) => -z,
    ],
    ["goes to 0, where its logarithm has no gradient", (z) => z.add(0.5).relu().log(), (z) => 1 / (z + 0.5)],
  ])("with a p whose support %s", (_, logJoint, slope) => {
    // The last q is so narrow that all its draws lie outside
    const phi: Phi = { mu: tf.tensor1d([0, 0.2, -0.3, -9]), logSigma: tf.tensor1d([0, 0.3, 0.1, -3]) };
    const [mu, logSigma] = [phi.mu.dataSync(), phi.logSigma.dataSync()];
    const draw = random.key(4);
    const samples = 8;
    const of =
      (how: keyof typeof iwae, members = 4) =>
      (params: Phi): tf.Tensor => {
        const [m, s] = [params.mu, params.logSigma].map((each) => tf.slice(each, 0, members));
        return iwae[how](logJoint, normal(m as tf.Tensor, (s as tf.Tensor).exp()), draw, { samples });
      };

    test("has the values of the bound, also −∞ if all draws lie outside the support", () => {
      const values = of("doublyReparameterized")(phi);
      expect(values).toBeNear(of("bound")(phi), { abs: 1e-6 });
      expect(values.greater(-Infinity)).toBeNear([1, 1, 1, 0], {});
    });

    test("has the gradient Σ v² ∂log w/∂z ∂z/∂φ over the draws inside", () => {
      const members = 3;
      const { grads } = valueAndGrad((params: Phi) => of("doublyReparameterized", members)(params).sum())(
        phi,
      );
      const [m, s] = [mu, logSigma].map((each) => tf.tensor1d(each.slice(0, members))) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const q = normal(m, s.exp());
      const z = q.sample(draw, [samples]);
      const weights = logJoint(z).sub(q.logProb(z)).exp().dataSync();
      const places = z.dataSync();
      const total = (j: number, term: (k: number) => number): number =>
        Array.from({ length: samples }, (_, k) =>
          weights[k * members + j] === 0 ? 0 : term(k * members + j),
        ).reduce((a, b) => a + b, 0);
      const expected = Array.from({ length: members }, (_, j) => {
        const [centre = NaN, sigma] = [mu[j], Math.exp(logSigma[j] ?? NaN)];
        const sum = total(j, (i) => weights[i] ?? NaN);
        const along = (i: number): number => {
          const at = places[i] ?? NaN;
          return ((weights[i] ?? NaN) / sum) ** 2 * (slope(at) + (at - centre) / sigma ** 2);
        };
        // ∂z/∂log σ = z − μ
        return [total(j, along), total(j, (i) => along(i) * ((places[i] ?? NaN) - centre))];
      });
      expect(weights.filter((w) => w === 0).length).toBeGreaterThan(3); // some draws do lie outside
      // Sums of 8 terms of a few units in float32, with weights from differences of logarithms of a few units
      expect(grads.mu).toBeNear([...expected.map(([byMu = NaN]) => byMu), 0], { abs: 1e-5, rel: 1e-5 });
      expect(grads.logSigma).toBeNear([...expected.map(([, by = NaN]) => by), 0], { abs: 1e-5, rel: 1e-5 });
    });
  });

  test("has a signal-to-noise ratio that increases with K, while that of bound decreases", () => {
    const n = 5000;
    // The standard error of a mean of n estimates is sd / √n, so that of the ratio |mean| / sd is near 1 / √n
    const ratio = (how: keyof typeof iwae, k: number): number => {
      const { mean, variance } = moments(column(estimates(how, n, k, 5, [-0.8, 0.8]).mu, 0));
      return Math.abs(mean) / Math.sqrt(variance);
    };
    const margin = 6 * Math.sqrt(2 / n);
    expect(ratio("bound", 100)).toBeLessThan(ratio("bound", 2) - margin);
    expect(ratio("doublyReparameterized", 100)).toBeGreaterThan(ratio("doublyReparameterized", 2) + margin);
  });
});

test.each(["bound", "doublyReparameterized"] as const)(
  "iwae.%s leaves only its result, and rejects invalid arguments",
  (how) => {
    const q = density(copies(5, away, 0.9));
    expect(() => iwae[how](joint(5), q, random.key(1), { samples: 3 })).toLeaveTensors(1);
    expect(() => iwae[how](joint(5), q, random.key(1), { samples: 0 })).toThrow(
      new Error(`iwae.${how}: samples must be a positive integer, got 0`),
    );
    expect(() => iwae[how]((z) => z.sum(), q, random.key(1), { samples: 3 })).toThrow(
      new Error(
        `iwae.${how}: logJoint(z) must be [3, 5], one number per draw and member of the batch of q, got []`,
      ),
    );
  },
);
