import type { tf } from "latent";
import { random, valueAndGrad } from "latent";
import { type Activation, activations, mlp, plainMlp } from "latent/nn";
import { describe, expect, test } from "vitest";

describe.each([...Object.keys(activations), "linear"] as (Activation | "linear")[])("%s", (name) => {
  const activation = name === "linear" ? "tanh" : name;
  const params = mlp.init(random.key(1), [3, 7, 5, 2], { activation, output: name });
  const plain = plainMlp(params);
  const points = random.normal(random.key(2), [6, 3]).mul<tf.Tensor2D>(2);

  test("has the values of the network, and the gradients of its outputs as rows", () => {
    const values = mlp.apply(params, points);
    points.arraySync().forEach((x, n) => {
      const { value, jacobian } = plain.jacobian(x);
      expect(plain.apply(x)).toEqual(value);
      // float32 rounds some thirty sums of a network of order 1 by 6e-8
      expect(values.slice(n, 1).flatten()).toBeNear(value, { abs: 5e-6 });
      for (const i of [0, 1]) {
        const output = (p: tf.Tensor): tf.Tensor => mlp.apply(params, p).flatten().slice(i, 1).sum();
        const { grads } = valueAndGrad(output)(points.slice(n, 1));
        expect(grads.flatten()).toBeNear(jacobian.slice(i * 3, i * 3 + 3), { abs: 1e-5 });
      }
    });
  });

  test("has a Jacobian that agrees with finite differences in double precision", () => {
    const x = [0.31, -0.72, 1.13];
    const h = 1e-5;
    const { jacobian } = plain.jacobian(x);
    for (let j = 0; j < 3; j++) {
      const moved = (d: number): Float64Array => plain.apply(x.map((v, k) => (k === j ? v + d : v)));
      const [up, down] = [moved(h), moved(-h)];
      // h² times a third derivative of order 10, and 1e-16 / h of rounding
      for (const i of [0, 1])
        expect(jacobian[i * 3 + j]).toBeNear(((up[i] ?? NaN) - (down[i] ?? NaN)) / (2 * h), { abs: 1e-8 });
    }
  });
});

test("an input of another length is refused", () => {
  const plain = plainMlp(mlp.init(random.key(1), [3, 2]));
  expect([plain.inputs, plain.outputs]).toEqual([3, 2]);
  expect(() => plain.apply([1, 2])).toThrow("plainMlp.apply: x must have 3 numbers, got 2");
  expect(() => plain.jacobian([1, 2, 3, 4])).toThrow("plainMlp.jacobian: x must have 3 numbers, got 4");
});
