import { random, tf, tree } from "latent";
import { conv2d, convTranspose2d } from "latent/nn";
import { describe, expect, it } from "vitest";
import { checkCase, compilers, layerCases } from "./layer-cases";

const layers = { conv2d, convTranspose2d } as const;
const names = ["conv2d", "convTranspose2d"] as const;

/**
 * Every number is a sum of at most 150 products of normal numbers. Partial sums are of the size √150, each is rounded by half of
 * 1.2·10⁻⁷ of itself, and 150 such errors of random sign add to √150 times one: 150 · 6·10⁻⁸ = 9·10⁻⁶.
 */
const TOLERANCE = 2e-5;

describe.each(names)("%s", (name) => {
  const layer = layers[name];
  const cases = layerCases[name].flatMap((one) => compilers.map((compiler) => ({ ...one, compiler })));

  it.each(cases)("has PyTorch's values and gradients at stride $stride (compiler: $compiler)", (one) => {
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
  });

  it("draws weights uniform within the limit of Glorot and Bengio, and zeros for the bias", () => {
    const [inputs, outputs, size] = [11, 17, 5];
    const params = layer.init(random.key(1), { inputs, outputs, size });
    const limit = Math.sqrt(6 / (size ** 2 * (inputs + outputs)));
    const n = size ** 2 * inputs * outputs;
    tf.tidy(() => {
      expect(params.stride).toBe(1);
      expect(params.bias).toBeNear(new Float32Array(outputs), {});
      expect(params.weights.abs().max().dataSync()[0]).toBeLessThanOrEqual(Math.fround(limit));
      // of the uniform law on ±L: E[w²] = L²/3, Var[w²] = L⁴/5 − L⁴/9
      const error = limit ** 2 * Math.sqrt((1 / 5 - 1 / 9) / n);
      expect(params.weights.square().mean()).toBeWithinStandardErrors(limit ** 2 / 3, error);
      expect(params.weights.mean()).toBeWithinStandardErrors(0, limit / Math.sqrt(3 * n));
    });
    tree.dispose(params);
  });

  it("refuses sizes that are no counts", () => {
    const sizes = { inputs: 3, outputs: 5, size: 4, stride: 2 };
    for (const wrong of ["inputs", "outputs", "size", "stride"])
      expect(() => layer.init(random.key(0), { ...sizes, [wrong]: 0 })).toThrow(
        `${name}.init: ${wrong} must be a positive integer, got 0`,
      );
  });

  it("leaves exactly its result, and init exactly its parameters", () => {
    expect(() => layer.init(random.key(0), { inputs: 3, outputs: 5, size: 4 })).toLeaveTensors(2);
    const params = layer.init(random.key(0), { inputs: 3, outputs: 5, size: 4 });
    const x = tf.ones([1, 6, 6, 3]);
    expect(() => layer.apply(params as never, x)).toLeaveTensors(1);
    tree.dispose([params, x]);
  });
});

it("conv2d gives a pixel for every stride pixels, convTranspose2d gives them back", () => {
  tf.tidy(() => {
    const down = conv2d.init(random.key(1), { inputs: 3, outputs: 5, size: 4, stride: 2 });
    const up = convTranspose2d.init(random.key(2), { inputs: 5, outputs: 3, size: 4, stride: 2 });
    const x = tf.ones([7, 9, 12, 3]);
    const h = conv2d.apply(down, x);
    expect(h).toHaveShape([7, 5, 6, 5]);
    expect(convTranspose2d.apply(up, h)).toHaveShape([7, 10, 12, 3]);
  });
});

it("names the shape that it wants", () => {
  tf.tidy(() => {
    const sizes = { inputs: 3, outputs: 5, size: 4 };
    const flat = tf.zeros([2, 108]);
    expect(() => conv2d.apply(conv2d.init(random.key(0), sizes), flat)).toThrow(
      "conv2d.apply: x must be [B, H, W, In=3], got [2, 108]; images have their channels last",
    );
    const first = tf.zeros([2, 3, 6, 6]);
    expect(() => convTranspose2d.apply(convTranspose2d.init(random.key(0), sizes), first)).toThrow(
      "convTranspose2d.apply: x must be [B, H, W, In=3], got [2, 3, 6, 6]; images have their channels last",
    );
  });
});
