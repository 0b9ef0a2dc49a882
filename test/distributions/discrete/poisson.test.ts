import { random, tf } from "latent";
import { kl, poisson } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

const { poisson: scipy } = fixture("distributions") as {
  poisson: { rate: number[]; x: number[][]; logProb: number[][]; cdf: number[][] };
};

describe("poisson", () => {
  const d = poisson(tf.tensor1d(scipy.rate));
  const x = tf.tensor2d(scipy.x).transpose();

  test("has SciPy's log probabilities, for rates from 0.001 to 10,000", () => {
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-5, rel: 1e-6 });
  });

  test("has SciPy's distribution function, constant between counts", () => {
    expect(d.cdf(x).transpose()).toBeNear(scipy.cdf.flat(), { abs: 5e-6 });
    expect(d.cdf(x.add(0.5)).transpose()).toBeNear(scipy.cdf.flat(), { abs: 5e-6 });
    expect(d.cdf(tf.fill([7], -0.5))).toBeNear(0, {});
  });

  test("draws integers with the right mean and variance, also for rates of 10,000", () => {
    const rates = [0.001, 9.9, 10.1, 1e4];
    const draws = poisson(tf.tensor1d(rates)).sample(random.key(1), [20_000]);
    expect(draws.dtype).toBe("int32");
    const statistics = columns(draws).map(moments);
    expect(tf.tensor1d(rates)).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    expect(tf.tensor1d(rates)).toBeWithinStandardErrors(
      statistics.map((s) => s.variance),
      statistics.map((s) => s.varianceError),
    );
  });

  test("has the divergence λ_q log λ_q/λ_p + λ_p − λ_q, exact for nearly equal rates", () => {
    const [q, p] = [tf.tensor1d([2, 1000]), tf.tensor1d([5, 1000.25])];
    const nearly = 1000 * (0.00025 - Math.log1p(0.00025));
    expect(kl(poisson(q), poisson(p))).toBeNear([2 * Math.log(2 / 5) + 3, nearly], { rel: 2e-6 });
  });

  test("has no probability between the counts, or below 0", () => {
    expect(poisson(2).logProb(tf.tensor1d([0.5, -1]))).toBeNear(-Infinity, {});
  });

  test("has the mode floor λ", () => {
    expect(poisson(tf.tensor1d([0.5, 2.7])).mode()).toBeNear([0, 2], {});
  });
});
