import { jit, random, tf } from "latent";
import { categorical } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const { categorical: scipy } = fixture("distributions") as {
  categorical: { logits: number[][]; logProb: number[][]; entropy: number[] };
};

describe("categorical", () => {
  const d = categorical(tf.tensor2d(scipy.logits));
  const everyCategory = tf.range(0, 7, 1, "int32").expandDims(1);

  test("has SciPy's log probabilities, with logits of ±1000", () => {
    // The logits are shifted by their maximum exactly or with one rounding of a number up to 300, 6e-8 of it
    expect(d.logProb(everyCategory).transpose()).toBeNear(scipy.logProb.flat(), { abs: 1e-6, rel: 2e-7 });
  });

  test("has SciPy's entropies", () => {
    expect(d.entropy()).toBeNear(scipy.entropy, { abs: 1e-6 });
  });

  test("has probabilities that sum to 1", () => {
    expect(d.probs().sum(-1)).toBeNear(1, { abs: 1e-6 });
    expect(d.probs()).toBeNear(
      scipy.logProb.flat().map((p) => Math.exp(p)),
      { abs: 1e-6 },
    );
  });

  test("has the mean and the variance of the category's number", () => {
    const uniform = categorical(tf.zeros([3, 5]));
    expect(uniform.mean()).toBeNear(2, { rel: 1e-6 });
    expect(uniform.variance()).toBeNear(2, { rel: 1e-6 });
  });

  test("draws int32", () => {
    expect(d.sample(random.key(1)).dtype).toBe("int32");
  });

  test("draws the only likely category", () => {
    const sure = categorical(tf.tensor1d([-50, -50, 0, -50]));
    expect(sure.sample(random.key(1), [1009])).toBeNear(2, {});
    expect(categorical(tf.tensor1d([3])).sample(random.key(1), [101])).toBeNear(0, {});
  });

  test("has log p = −∞ at numbers below 0 and above K − 1", () => {
    expect(categorical(tf.zeros([3])).logProb(tf.tensor1d([-1, 3, 100], "int32"))).toBeNear(-Infinity, {});
  });

  test("has log p = −∞ between categories and at NaN, also when compiled", () => {
    const none = tf.tensor1d([0.5, 1.5, -0.5, 2.001, NaN, Infinity]);
    const logits = tf.tensor1d([0.1, 0.7, 0.2]);
    expect(categorical(logits).logProb(none)).toBeNear(-Infinity, {});
    const compiled = jit((l: tf.Tensor, x: tf.Tensor) => categorical(l).logProb(x));
    expect(compiled(logits, none)).toBeNear(-Infinity, {});
    compiled.dispose();
  });

  test("is deterministic with one category", () => {
    const x = tf.tensor1d([0, 1], "int32");
    expect(categorical(tf.tensor1d([-3])).logProb(x)).toBeNear([0, -Infinity], {});
  });

  test("accepts categories as float32", () => {
    expect(d.logProb(everyCategory.cast("float32"))).toBeNear(d.logProb(everyCategory), {});
  });

  test("rejects logits without categories, and x of another shape", () => {
    expect(() => categorical(tf.scalar(1))).toThrow(
      new Error("categorical: logits must be [..., K] with K >= 1, got []"),
    );
    expect(() => categorical(tf.zeros([3, 0]))).toThrow(
      new Error("categorical: logits must be [..., K] with K >= 1, got [3, 0]"),
    );
    expect(() => categorical(tf.zeros([3, 5])).logProb(tf.zeros([5], "int32"))).toThrow(
      new Error("categorical.logProb: x must be [..., 3], got [5]"),
    );
  });
});
