import { random, tf, tree } from "latent";
import { conv2d, convTranspose2d } from "latent/nn";
import { describe, expect, test } from "vitest";
import { checkCase, layerCases, withCompilers } from "./layer-cases";

const layers = { conv2d, convTranspose2d } as const;
const names = ["conv2d", "convTranspose2d"] as const;

/**
 * Every number is a sum of at most 150 products of normal numbers. Partial sums have size √150 and rounding
 * errors of 6·10⁻⁸ of it; 150 such errors of random sign add up to √150 times one of them: 150 · 6·10⁻⁸ =
 * 9·10⁻⁶.
 */
const TOLERANCE = 2e-5;

describe.each(names)("%s", (name) => {
  const layer = layers[name];
  test.each(withCompilers(layerCases[name]))(
    "has PyTorch's values and gradients with stride $stride (compiler: $compiler)",
    (one) => {
      checkCase(
        one,
        ({ x, weights, bias }) =>
          layer.apply(
            { weights: weights as tf.Tensor4D, bias: bias as tf.Tensor1D, stride: one.stride },
            x as tf.Tensor,
          ),
        TOLERANCE,
        one.compiler,
      );
    },
  );

  test("draws uniform weights within the limit of Glorot and Bengio, and sets the bias to zero", () => {
    const [inputs, outputs, size] = [11, 17, 5];
    const params = layer.init(random.key(1), { inputs, outputs, size });
    const limit = Math.sqrt(6 / (size ** 2 * (inputs + outputs)));
    const n = size ** 2 * inputs * outputs;
    tf.tidy(() => {
      expect(params.stride).toBe(1);
      expect(params.bias).toBeNear(new Float32Array(outputs), {});
      expect(params.weights.abs().max().dataSync()[0]).toBeLessThanOrEqual(Math.fround(limit));
      // for the uniform distribution on ±L: E[w²] = L²/3, Var[w²] = L⁴/5 − L⁴/9
      const error = limit ** 2 * Math.sqrt((1 / 5 - 1 / 9) / n);
      expect(params.weights.square().mean()).toBeWithinStandardErrors(limit ** 2 / 3, error);
      expect(params.weights.mean()).toBeWithinStandardErrors(0, limit / Math.sqrt(3 * n));
    });
    tree.dispose(params);
  });

  test("throws if a size is not a positive integer", () => {
    const sizes = { inputs: 3, outputs: 5, size: 4, stride: 2 };
    for (const wrong of ["inputs", "outputs", "size", "stride"])
      expect(() => layer.init(random.key(0), { ...sizes, [wrong]: 0 })).toThrow(
        `${name}.init: ${wrong} must be a positive integer, got 0`,
      );
  });

  test("leaves exactly the result of apply and the parameters of init", () => {
    expect(() => layer.init(random.key(0), { inputs: 3, outputs: 5, size: 4 })).toLeaveTensors(2);
    const params = layer.init(random.key(0), { inputs: 3, outputs: 5, size: 4 });
    const x = tf.ones([1, 6, 6, 3]);
    expect(() => layer.apply(params as never, x)).toLeaveTensors(1);
    tree.dispose([params, x]);
  });
});

test("conv2d divides height and width by the stride, and convTranspose2d multiplies them by it", () => {
  tf.tidy(() => {
    const down = conv2d.init(random.key(1), { inputs: 3, outputs: 5, size: 4, stride: 2 });
    const up = convTranspose2d.init(random.key(2), { inputs: 5, outputs: 3, size: 4, stride: 2 });
    const x = tf.ones([7, 9, 12, 3]);
    const h = conv2d.apply(down, x);
    expect(h).toHaveShape([7, 5, 6, 5]);
    expect(convTranspose2d.apply(up, h)).toHaveShape([7, 10, 12, 3]);
  });
});

test("conv2d and convTranspose2d name the expected shape", () => {
  tf.tidy(() => {
    const sizes = { inputs: 3, outputs: 5, size: 4 };
    const flat = tf.zeros([2, 108]);
    expect(() => conv2d.apply(conv2d.init(random.key(0), sizes), flat)).toThrow(
      "conv2d.apply: x must be [B, H, W, In=3], got [2, 108]; the channels must be the last axis",
    );
    const first = tf.zeros([2, 3, 6, 6]);
    expect(() => convTranspose2d.apply(convTranspose2d.init(random.key(0), sizes), first)).toThrow(
      "convTranspose2d.apply: x must be [B, H, W, In=3], got [2, 3, 6, 6]; " +
        "the channels must be the last axis",
    );
  });
});
