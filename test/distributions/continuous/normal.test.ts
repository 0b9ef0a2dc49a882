import { random, tf } from "latent";
import { normal } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { normal: scipy } = fixture("distributions") as {
  normal: { mu: number[]; sigma: number[]; x: number[][]; logProb: number[][]; entropy: number[] };
};

describe("normal", () => {
  test("has SciPy's log densities, out to 30 standard deviations", () => {
    const d = normal(tf.tensor1d(scipy.mu), tf.tensor1d(scipy.sigma));
    const x = tf.tensor2d(scipy.x).transpose();
    // x − μ is exact or rounded once, z = (x − μ)/σ once more: 1.2e-7 of z, twice that of z²/2, and the rest
    expect(d.logProb(x).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-6, rel: 5e-7 });
  });

  test("has SciPy's entropies", () => {
    const d = normal(tf.tensor1d(scipy.mu), tf.tensor1d(scipy.sigma));
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6 });
  });

  test("draws μ + σ ε", () => {
    const key = random.key(1);
    const d = normal(tf.scalar(3), tf.tensor1d([0.5, 2]));
    expect(d.sample(key, [5])).toBeNear(random.normal(key, [5, 2]).mul([0.5, 2]).add(3), { rel: 1e-6 });
  });

  test("broadcasts its parameters", () => {
    const d = normal(tf.zeros([3, 1]), tf.ones([5]));
    expect(d.batchShape).toEqual([3, 5]);
    for (const x of [d.mean(), d.variance(), d.entropy(), d.logProb(tf.zeros([3, 5]))])
      expect(x).toHaveShape([3, 5]);
  });

  test("rejects parameters that do not broadcast", () => {
    expect(() => normal(tf.zeros([3]), tf.ones([5]))).toThrow(
      new Error("normal: shapes [3] and [5] do not broadcast"),
    );
  });

  test.each([
    [[3, 1], [3]],
    [[5, 3], [5]],
    [[5, 3], [3]],
    [[5, 3], []],
  ])("with the batch %j rejects x %j, which tfjs would broadcast", (batch, x) => {
    const d = normal(tf.zeros(batch), tf.ones(batch));
    expect(() => d.logProb(tf.zeros(x))).toThrow(
      new Error(`normal.logProb: x must be [..., ${batch.join(", ")}], got [${x.join(", ")}]`),
    );
  });

  test("broadcasts an axis of size 1 in x over the batch", () => {
    const d = normal(tf.tensor1d([0, 1, 2]), tf.scalar(1));
    expect(d.logProb(tf.tensor2d([[1], [2]]))).toBeNear(
      d.logProb(
        tf.tensor2d([
          [1, 1, 1],
          [2, 2, 2],
        ]),
      ),
      {},
    );
  });
});
