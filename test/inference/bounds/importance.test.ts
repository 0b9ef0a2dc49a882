import { logMeanExp, random, tf } from "latent";
import { importanceBound, type LogWeights } from "latent/inference";
import { describe, expect, test } from "vitest";

/** Log weights x + 2 ε with ε ~ N(0, 1): log E[w] = x + 2. */
function logNormal(x: tf.Tensor, key: random.Key, draws: number): tf.Tensor {
  return tf.tidy(() =>
    random
      .normal(key, [draws, x.shape[0]])
      .mul(2)
      .add(x.squeeze([1])),
  );
}

describe("importanceBound", () => {
  test("requests every draw of every row once, with distinct keys, in chunks of at most atOnce", () => {
    for (const [n, draws, atOnce] of [
      [7, 5, 1000],
      [7, 5, 12],
      [7, 5, 5],
      [7, 5, 4],
      [3, 11, 1],
      [1, 1, 1],
    ] as const) {
      const asked = new Float64Array(n);
      const x = tf.range(0, n).expandDims<tf.Tensor2D>(1);
      const keys: (number | undefined)[] = [];
      const count: LogWeights = (rows, key, k) => {
        keys.push(random.bits(key, 1)[0]);
        expect(k * rows.shape[0]).toBeLessThanOrEqual(atOnce);
        for (const row of rows.dataSync()) asked[row] = (asked[row] ?? NaN) + k;
        return tf.tile(rows.transpose(), [k, 1]); // log w = the number of the row, always
      };
      const bound = importanceBound(count, x, random.key(0), { draws, atOnce });
      expect(bound).toHaveShape([n]);
      expect(bound).toBeNear(
        Array.from({ length: n }, (_, i) => i),
        { abs: 2e-6 }, // log Σ e^row − log K, numbers up to 8 in float32
      );
      expect([...asked]).toEqual(new Array(n).fill(draws));
      expect(new Set(keys).size).toBe(keys.length);
      tf.dispose([x, bound]);
    }
  });

  test("is the log-mean-exp of the weights, for any magnitude", () => {
    tf.tidy(() => {
      const weights = tf.tensor2d([
        [-1000, 500, 0],
        [-1001, 499, -1000],
      ]);
      const bound = importanceBound(() => weights, tf.zeros([3, 1]), random.key(0), { draws: 2 });
      const shift = Math.log((1 + Math.exp(-1)) / 2);
      expect(bound).toBeNear([-1000 + shift, 500 + shift, Math.log(0.5)], { rel: 2 ** -22 });
      expect(bound).toBeNear(logMeanExp(weights, 0), { rel: 2 ** -22 });
    });
  });

  test("counts weights of zero, and is −∞ if all are zero", () => {
    tf.tidy(() => {
      const weights = tf.tensor2d([
        [-Infinity, 1],
        [-Infinity, -Infinity],
      ]);
      const bound = importanceBound(() => weights, tf.zeros([2, 1]), random.key(0), { draws: 2 });
      expect(bound).toBeNear([-Infinity, 1 - Math.LN2], { rel: 2 ** -22 });
    });
  });

  test("uses independent draws in every chunk", () => {
    tf.tidy(() => {
      const n = 400;
      const draws = 400;
      // √Var[w] / E[w] = √(e⁴ − 1) = 7.3: the standard error of log (1/K) Σ w over all n K draws is 7.3 / √(n
      // K)
      const x = tf.zeros([n, 1]);
      const bounds = importanceBound(logNormal, x, random.key(1), { draws, atOnce: 50 });
      expect(logMeanExp(bounds)).toBeWithinStandardErrors(2, Math.sqrt((Math.exp(4) - 1) / (n * draws)));
      expect(new Set(bounds.dataSync()).size).toBeGreaterThan(0.99 * n);
    });
  });

  test("is a function of its key", () => {
    tf.tidy(() => {
      const bound = (seed: number): tf.Tensor1D =>
        importanceBound(logNormal, tf.zeros([5, 1]), random.key(seed), { draws: 3 });
      expect(bound(1)).toBeNear(bound(1), {});
      expect(bound(1)).not.toBeNear(bound(2), { abs: 1e-3 });
    });
  });

  test("leaves only its result", () => {
    const x = tf.zeros([5, 1]);
    expect(() => importanceBound(logNormal, x, random.key(0), { draws: 7, atOnce: 3 })).toLeaveTensors(1);
    x.dispose();
  });

  test("rejects counts that are not positive integers", () => {
    const x = tf.zeros([5, 1]);
    const bound = (options: { draws: number; atOnce?: number }) => () =>
      importanceBound(logNormal, x, random.key(0), options);
    expect(bound({ draws: 0 })).toThrow("importanceBound: draws must be a positive integer, got 0");
    expect(bound({ draws: 5, atOnce: 0.5 })).toThrow(
      "importanceBound: atOnce must be a positive integer, got 0.5",
    );
    x.dispose();
  });

  test("rejects an x without rows", () => {
    for (const [x, shape] of [
      [tf.zeros([0, 4]), "[0, 4]"],
      [tf.scalar(1), "[]"],
    ] as const)
      expect(() => importanceBound(logNormal, x, random.key(0), { draws: 2 })).toThrow(
        new Error(`importanceBound: x must be [N, ...] with at least one row, got ${shape}`),
      );
  });
});
