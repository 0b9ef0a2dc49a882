import { random, tf } from "latent";
import { beta, dirichlet, kl } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { dirichlet: scipy } = fixture("distributions") as {
  dirichlet: Record<"concentration" | "concentrationP" | "mean" | "variance", number[][]> & {
    x: number[][][];
    logProb: number[][];
    entropy: number[];
    kl: number[];
  };
};

describe("dirichlet", () => {
  const d = dirichlet(tf.tensor2d(scipy.concentration));

  test("has SciPy's log densities", () => {
    // Sums of numbers of up to 50, each rounded by 6e-8
    expect(d.logProb(tf.tensor3d(scipy.x))).toBeNear(scipy.logProb.flat(), { abs: 1e-5, rel: 1e-6 });
  });

  test("has SciPy's moments and entropies", () => {
    expect(d.mean()).toBeNear(scipy.mean.flat(), { rel: 1e-6 });
    expect(d.variance()).toBeNear(scipy.variance.flat(), { rel: 1e-6 });
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 3e-6, rel: 1e-6 });
  });

  test("has the divergences of the textbook formula in 40 digits", () => {
    const p = dirichlet(tf.tensor2d(scipy.concentrationP));
    expect(kl(d, p)).toBeNear(scipy.kl, { abs: 2e-6, rel: 2e-6 });
    expect(kl(d, d)).toBeNear(0, {});
  });

  test("of two probabilities is the beta distribution", () => {
    const two = dirichlet(tf.tensor1d([2, 0.5]));
    const x = tf.tensor1d([0.1, 0.5, 0.75]);
    const pairs = tf.stack([x, tf.sub(1, x)], -1);
    expect(two.logProb(pairs)).toBeNear(beta(2, 0.5).logProb(x), { abs: 1e-6 });
    expect(two.entropy()).toBeNear(beta(2, 0.5).entropy(), { abs: 1e-6 });
  });

  test("has no density off the simplex", () => {
    const two = dirichlet(tf.tensor1d([2, 3]));
    const x = tf.tensor2d([[0.5, 0.6], [-0.1, 1.1], [0.5, 0.5]]); // prettier-ignore
    expect(two.logProb(x)).toBeNear(
      [-Infinity, -Infinity, beta(2, 3).logProb(tf.scalar(0.5)).dataSync()[0] ?? NaN],
      {
        abs: 1e-6,
      },
    );
  });

  test("draws vectors that sum to 1, also for small concentrations", () => {
    const draws = dirichlet(tf.fill([5], 0.01)).sample(random.key(1), [1000]);
    expect(draws.sum(-1)).toBeNear(1, { abs: 1e-6 });
    expect(draws.min().dataSync()[0]).toBeGreaterThan(0);
  });

  test("has the gradient (α_k − 1)/x_k along the simplex", () => {
    const slope = tf.grad((at: tf.Tensor) =>
      dirichlet(tf.tensor1d([2, 3, 4]))
        .logProb(at)
        .sum(),
    )(tf.tensor1d([0.2, 0.3, 0.5]));
    // Only differences between entries move along it
    const full = [1 / 0.2, 2 / 0.3, 3 / 0.5];
    const mean = full.reduce((sum, v) => sum + v, 0) / 3;
    expect(slope.sub(slope.mean())).toBeNear(
      full.map((v) => v - mean),
      { abs: 2e-6 },
    );
  });

  test("rejects a scalar", () => {
    expect(() => dirichlet(tf.scalar(1))).toThrow(
      new Error("dirichlet: concentration must be [..., K] with K >= 1, got []"),
    );
  });
});
