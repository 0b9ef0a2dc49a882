import { random, tf, tree } from "latent";
import { groupNorm } from "latent/nn";
import { describe, expect, it } from "vitest";
import { checkCase, compilers, layerCases } from "./layer-cases";

describe("groupNorm", () => {
  const cases = layerCases.groupNorm.flatMap((one) => compilers.map((compiler) => ({ ...one, compiler })));

  it.each(cases)("has PyTorch's values and gradients in $groups groups (compiler: $compiler)", (one) => {
    // Quotients of size 5 at most, times γ of size 3, after sums of 75 numbers: some 20 roundings of 6·10⁻⁸ of the size 15.
    // The smallest group has 3 numbers; its variance may be a tenth, so a gradient may be 10^½ times as large.
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
  });

  it("gives each group of each example mean 0 and variance 1", () => {
    tf.tidy(() => {
      const params = groupNorm.init(6, 2);
      const x = random
        .normal(random.key(1), [5, 7, 3, 6])
        .mul(3)
        .add(tf.range(0, 5).reshape([5, 1, 1, 1]));
      const y = groupNorm.apply(params, x).reshape([5, 21, 2, 3]);
      const { mean, variance } = tf.moments(y, [1, 3]);
      expect(mean).toBeNear(0, { abs: 1e-6 });
      // ε = 1e-5 beside a variance of some 9 takes 1.1e-6 of it
      expect(variance).toBeNear(1, { abs: 1e-5 });
    });
  });

  it("refuses groups that do not divide the channels, and other channels", () => {
    expect(() => groupNorm.init(6, 4)).toThrow("groupNorm.init: groups must divide the 6 channels, got 4");
    expect(() => groupNorm.init(0, 1)).toThrow("groupNorm.init: channels must be a positive integer, got 0");
    const params = groupNorm.init(6, 2);
    const x = tf.zeros([2, 6, 5]);
    expect(() => groupNorm.apply(params, x)).toThrow(
      "groupNorm.apply: x must be [B, ..., C=6], got [2, 6, 5]",
    );
    tree.dispose([params, x]);
  });

  it("leaves exactly its result, and init exactly its parameters", () => {
    const [params, x] = [groupNorm.init(6, 2), tf.ones([2, 5, 6])];
    expect(() => groupNorm.init(6, 2)).toLeaveTensors(2);
    expect(() => groupNorm.apply(params, x)).toLeaveTensors(1);
    tree.dispose([params, x]);
  });
});
