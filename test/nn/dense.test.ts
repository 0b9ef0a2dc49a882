import { random, tf, tree } from "latent";
import { dense } from "latent/nn";
import { describe, expect, test } from "vitest";

describe("dense.init", () => {
  const [inputs, outputs] = [211, 97];
  const limit = Math.sqrt(6 / (inputs + outputs));
  const n = inputs * outputs;

  test("draws uniform weights within the limit of Glorot and Bengio, and sets the bias to zero", () => {
    const layer = dense.init(random.key(1), inputs, outputs);
    expect(layer.weights).toHaveShape([inputs, outputs]);
    expect(layer.bias).toBeNear(new Float32Array(outputs), {});
    const sorted = Float32Array.from(layer.weights.dataSync()).sort();
    expect(Math.max(-(sorted[0] ?? NaN), sorted[n - 1] ?? NaN)).toBeLessThanOrEqual(Math.fround(limit));
    const farthest = sorted.reduce((most, w, i) => {
      const below = (w + limit) / (2 * limit); // the uniform distribution function
      return Math.max(most, below - i / n, (i + 1) / n - below);
    }, 0);
    // Kolmogorov and Smirnov: P(√n D > 3.3) ≈ 2 exp(−2 · 3.3²) = 7·10⁻¹⁰
    expect(Math.sqrt(n) * farthest).toBeLessThan(3.3);
    tree.dispose(layer);
  });

  test("draws weights of variance 2 / (In + Out)", () => {
    tf.tidy(() => {
      const { weights } = dense.init(random.key(2), inputs, outputs);
      // for the uniform distribution on ±L: E[w²] = L²/3, Var[w²] = L⁴/5 − L⁴/9
      const error = limit ** 2 * Math.sqrt((1 / 5 - 1 / 9) / n);
      expect(weights.square().mean()).toBeWithinStandardErrors(2 / (inputs + outputs), error);
      expect(weights.mean()).toBeWithinStandardErrors(0, limit / Math.sqrt(3 * n));
    });
  });

  test("is determined by its key", () => {
    tf.tidy(() => {
      const [a, b] = random.split(random.key(3));
      const weights = dense.init(a, 5, 3).weights;
      expect(dense.init(a, 5, 3).weights).toBeNear(weights, {});
      expect(dense.init(b, 5, 3).weights).not.toBeNear(weights, { abs: 1e-3 });
    });
  });

  test("scales the weights and sets the bias by options", () => {
    tf.tidy(() => {
      const [plain, small] = [{}, { scale: 0.01, bias: -2 }].map((o) => dense.init(random.key(3), 5, 3, o));
      expect(small?.weights ?? NaN).toBeNear(plain?.weights.mul(0.01) ?? NaN, { rel: 1e-6 });
      expect(small?.bias ?? NaN).toBeNear(-2, {});
      expect(() => dense.init(random.key(3), 5, 3, { scale: NaN })).toThrow(
        "dense.init: scale must be finite, got NaN",
      );
    });
  });

  test("throws if a size is not a positive integer", () => {
    expect(() => dense.init(random.key(0), 0, 3)).toThrow(
      "dense.init: inputs must be a positive integer, got 0",
    );
    expect(() => dense.init(random.key(0), 3, 2.5)).toThrow(
      "dense.init: outputs must be a positive integer, got 2.5",
    );
  });
});

describe("dense.apply", () => {
  test("returns x W + b", () => {
    tf.tidy(() => {
      const layer = {
        weights: tf.tensor2d([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        bias: tf.tensor1d([0.5, -1, 0]),
      };
      const x = tf.tensor2d([
        [1, 0],
        [0, 1],
        [2, -1],
        [-1, 1],
        [0, 0],
      ]);
      const y = dense.apply(layer, x);
      expect(y).toHaveShape([5, 3]);
      expect(y).toBeNear([1.5, 1, 3, 4.5, 4, 6, -1.5, -2, 0, 3.5, 2, 3, 0.5, -1, 0], {});
    });
  });

  test("applies to the last axis of any rank", () => {
    tf.tidy(() => {
      const layer = dense.init(random.key(4), 3, 2, { bias: 0.5 });
      const x = random.normal(random.key(5), [2, 5, 4, 3]);
      const rows = dense.apply(layer, x.reshape([40, 3]));
      expect(dense.apply(layer, x)).toHaveShape([2, 5, 4, 2]);
      expect(dense.apply(layer, x)).toBeNear(rows, {});
      expect(dense.apply(layer, x.slice([0, 0, 0, 0], [1, 1, 1, 3]).flatten())).toBeNear(rows.slice(0, 1), {
        abs: 1e-6,
      });
    });
  });

  test("names the expected shape", () => {
    const layer = dense.init(random.key(0), 784, 2);
    const [images, narrow] = [tf.zeros([3, 28, 28]), tf.zeros([3, 783])];
    expect(() => dense.apply(layer, images)).toThrow("dense.apply: x must be [..., In=784], got [3, 28, 28]");
    expect(() => dense.apply(layer, narrow)).toThrow("dense.apply: x must be [..., In=784], got [3, 783]");
    tree.dispose([layer, images, narrow]);
  });

  test("leaves exactly the result of apply and the parameters of init", () => {
    const layer = dense.init(random.key(0), 5, 3);
    const x = tf.ones([2, 5]);
    expect(() => dense.init(random.key(0), 5, 3)).toLeaveTensors(2);
    expect(() => dense.apply(layer, x)).toLeaveTensors(1);
    tree.dispose([layer, x]);
  });
});
