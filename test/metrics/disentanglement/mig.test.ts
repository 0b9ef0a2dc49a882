import { random, tf } from "latent";
import { independent, klStdNormal, normal } from "latent/distributions";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";
import { moments } from "../../support/statistics";

const { mig } = disentanglement;
function table(rows: number, of: (i: number) => number[]): tf.Tensor2D {
  return tf.tensor2d(Array.from({ length: rows }, (_, i) => of(i)));
}

test("a factor with more levels than bins is used by its levels", () => {
  const factors = table(640, (i) => [i % 32, Math.floor(i / 32) % 2]);
  const codes = table(640, (i) => [i % 32 < 16 ? 0 : 1, 0]);
  // 32 equally frequent levels have log 32 nats, of which the code has log 2
  expect(mig(codes, factors).gaps[0]).toBeCloseTo(1 / 5, 12);
});

test("a factor whose values rarely repeat is binned", () => {
  const codes = table(640, (i) => [i < 320 ? 0 : 1, 0]);
  const factors = table(640, (i) => [Math.SQRT2 * i, i % 2]);
  // 640 distinct values in 20 bins have log 20 nats, of which the code has log 2
  expect(mig(codes, factors).gaps[0]).toBeCloseTo(Math.log(2) / Math.log(20), 12);
});

test("handles more pairs of levels than an int32 can number", () => {
  const [n, levels] = [2 ** 18, 2 ** 17];
  const codes = table(n, (i) => [i, 0]);
  const factors = table(n, (i) => [i % levels, i % 2]);
  // The first code identifies the row, and so has the full information: log 2¹⁷ nats
  expect(mig(codes, factors, { bins: n }).information[0]?.[0]).toBeCloseTo(17 * Math.log(2), 9);
});

test("the information by chance is the mean over shuffled factors", () => {
  const n = 300;
  const codes = random.normal(random.key(1), [n, 2]); // with almost empty bins, and an empty one
  const factors = table(n, (i) => [i % 32, i % 7 === 0 ? 1 : 0]);
  const { byChance } = mig(codes, factors);
  const shuffles = Array.from({ length: 300 }, (_, t) =>
    mig(codes, tf.gather(factors, Array.from(random.permutation(random.key(t), n)))),
  );
  byChance.forEach((row, d) =>
    row.forEach((expected, f) => {
      const { mean, meanError } = moments(shuffles.map(({ information }) => information[d]?.[f] ?? NaN));
      expect(Math.abs(mean - expected)).toBeLessThan(6 * meanError);
    }),
  );
});

test("the information by chance tends to (bins − 1)(levels − 1) / 2n", () => {
  const n = 2400;
  const codes = table(n, (i) => [i % 3, 0]);
  const factors = table(n, (i) => [Math.floor(i / 3) % 4, i % 2]);
  // With fixed counts, the expectation of χ² is (n / (n − 1)) · 2 · 3, and the next term of the logarithm's
  // series is (Σ 1/p − 1) / 12 n² = 143 / 12 n² for the 12 cells: fractions 1/n and 4/n of 6 / 2n, and the
  // rest is smaller
  const limit = (2 * 3) / (2 * n);
  expect(Math.abs((mig(codes, factors).byChance[0]?.[0] ?? NaN) / limit - 1)).toBeLessThan(6 / n);
});

test("the divergence bounds the information of a collapsed coordinate's draws, but not of its means", () => {
  const [n, places, bins] = [4000, 32, 20];
  const factors = table(n, (i) => [i % places, i % 2]);
  const silent = tf.tidy(() => {
    const { mean, variance } = tf.moments(factors, 0);
    return factors.sub(mean).div(variance.sqrt()).mul([0.06, 1]);
  });
  const q = independent(normal(silent, tf.onesLike(silent))); // q(z_1|x) = N(m, 1) with |m| near 0.06
  const first = silent.slice([0, 0], [-1, 1]);
  const kl =
    klStdNormal(independent(normal(first, tf.onesLike(first))))
      .mean()
      .dataSync()[0] ?? NaN;
  expect(kl).toBeCloseTo(0.06 ** 2 / 2, 5);
  const means = mig(q.mean(), factors, { bins });
  const draws = mig(q.sample(random.key(2)), factors, { bins });
  // 32 places in 20 bins: only places that share a bin are confused
  expect(means.information[0]?.[0]).toBeGreaterThan(Math.log(places / 2));
  // 2 n I ~ χ² with at most k = 19 · 31 degrees of freedom and non-centrality 2 n KL, and variance 2 (k + 2 ·
  // 2 n KL)
  const k = (bins - 1) * (places - 1);
  const error = Math.sqrt(2 * (k + 4 * n * kl)) / (2 * n);
  expect(draws.information[0]?.[0]).toBeLessThan((draws.byChance[0]?.[0] ?? NaN) + kl + 6 * error);
});
