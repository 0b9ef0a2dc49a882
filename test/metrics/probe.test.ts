import { random, tf } from "latent";
import { probe } from "latent/metrics";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixtures";

interface Rows {
  readonly features: number[][];
  readonly targets: number[][];
}

const sklearn = fixture("probe") as { train: Rows; test: Rows; scores: Record<string, number[]> };
const key = random.key(0);

function labelled({ features, targets }: Rows) {
  return { features: tf.tensor2d(features), targets: tf.tensor2d(targets) };
}

describe("probe", () => {
  test.each(Object.entries(sklearn.scores))(
    "without random features it is ridge regression, λ = %s",
    (λ, scores) => {
      const found = probe(labelled(sklearn.train), labelled(sklearn.test), key, {
        hidden: 0,
        penalty: Number(λ),
      });
      // both in float64, with a system of condition below 100
      found.forEach((r, i) => expect(r).toBeNear(scores[i] ?? NaN, { abs: 1e-10 }));
    },
  );

  test("random features find what no linear function of the features predicts", () => {
    tf.tidy(() => {
      const rows = (from: random.Key) => {
        const features = random.normal(from, [400, 2]);
        const [x, y] = tf.unstack(features, 1) as [tf.Tensor, tf.Tensor];
        return {
          features,
          targets: tf.stack([x.abs(), x.mul(y), random.normal(random.fold(from, 1), [400])], 1),
        };
      };
      const [train, held] = [rows(random.key(1)), rows(random.key(2))];
      const [absolute = NaN, product = NaN, noise = NaN] = probe(train, held, key);
      expect(absolute).toBeGreaterThan(0.98);
      expect(product).toBeGreaterThan(0.9);
      expect(noise).toBeLessThan(0.1);
      // both targets are uncorrelated with x and y
      for (const r of probe(train, held, key, { hidden: 0 })) expect(Math.abs(r)).toBeLessThan(0.1);
    });
  });

  test("a constant feature changes nothing, and no tensor is left", () => {
    tf.tidy(() => {
      const [train, held] = [labelled(sklearn.train), labelled(sklearn.test)];
      const wider = ({ features, targets }: typeof train) => ({
        features: tf.concat([features, tf.ones([features.shape[0], 1])], 1),
        targets,
      });
      const options = { hidden: 0 };
      expect(probe(wider(train), wider(held), key, options)).toBeNear(probe(train, held, key, options), {
        abs: 1e-10,
      });
      const before = tf.memory().numTensors;
      probe(train, held, key);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test("errors", () => {
    const [train, held] = [labelled(sklearn.train), labelled(sklearn.test)];
    expect(() => probe(train, { ...held, features: tf.zeros([20, 3]) }, key)).toThrow(
      "probe: test.features must be [n, D=4], got [20, 3]",
    );
    expect(() => probe({ ...train, targets: tf.zeros([29, 3]) }, held, key)).toThrow(
      "probe: train.targets must be [n=30, F], got [29, 3]",
    );
    expect(() => probe(train, { ...held, features: tf.fill([20, 4], NaN) }, key)).toThrow(
      "probe: test.features must be finite, got NaN in row 0",
    );
    expect(() => probe(train, held, key, { hidden: -1 })).toThrow(
      "probe: hidden must be a non-negative integer, got -1",
    );
    expect(() => probe(train, held, key, { penalty: 0 })).toThrow(
      "probe: penalty must be a positive finite number, got 0",
    );
  });
});
