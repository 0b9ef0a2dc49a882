import { random, tf, tree } from "latent";
import { type Activation, activations, dense, mlp } from "latent/nn";
import { describe, expect, test } from "vitest";

const formulas: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => x * normalCdf(x),
  softplus: (x) => Math.log1p(Math.exp(x)),
};

/** Φ(x) by the midpoint rule from −10, to 1e-7. */
function normalCdf(x: number): number {
  const [n, width] = [20_000, x + 10];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(-0.5 * (-10 + ((i + 0.5) * width) / n) ** 2);
  return (sum * width) / n / Math.sqrt(2 * Math.PI);
}

describe("mlp", () => {
  test("has a layer between each two sizes, drawn from separate keys", () => {
    const net = mlp.init(random.key(1), [7, 5, 5, 5, 3]);
    expect(net.activation).toBe("relu");
    expect(net.layers.map(({ weights }) => weights.shape)).toEqual([
      [7, 5],
      [5, 5],
      [5, 5],
      [5, 3],
    ]);
    const [, second, third] = net.layers.map(({ weights }) => weights);
    if (second && third) expect(second).not.toBeNear(third, { abs: 1e-3 });
    tree.dispose(net);
  });

  test.each(Object.keys(formulas) as Activation[])(
    "applies %s after every layer, including the last one",
    (name) => {
      tf.tidy(() => {
        const net = mlp.init(random.key(2), [3, 5, 2], name);
        const x = random.normal(random.key(3), [11, 3]);
        const affine = (row: number[], { weights, bias }: (typeof net.layers)[number]): number[] => {
          const [w, b] = [weights.arraySync(), bias.arraySync()];
          return b.map((start, j) => row.reduce((sum, v, i) => sum + v * (w[i]?.[j] ?? NaN), start));
        };
        const expected = (x.arraySync() as number[][]).flatMap((row) =>
          net.layers.reduce((h, layer) => affine(h, layer).map(formulas[name]), row),
        );
        const y = mlp.apply(net, x);
        expect(y).toHaveShape([11, 2]);
        // values below 5 in magnitude, after about 15 roundings in float32 (6·10⁻⁸)
        expect(y).toBeNear(expected, { abs: 5e-6 });
      });
    },
  );

  test("may end with a linear layer, and starts that one as it is told", () => {
    tf.tidy(() => {
      const options = { activation: "tanh", output: "linear", last: { scale: 0, bias: 7 } } as const;
      const net = mlp.init(random.key(2), [3, 5, 2], options);
      expect(mlp.apply(net, random.normal(random.key(3), [4, 6, 3]))).toHaveShape([4, 6, 2]);
      expect(mlp.apply(net, random.normal(random.key(3), [4, 3]))).toBeNear(7, {});
    });
  });

  test("computes activations without overflow", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([-1000, -90, 0, 90, 1000]);
      expect(activations.sigmoid(x)).toBeNear([0, 0, 0.5, 1, 1], { abs: 1e-7 });
      expect(activations.tanh(x)).toBeNear([-1, -1, 0, 1, 1], { abs: 1e-7 });
      expect(activations.elu(x)).toBeNear([-1, -1, 0, 90, 1000], { abs: 1e-7 });
    });
  });

  test("throws if there are no layers, or x has another width", () => {
    expect(() => mlp.init(random.key(0), [784])).toThrow(
      "mlp.init: sizes must hold the input size and at least one layer size, got [784]",
    );
    const net = mlp.init(random.key(0), [4, 3]);
    const x = tf.zeros([2, 5]);
    expect(() => mlp.apply(net, x)).toThrow("dense.apply: x must be [..., In=4], got [2, 5]");
    tree.dispose([net, x]);
  });

  test("leaves exactly the result of apply and the parameters of init", () => {
    const net = mlp.init(random.key(0), [5, 4, 3]);
    const x = tf.ones([2, 5]);
    expect(() => mlp.init(random.key(0), [5, 4, 3])).toLeaveTensors(4);
    expect(() => mlp.apply(net, x)).toLeaveTensors(1);
    tree.dispose([net, x]);
  });

  test("has gradients with respect to every parameter", () => {
    tf.tidy(() => {
      const layer = dense.init(random.key(4), 3, 2);
      const net = { layers: [layer], activation: "tanh" } as const;
      const x = random.normal(random.key(5), [5, 3]);
      const value = (weights: tf.Tensor, bias: tf.Tensor): tf.Scalar =>
        mlp
          .apply({ ...net, layers: [{ weights: weights as tf.Tensor2D, bias: bias as tf.Tensor1D }] }, x)
          .sum();
      const [byWeights, byBias] = tf.grads((w, b) => value(w, b))([layer.weights, layer.bias]);
      const slope = tf.sub(1, mlp.apply(net, x).square()); // tanh' = 1 − tanh²
      if (!byWeights || !byBias) throw new Error("no gradient");
      // sums of five products below 3 in magnitude, after a few roundings of 6·10⁻⁸
      expect(byBias).toBeNear(slope.sum(0), { abs: 3e-6 });
      expect(byWeights).toBeNear(tf.matMul(x, slope, true), { abs: 3e-6 });
    });
  });
});
