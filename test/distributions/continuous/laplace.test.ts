import { random, tf } from "latent";
import { kl, laplace } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { laplace: scipy } = fixture("distributions") as {
  laplace: {
    mu: number[];
    scale: number[];
    muP: number[];
    scaleP: number[];
    x: number[][];
    logProb: number[][];
    entropy: number[];
    kl: number[];
  };
};

describe("laplace", () => {
  const d = laplace(tf.tensor1d(scipy.mu), tf.tensor1d(scipy.scale));

  test("has SciPy's log densities, out to 30 scales", () => {
    const x = tf.tensor2d(scipy.x).transpose();
    // x − μ is rounded once, the quotient once more: 1.2e-7 of it, and as much for the logarithm
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-6, rel: 3e-7 });
  });

  test("has SciPy's entropies", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6, rel: 1e-6 });
  });

  test("has the divergence that quadrature gives", () => {
    const p = laplace(tf.tensor1d(scipy.muP), tf.tensor1d(scipy.scaleP));
    expect(kl(d, p)).toBeNear(scipy.kl, { abs: 1e-6, rel: 1e-6 });
  });

  test("draws finite numbers on both sides, including the tails", () => {
    const draws = laplace(tf.scalar(0), tf.scalar(1)).sample(random.key(1), [100_000]);
    expect(tf.isFinite(draws).all().dataSync()[0]).toBe(1);
    // P(max < 8) = (1 − e⁻⁸ / 2)¹⁰⁰⁰⁰⁰ = 5e-8 on either side
    expect(draws.max().dataSync()[0]).toBeGreaterThan(8);
    expect(draws.min().dataSync()[0]).toBeLessThan(-8);
  });

  test("rejects parameters that do not broadcast, and outcomes of another shape", () => {
    expect(() => laplace(tf.zeros([3]), tf.ones([5]))).toThrow(
      new Error("laplace: shapes [3] and [5] do not broadcast"),
    );
    expect(() => d.logProb(tf.zeros([5]))).toThrow(new Error("laplace.logProb: x must be [..., 4], got [5]"));
  });
});
