import { random, tf } from "latent";
import { bernoulli, categorical, independent, normal } from "latent/distributions";
import { enumerate, type Finite, gradientEstimate, gradientSamples, type Objective } from "latent/estimators";
import { describe, expect, test } from "vitest";
import { outcomesOf } from "../../lib/estimators/outcomes";

const key = random.key(1);

describe("enumerate", () => {
  test("has a surrogate whose values are the expectation", () => {
    const objective: Objective<tf.Tensor, Finite> = { q: (l) => bernoulli(l), f: (x) => x.mul(3).add(1) };
    const logits = tf.tensor1d([0, 1.5]);
    const surrogate = enumerate().surrogate(objective, logits, key, 3);
    const mean = [2.5, 1 + 3 / (1 + Math.exp(-1.5))];
    expect(surrogate).toHaveShape([3, 2]);
    expect(surrogate).toBeNear([...mean, ...mean, ...mean], { rel: 1e-6 });
    expect(() => enumerate().surrogate(objective, logits, key, 3)).toLeaveTensors(1);
  });

  test("gives the same gradient for every key, that of the expectation", () => {
    const costs = tf.tensor1d([5, -1, 2]);
    const objective: Objective<tf.Tensor, Finite> = {
      q: (l) => categorical(l),
      f: (x) => tf.oneHot(x.cast("int32"), 3).cast("float32").mul(costs).sum(-1),
    };
    const p = [Math.exp(1), Math.exp(0), Math.exp(-1)].map((e) => e / (Math.E + 1 + 1 / Math.E));
    const mean = 5 * (p[0] ?? 0) - (p[1] ?? 0) + 2 * (p[2] ?? 0);
    const exact = [5, -1, 2].map((c, k) => (p[k] ?? 0) * (c - mean)); // ∂/∂l_k Σ p f = p_k (f_k − E[f])
    const logits = tf.tensor1d([1, 0, -1]);
    expect(gradientEstimate(enumerate(), objective, logits, key)).toBeNear(exact, { abs: 1e-6 });
    const samples = gradientSamples(enumerate(), objective, logits, random.key(2), 2, 3);
    expect(samples).toBeNear([...exact, ...exact], { abs: 1e-6 });
  });

  test("rejects distributions that are not finite or have too many outcomes", () => {
    const estimate = (q: () => Finite): unknown =>
      gradientEstimate(enumerate(), { q, f: (x: tf.Tensor) => x }, tf.scalar(0), key);
    expect(() => estimate(() => normal(tf.scalar(0), tf.scalar(1)) as unknown as Finite)).toThrow(
      new Error(
        "enumerate: q must be bernoulli, categorical, or independent of these, got a distribution of kind " +
          '"normal"; use pathwise() or scoreFunction()',
      ),
    );
    expect(() => estimate(() => independent(bernoulli(tf.zeros([17]))))).toThrow(
      new Error(
        "enumerate: q must have at most 65536 outcomes, got 17 variables with 2 values each (event [17]); " +
          "use scoreFunction() or measureValued()",
      ),
    );
  });
});

describe("outcomesOf", () => {
  test("lists each outcome once, in order", () => {
    const q = independent(categorical(tf.zeros([2, 3]))); // 2 variables with 3 values
    const outcomes = outcomesOf("test", q);
    expect(outcomes).toHaveShape([9, 2]);
    expect(Array.from(outcomes.dataSync()).join("")).toBe("000102101112202122");
  });

  test("repeats them for each member of a batch, with probabilities that sum to 1", () => {
    const q = independent(bernoulli(random.normal(key, [5, 2, 3])), 2); // batch [5], event [2, 3]
    const outcomes = outcomesOf("test", q);
    expect(outcomes).toHaveShape([64, 5, 2, 3]);
    expect(q.logProb(outcomes).exp().sum(0)).toBeNear(1, { abs: 1e-5 });
  });
});
