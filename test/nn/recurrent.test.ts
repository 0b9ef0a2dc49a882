import { random, tf, tree } from "latent";
import { gru, type Gru } from "latent/nn";
import { describe, expect, test } from "vitest";
import { checkCase, compilers, layerCases } from "./layer-cases";

/**
 * Sums of at most 20 products of normal numbers over five steps, with gradients a few times as large: about
 * 200 roundings of 6·10⁻⁸.
 */
const TOLERANCE = 2e-5;

describe("gru", () => {
  const named = (inputs: Readonly<Record<string, tf.Tensor>>) =>
    inputs as unknown as Gru & Record<"x" | "h", tf.Tensor>;

  test.each(compilers)("has the states and gradients of PyTorch's GRU (compiler: %s)", (compiler) => {
    const run = (inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor => {
      const { x, h, ...params } = named(inputs);
      return gru.run(params, h, x).all;
    };
    checkCase(layerCases.gru, run, TOLERANCE, compiler);
  });

  test("reaches the same states by run and by step, forwards and in reverse", () => {
    tf.tidy(() => {
      const params = gru.init(random.key(1), 3, 5);
      const [h0, x] = [random.normal(random.key(2), [2, 5]), random.normal(random.key(3), [7, 2, 3])];
      const inputs = tf.unstack(x);
      for (const reverse of [false, true]) {
        let h = h0;
        const order = reverse ? [...inputs.keys()].reverse() : [...inputs.keys()];
        const states: tf.Tensor[] = [];
        for (const t of order) {
          h = gru.step(params, h, inputs[t] as tf.Tensor);
          states[t] = h;
        }
        const { last, all } = gru.run(params, h0, x, { reverse });
        // States below 4 in magnitude, after a few roundings each.
        expect(all).toBeNear(tf.stack(states), { abs: 1e-6 });
        expect(last).toBeNear(h, { abs: 1e-6 });
      }
    });
  });

  test("draws the weights of each gate within the limit of Glorot and Bengio", () => {
    const params = gru.init(random.key(1), 19, 13);
    for (const [weights, rows] of [
      [params.inputWeights, 19],
      [params.hiddenWeights, 13],
    ] as const) {
      const limit = Math.sqrt(6 / (rows + 13));
      expect(weights).toHaveShape([rows, 39]);
      expect(Math.max(...weights.dataSync().map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
      tf.tidy(() => {
        // for the uniform distribution on ±L: E[w²] = L²/3, Var[w²] = L⁴/5 − L⁴/9
        const error = limit ** 2 * Math.sqrt((1 / 5 - 1 / 9) / weights.size);
        expect(weights.square().mean()).toBeWithinStandardErrors(limit ** 2 / 3, error);
      });
    }
    for (const bias of [params.inputBias, params.hiddenBias]) expect(bias).toBeNear(new Float32Array(39), {});
    tree.dispose(params);
  });

  test("names the expected shapes and sizes", () => {
    const params = gru.init(random.key(1), 3, 5);
    tf.tidy(() => {
      const [h, x] = [tf.zeros([2, 5]), tf.zeros([2, 3])];
      expect(() => gru.step(params, x, x)).toThrow("gru.step: h must be [B, H=5], got [2, 3]");
      expect(() => gru.step(params, h, h)).toThrow("gru.step: x must be [B, In=3], got [2, 5]");
      expect(() => gru.run(params, h, x)).toThrow("gru.run: x must be [T, B, In=3], got [2, 3]");
      expect(() => gru.run(params, h, tf.zeros([4, 7, 3]))).toThrow(
        "gru.run: h0 must be [B=7, H=5], got [2, 5]",
      );
    });
    expect(() => gru.init(random.key(1), 0, 5)).toThrow("gru.init: inputs must be a positive integer, got 0");
    expect(() => gru.init(random.key(1), 3, 0.5)).toThrow(
      "gru.init: hidden must be a positive integer, got 0.5",
    );
    tree.dispose(params);
  });

  test("leaves exactly the results of step and run and the parameters of init", () => {
    const params = gru.init(random.key(1), 3, 5);
    const [h, x, xs] = [tf.zeros([2, 5]), tf.zeros([2, 3]), tf.zeros([4, 2, 3])];
    expect(() => gru.init(random.key(1), 3, 5)).toLeaveTensors(4);
    expect(() => gru.step(params, h, x)).toLeaveTensors(1);
    expect(() => gru.run(params, h, xs)).toLeaveTensors(2);
    tree.dispose([params, h, x, xs]);
  });
});
