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

  test("broadcasts components and weights, with separate draws for each member of the batch", () => {
    const components = normal(tf.tensor1d([0, 5, 10]), tf.tensor1d([1, 2, 3]));
    const weights = random.normal(random.key(3), [7, 3]);
    const shared = mixtureSameFamily(categorical(weights), components);
    const repeated = mixtureSameFamily(
      categorical(weights),
      normal(tf.tensor1d([0, 5, 10]).tile([7]).reshape([7, 3]), tf.tensor1d([1, 2, 3])),
    );
    const x = random.normal(random.key(4), [5, 7]);
    expect(shared.batchShape).toEqual([7]);
    expect(shared.logProb(x)).toBeNear(repeated.logProb(x), { abs: 1e-6 });
    expect(shared.mean()).toBeNear(repeated.mean(), { rel: 1e-6 });
    expect(shared.variance()).toBeNear(repeated.variance(), { rel: 1e-6 });
    const draws = shared.sample(random.key(5), [11]);
    expect(new Set(Array.from(draws.dataSync())).size).toBe(77);
    const row = mixtureSameFamily(categorical(weights), normal(tf.tensor2d([[0, 5, 10]]), 1));
    expect(new Set(Array.from(row.sample(random.key(5)).dataSync())).size).toBe(7);
  });

  test.each([
    [[3], [5]],
    [[3], []],
  ])("rejects weights %j for components %j", (weights, components) => {
    expect(() => mixtureSameFamily(categorical(tf.zeros(weights)), bernoulli(tf.zeros(components)))).toThrow(
      new Error(
        `mixtureSameFamily: the batch of components must be [..., K=3], got [${components.join(", ")}]`,
      ),
    );
  });

  test("rejects batches that do not broadcast", () => {
    expect(() => mixtureSameFamily(categorical(tf.zeros([2, 3])), bernoulli(tf.zeros([5, 3])))).toThrow(
      new Error("mixtureSameFamily: shapes [2] and [5] do not broadcast"),
    );
  });
});
