import { random, tf } from "latent";
import { bernoulli, categorical, mixtureSameFamily, multivariateNormal, normal } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { chiSquare, chiSquareLimit, countEach } from "../../support/statistics";

const { mixture: scipy } = fixture("distributions") as {
  mixture: {
    logits: number[];
    mean: number[][];
    scaleTril: number[][][];
    x: number[][];
    logProb: number[];
    posterior: number[][];
  };
};

describe("mixtureSameFamily", () => {
  const p = mixtureSameFamily(
    categorical(tf.tensor1d(scipy.logits)),
    multivariateNormal(tf.tensor2d(scipy.mean), tf.tensor3d(scipy.scaleTril)),
  );

  test("has SciPy's density and posterior, with points hundreds of standard deviations away", () => {
    const x = tf.tensor2d(scipy.x);
    expect(p.logProb(x)).toBeNear(scipy.logProb, { abs: 2e-4, rel: 1e-5 });
    expect(p.posterior(x).probs()).toBeNear(scipy.posterior.flat(), { abs: 2e-4 });
  });

  test("draws each component with the frequency of its weight", () => {
    const far = mixtureSameFamily(
      categorical(tf.tensor1d([1, 0, -1])),
      normal(tf.tensor1d([0, 100, 200]), tf.tensor1d([1, 1, 1])),
    );
    const draws = far.sample(random.key(1), [20_000]).div(100).round().dataSync();
    const expected = [1, 0, -1].map((logit) => (20_000 * Math.exp(logit)) / (Math.E + 1 + 1 / Math.E));
    expect(chiSquare(countEach(draws, 3), expected)).toBeLessThan(chiSquareLimit(2));
  });

  test("draws a separate component for each member of the batch if the weights are shared", () => {
    const batch = mixtureSameFamily(
      categorical(tf.zeros([2])),
      normal(tf.zeros([101, 2]), tf.tensor1d([1, 2])),
    );
    const draws = Array.from(batch.sample(random.key(1)).dataSync());
    expect(new Set(draws).size).toBe(101);
  });

  test("of one component is that component", () => {
    const one = mixtureSameFamily(categorical(tf.zeros([3, 1])), normal(tf.zeros([3, 1]), tf.ones([1])));
    const x = random.normal(random.key(2), [7, 3]);
    expect(one.logProb(x)).toBeNear(normal(tf.zeros([3]), tf.ones([3])).logProb(x), { abs: 1e-6 });
  });

  test("leaves one tensor for a posterior", () => {
    const x = tf.tensor2d(scipy.x);
    expect(() => p.posterior(x).logits).toLeaveTensors(1);
  });

  test("has no entropy, for which there is no closed form", () => {
    expect("entropy" in p).toBe(false);
  });

  test.each([
    [[3], [5], "[..., K=3], got [5]"],
    [[3], [], "[..., K=3], got []"],
    [[2, 3], [3], "[..., 2, K=3], got [3]"],
    [[2, 3], [1, 3], "[..., 2, K=3], got [1, 3]"],
  ])("rejects weights %j for components %j", (weights, components, message) => {
    expect(() => mixtureSameFamily(categorical(tf.zeros(weights)), bernoulli(tf.zeros(components)))).toThrow(
      new Error(`mixtureSameFamily: the batch of components must be ${message}`),
    );
  });
});
