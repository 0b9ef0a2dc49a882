import { random, tf, tree } from "latent";
import { groupNorm } from "latent/nn";
import { describe, expect, test } from "vitest";
import { checkCase, layerCases, withCompilers } from "./layer-cases";

describe("groupNorm", () => {
  test.each(withCompilers(layerCases.groupNorm))(
    "has PyTorch's values and gradients with $groups groups (compiler: $compiler)",
    (one) => {
      // Quotients of at most 5 times γ of about 3, after sums of 75 numbers: some 20 roundings of 6·10⁻⁸ ·
      // 15. The smallest group has 3 numbers and may have variance 0.1, so a gradient may be √10 times as
      // large.
      checkCase(
        one,
        ({ x, scale, shift }) =>
          groupNorm.apply(
            { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D, groups: one.groups },
            x as tf.Tensor,
          ),
        6e-5,
        one.compiler,
      );
    },
  );

  test("normalizes each group of each example to mean 0 and variance 1", () => {
    tf.tidy(() => {
      const params = groupNorm.init(6, 2);
      const x = random
        .normal(random.key(1), [5, 7, 3, 6])
        .mul(3)
        .add(tf.range(0, 5).reshape([5, 1, 1, 1]));
      const y = groupNorm.apply(params, x).reshape([5, 21, 2, 3]);
      const { mean, variance } = tf.moments(y, [1, 3]);
      expect(mean).toBeNear(0, { abs: 1e-6 });
      // ε = 1e-5 reduces a variance of about 9 by 1.1e-6 of it
      expect(variance).toBeNear(1, { abs: 1e-5 });
    });
  });

  test("throws if the groups do not divide the channels, or x has other channels", () => {
    expect(() => groupNorm.init(6, 4)).toThrow("groupNorm.init: groups must divide the 6 channels, got 4");
    expect(() => groupNorm.init(0, 1)).toThrow("groupNorm.init: channels must be a positive integer, got 0");
    const params = groupNorm.init(6, 2);
    const x = tf.zeros([2, 6, 5]);
    expect(() => groupNorm.apply(params, x)).toThrow(
      "groupNorm.apply: x must be [B, ..., C=6], got [2, 6, 5]",
    );
    tree.dispose([params, x]);
  });

  test("leaves exactly the result of apply and the parameters of init", () => {
    const [params, x] = [groupNorm.init(6, 2), tf.ones([2, 5, 6])];
    expect(() => groupNorm.init(6, 2)).toLeaveTensors(2);
    expect(() => groupNorm.apply(params, x)).toLeaveTensors(1);
    tree.dispose([params, x]);
  });
});
