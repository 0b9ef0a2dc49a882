import { random, tf } from "latent";
import { binarize } from "latent/data";
import { describe, expect, test } from "vitest";

describe("binarize", () => {
  test("returns zeros and ones whose mean is the grey level", () => {
    tf.tidy(() => {
      const n = 20_000;
      const grey = tf.tensor1d([0, 0.02, 0.25, 0.5, 0.9, 1]);
      const x = binarize(tf.tile(grey.expandDims(0), [n, 1]), random.key(1));
      expect(x).toHaveShape([n, 6]);
      expect(x.dtype).toBe("float32");
      expect(x.mul(tf.sub(1, x)).abs().sum()).toBeNear(0, {});
      const errors = grey.mul(tf.sub(1, grey)).div(n).sqrt(); // of a proportion; 0 if the pixel is 0 or 1
      expect(x.mean(0)).toBeWithinStandardErrors(grey, errors);
    });
  });

  test("draws the pixels independently", () => {
    tf.tidy(() => {
      const n = 20_000;
      const x = binarize(tf.fill([n, 2], 0.5), random.key(2)).sub(0.5);
      const [a, b] = tf.unstack(x, 1);
      if (!a || !b) throw new Error("no columns");
      expect(a.mul(b).mean()).toBeWithinStandardErrors(0, 0.25 / Math.sqrt(n)); // ±¼ with equal probability
      expect(
        a
          .slice(0, n - 1)
          .mul(a.slice(1))
          .mean(),
      ).toBeWithinStandardErrors(0, 0.25 / Math.sqrt(n - 1));
    });
  });

  test("is static with one key and dynamic with new ones", () => {
    tf.tidy(() => {
      const grey = tf.fill([100], 0.5);
      const [a, b] = random.split(random.key(3));
      const once = binarize(grey, a);
      expect(binarize(grey, a)).toBeNear(once, {});
      const changed = binarize(grey, b).notEqual(once).sum();
      expect(changed).toBeWithinStandardErrors(50, 5); // out of 100 with p = ½
    });
  });

  test("passes no gradient, and leaves only its result", () => {
    const grey = tf.fill([3, 5], 0.5);
    const slope = tf.grad((x) => binarize(x, random.key(4)).sum())(grey);
    expect(slope).toBeNear(0, {});
    expect(() => binarize(grey, random.key(4))).toLeaveTensors(1);
    tf.dispose([grey, slope]);
  });
});
