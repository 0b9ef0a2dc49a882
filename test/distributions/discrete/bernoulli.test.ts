import { random, tf } from "latent";
import { bernoulli } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { bernoulli: scipy } = fixture("distributions") as {
  bernoulli: { logits: number[]; logProb: number[][]; entropy: number[] };
};

describe("bernoulli", () => {
  const d = bernoulli(tf.tensor1d(scipy.logits));

  test("has SciPy's log probabilities, from odds of e⁻⁹⁰ to e⁹⁰", () => {
    const [zero, one] = [0, 1].map((x) => d.logProb(tf.fill([scipy.logits.length], x)));
    // x l − softplus(l) is the difference of numbers of the size of l, each rounded by 6e-8 of it
    const abs = 2 * 6e-8 * 90;
    expect(zero ?? NaN).toBeNear(
      scipy.logProb.map((p) => p[0] ?? NaN),
      { abs },
    );
    expect(one ?? NaN).toBeNear(
      scipy.logProb.map((p) => p[1] ?? NaN),
      { abs },
    );
  });

  test("has SciPy's entropies to six digits, however small", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { rel: 2e-6, abs: 1e-37 });
  });

  test("has probabilities and variances to six digits, however small", () => {
    const p = scipy.logits.map((l) => 1 / (1 + Math.exp(-l)));
    const q = scipy.logits.map((l) => 1 / (1 + Math.exp(l)));
    expect(d.probs()).toBeNear(p, { rel: 2e-6, abs: 1e-37 });
    expect(d.mean()).toBeNear(p, { rel: 2e-6, abs: 1e-37 });
    expect(d.variance()).toBeNear(
      p.map((x, i) => x * (q[i] ?? NaN)),
      { rel: 2e-6, abs: 1e-37 },
    );
  });

  test("draws only zeros and ones, as float32", () => {
    const draws = bernoulli(tf.zeros([7])).sample(random.key(1), [1009]);
    expect(draws.dtype).toBe("float32");
    expect([...new Set(draws.dataSync())].sort()).toEqual([0, 1]);
  });

  test("draws only ones or only zeros at extreme odds", () => {
    expect(bernoulli(tf.tensor1d([90, 30])).sample(random.key(1), [1009])).toBeNear(1, {});
    expect(bernoulli(tf.tensor1d([-90, -30])).sample(random.key(1), [1009])).toBeNear(0, {});
  });

  test("interpolates the two log probabilities for x between 0 and 1", () => {
    const half = bernoulli(tf.scalar(1.5));
    const [zero, one] = [half.logProb(tf.scalar(0)), half.logProb(tf.scalar(1))];
    expect(half.logProb(tf.scalar(0.25))).toBeNear(zero.mul(0.75).add(one.mul(0.25)), { rel: 1e-6 });
  });

  test("rejects x of another shape", () => {
    expect(() => bernoulli(tf.zeros([5, 3])).logProb(tf.zeros([5]))).toThrow(
      new Error("bernoulli.logProb: x must be [..., 5, 3], got [5]"),
    );
  });
});
