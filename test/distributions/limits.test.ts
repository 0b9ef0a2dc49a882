/** Distributions at their limits: impossible outcomes, certain ones, and pairs that are nearly equal. */
import { random, tf, valueAndGrad } from "latent";
import {
  bernoulli,
  categorical,
  independent,
  kl,
  klStdNormal,
  laplace,
  mixtureSameFamily,
  multivariateNormal,
  normal,
  uniform,
} from "latent/distributions";
import { describe, expect, test } from "vitest";

const NEVER = -Infinity;
const TOLERANCE = { abs: 1e-6 };

describe("a category of probability 0", () => {
  const masked = categorical(tf.tensor1d([0, 0, NEVER]));

  test("leaves log p, the entropy and divergences finite", () => {
    expect(masked.logProb(tf.tensor1d([0, 1, 2]))).toBeNear([-Math.LN2, -Math.LN2, NEVER], TOLERANCE);
    expect(masked.entropy()).toBeNear(Math.LN2, TOLERANCE);
    expect(kl(masked, categorical(tf.zeros([3])))).toBeNear(Math.log(1.5), TOLERANCE); // 0.405
    expect(kl(masked, masked)).toBeNear(0, {});
    expect(kl(categorical(tf.zeros([3])), masked)).toBeNear(Infinity, {});
    const between = categorical(tf.tensor1d([0, NEVER, 0]));
    expect(between.entropy()).toBeNear(Math.LN2, TOLERANCE);
    expect(kl(between, between)).toBeNear(0, {});
  });

  test("leaves their gradients finite", () => {
    const logits = tf.tensor1d([0.3, -0.2, NEVER]);
    const of = (f: (l: tf.Tensor) => tf.Tensor): tf.Tensor => valueAndGrad(f)(logits).grads.slice(0, 2);
    const [p0, p1] = [1 / (1 + Math.exp(-0.5)), 1 / (1 + Math.exp(0.5))];
    expect(of((l) => categorical(l).logProb(tf.scalar(0)))).toBeNear([1 - p0, -p1], TOLERANCE);
    const h = -p0 * Math.log(p0) - p1 * Math.log(p1);
    // ∂H/∂l_k = −p_k (log p_k + H)
    expect(of((l) => categorical(l).entropy())).toBeNear(
      [-p0 * (Math.log(p0) + h), -p1 * (Math.log(p1) + h)],
      TOLERANCE,
    );
    // the divergence from uniform is log 3 − H
    expect(of((l) => kl(categorical(l), categorical(tf.zeros([3]))))).toBeNear(
      [p0 * (Math.log(p0) + h), p1 * (Math.log(p1) + h)],
      TOLERANCE,
    );
  });

  test("is made by the posterior of a mixture, whose entropy is right", () => {
    const mixture = mixtureSameFamily(
      categorical(tf.zeros([3])),
      uniform(tf.tensor1d([0, 0, 2]), tf.tensor1d([1, 1, 3])),
    );
    expect(mixture.posterior(tf.scalar(0.5)).entropy()).toBeNear(Math.LN2, TOLERANCE);
  });

  test("may be given as a probability", () => {
    const d = categorical({ probs: tf.tensor1d([1, 3, 0]) });
    expect(d.probs()).toBeNear([0.25, 0.75, 0], TOLERANCE);
    expect(d.mode()).toBeNear(1, {});
  });
});

describe("a Bernoulli", () => {
  test("has the density 0 outside 0 … 1, and interpolates within", () => {
    expect(bernoulli(tf.tensor1d([0.5, 0.5])).logProb(tf.tensor1d([2, -1]))).toBeNear([NEVER, NEVER], {});
    expect(bernoulli(tf.scalar(0)).logProb(tf.scalar(0.5))).toBeNear(-Math.LN2, TOLERANCE);
  });

  test("has the log-density −softplus(∓l) to full relative precision", () => {
    const l = tf.tensor1d([16, -16, 80, -80]);
    const expected = [16, 16, 80, 80].map((x) => -Math.log1p(Math.exp(-x))); // −1.125e-7, …
    expect(bernoulli(l).logProb(tf.tensor1d([1, 0, 1, 0]))).toBeNear(expected, { rel: 1e-6, abs: 1e-40 });
  });

  test("has the gradient x − σ(l), at l = 0 too", () => {
    const { grads } = valueAndGrad((l: tf.Tensor) =>
      bernoulli(l)
        .logProb(tf.tensor1d([1, 0, 0.25]))
        .sum(),
    )(tf.zeros([3]));
    expect(grads).toBeNear([0.5, -0.5, -0.25], {});
  });

  test("may be given by its probability, 0 and 1 included", () => {
    const d = bernoulli({ probs: tf.tensor1d([0, 0.25, 1]) });
    expect(d.probs()).toBeNear([0, 0.25, 1], { abs: 1e-7 });
    expect(d.logProb(tf.tensor1d([0, 1, 1]))).toBeNear([0, Math.log(0.25), 0], TOLERANCE);
    expect(d.mode()).toBeNear([0, 0, 1], {});
  });
});

describe("the divergence of nearly equal distributions", () => {
  const near = [1, 1 + 1e-6, 1 + 1e-5, 1.0001, 0.9999, 1.001, 1.01, 0.97, 1.2];
  const ratios = tf.tensor1d(near);
  const exact = Array.from(ratios.dataSync());
  const ones = tf.onesLike(ratios);

  test("is right to 4e-6 for normals, and never below 0", () => {
    // ½ (r² − 1) − log r in float64, with r − 1 as float32 has it
    const expected = exact.map((r) => (r - 1) + (r - 1) ** 2 / 2 - Math.log1p(r - 1)); // prettier-ignore
    const divergence = kl(normal(0, ratios), normal(0, ones));
    for (const [i, r] of exact.entries()) {
      const d = r - 1;
      const series = d ** 2 - d ** 3 / 3 + d ** 4 / 4 - d ** 5 / 5 + d ** 6 / 6; // float64 cancels too
      const value = Math.abs(d) < 0.01 ? series : (expected[i] ?? NaN);
      expect(divergence.slice(i, 1).dataSync()[0]).toBeNear(value, { rel: 4e-6, abs: 1e-37 });
    }
    expect(klStdNormal(normal(tf.zerosLike(ratios), ratios))).toBeNear(divergence, { rel: 1e-6, abs: 1e-37 });
  });

  test("is right for normals that are far apart", () => {
    const sigma = tf.tensor1d([1e-6, 1e-3, 0.4, 0.6, 3, 1e4]);
    const expected = Array.from(sigma.dataSync(), (s) => (s * s - 1) / 2 - Math.log(s));
    expect(klStdNormal(normal(tf.zerosLike(sigma), sigma))).toBeNear(expected, { rel: 1e-6 });
  });

  test("is never below 0, whatever the family", () => {
    const key = random.key(1);
    const l = random.normal(key, [2000]).mul<tf.Tensor>(4);
    const small = random.normal(random.fold(key, 1), [2000]).mul<tf.Tensor>(1e-3);
    const rows = l.reshape([400, 5]);
    const rowsNear = rows.add<tf.Tensor>(small.reshape([400, 5]));
    const scale = l.div(4).exp();
    const lower = tf.eye(3).mul<tf.Tensor>(l.slice(0, 300).reshape([100, 3, 1]).abs().add(0.1));
    const divergences = {
      normal: kl(normal(l, scale), normal(l.add(small.mul(scale)), scale.mul(small.add(1)))),
      laplace: kl(laplace(l, scale), laplace(l.add(small.mul(scale)), scale.mul(small.add(1)))),
      bernoulli: kl(bernoulli(l), bernoulli(l.add(small))),
      categorical: kl(categorical(rows), categorical(rowsNear)),
      multivariateNormal: kl(
        multivariateNormal(tf.zeros([3]), lower),
        multivariateNormal(tf.zeros([3]), lower.mul(1.0001)),
      ),
    };
    for (const [family, divergence] of Object.entries(divergences)) {
      expect(divergence.min().dataSync()[0], family).toBeGreaterThanOrEqual(0);
      expect(divergence.max().dataSync()[0], family).toBeLessThan(1e-4);
    }
  });
});

test("draws of a uniform stay below its upper end", () => {
  for (const [low, high] of [
    [1000, 1001],
    [-1001, -1000],
    [-1, 0],
    [1023, 1024],
  ] as const) {
    // prettier-ignore
    const draws = uniform(low, high).sample(random.key(1), [200_000]);
    expect(draws.max().dataSync()[0]).toBeLessThan(high);
    expect(draws.min().dataSync()[0]).toBeGreaterThanOrEqual(low);
  }
});

test("a factor with a negative diagonal is that of the same covariance", () => {
  const mean = tf.tensor1d([0.5, -1]);
  const [factor, flipped] = [
    tf.tensor2d([[2, 0], [1, 0.5]]), // prettier-ignore
    tf.tensor2d([[-2, 0], [-1, 0.5]]), // prettier-ignore
  ];
  const x = tf.tensor1d([1, 1]);
  const [a, b] = [multivariateNormal(mean, factor), multivariateNormal(mean, flipped)];
  expect(b.logProb(x)).toBeNear(a.logProb(x), TOLERANCE);
  expect(b.entropy()).toBeNear(a.entropy(), TOLERANCE);
});

describe("independent", () => {
  test("of no axes is its base", () => {
    const base = normal(tf.tensor1d([0, 1]), 1);
    expect(independent(base, 0).logProb(tf.zeros([2]))).toBeNear(base.logProb(tf.zeros([2])), {});
    expect(independent(base, 0).batchShape).toEqual([2]);
  });

  test("has divergences, however it is nested", () => {
    const base = (shift: number): ReturnType<typeof normal> => normal(tf.ones([2, 3, 4]).mul(shift), 1);
    const nested = independent(independent(base(0), 1), 1);
    const flat = independent(base(1), 2);
    expect(kl(nested, flat)).toBeNear([6, 6], TOLERANCE); // twelve times ½
    expect(kl(flat, nested)).toBeNear([6, 6], TOLERANCE);
  });
});

test("kl.register adds a closed form for other kinds", () => {
  kl.register<ReturnType<typeof laplace>, ReturnType<typeof normal>>("laplace", "normal", (q, p) => {
    // E_q[−log p] − H(q) = ½ log 2πσ² + (2b² + d²) / 2σ² − 1 − log 2b
    const d = q.mu.sub(p.mu);
    const spread = q.scale.square().mul(2).add(d.square()).div(p.sigma.square().mul(2));
    return p.sigma
      .log()
      .add(0.5 * Math.log(2 * Math.PI) - 1)
      .add(spread)
      .sub(q.scale.mul(2).log());
  });
  const [q, p] = [laplace(0.5, 0.7), normal(0, 2)];
  const draws = q.sample(random.key(3), [400_000]);
  const estimate = q.logProb(draws).sub(p.logProb(draws)).mean();
  expect(kl(q, p)).toBeNear(estimate, { abs: 0.01 }); // the standard error is 0.0015
  expect(() => kl(p, q)).toThrow("kl: no closed form for normal ‖ laplace");
});
