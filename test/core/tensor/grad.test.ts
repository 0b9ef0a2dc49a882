import { detached, random, stopGradient, tf, tree, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";

function number(x: tf.Tensor): number {
  return x.dataSync()[0] ?? NaN;
}

describe("valueAndGrad", () => {
  test("of a quadratic form returns the closed form, in the structure of the parameters", () => {
    const params = { b: tf.tensor1d([1, -2]), a: [tf.scalar(3), tf.tensor2d([[0.5]])] as const };
    const { value, grads, aux } = valueAndGrad(({ a, b }: typeof params) =>
      b.square().sum().add(a[0].mul(a[1]).sum()),
    )(params);
    expect(value).toBeNear(6.5, {});
    expect(value).toHaveShape([]);
    expect(grads.b).toBeNear([2, -4], {});
    expect(grads.a[0]).toBeNear(0.5, {});
    expect(grads.a[1]).toBeNear(3, {});
    expect(grads.a[1]).toHaveShape([1, 1]);
    expect(aux).toBeUndefined();
  });

  test("of a network agrees with finite differences", () => {
    const [wKey, bKey, xKey] = random.split(random.key(1), 3);
    const params = { w: random.normal(wKey, [5, 3]), b: random.normal(bKey, [3]) };
    const x = random.normal(xKey, [7, 5]);
    const loss = (p: typeof params): tf.Tensor => tf.matMul(x, p.w).add(p.b).tanh().softplus();
    const { grads } = valueAndGrad((p: typeof params) => loss(p).sum())(params);
    const { gradient, error } = numericalGradient(loss, params);
    expect(grads.w).toBeNear(gradient.w, { abs: error });
    expect(grads.b).toBeNear(gradient.b, { abs: error });
  });

  test("passes further arguments on, and differentiates with respect to the first only", () => {
    const f = valueAndGrad((x: tf.Tensor, y: tf.Tensor, power: number) => x.pow(power).mul(y));
    expect(f(tf.scalar(3), tf.scalar(5), 2).grads).toBeNear(30, { rel: 1e-6 });
  });

  test("returns zeros for a parameter that the loss does not depend on", () => {
    const params = { used: tf.scalar(2), unused: tf.ones([2, 3]) };
    const { grads } = valueAndGrad((p: typeof params) => p.used.square())(params);
    expect(grads.unused).toHaveShape([2, 3]);
    expect(grads.unused).toBeNear(0, {});
    expect(valueAndGrad((p: typeof params) => p.used.square().mul(0).add(1))(params).grads.used).toBeNear(
      0,
      {},
    );
    expect(valueAndGrad<typeof params, []>(() => tf.scalar(4))(params).grads.used).toBeNear(0, {});
  });

  test("returns a separate gradient for each parameter, which can be freed separately", () => {
    const params = { a: tf.scalar(1), b: tf.scalar(2) };
    const { grads } = valueAndGrad((p: typeof params) => p.a.add(p.b))(params);
    grads.a.dispose();
    expect(grads.b).toBeNear(1, {});
  });

  test("returns auxiliary outputs, which may hold more than tensors", () => {
    const { aux } = valueAndGrad((x: tf.Tensor) => {
      const square = x.square();
      return [square.sum(), { square, terms: [square.mul(2)], name: "square", count: 2 }] as const;
    })(tf.tensor1d([1, 2]));
    expect(aux.square).toBeNear([1, 4], {});
    expect(aux.terms[0]).toBeNear([2, 8], {});
    expect([aux.name, aux.count]).toEqual(["square", 2]);
  });

  test("leaves exactly the value, the gradients and the auxiliary outputs", () => {
    const params = { a: tf.scalar(1), b: tf.tensor1d([2, 3]) };
    const loss = ({ a, b }: typeof params): readonly [tf.Tensor, tf.Tensor[]] => {
      const product = b.mul(a).exp();
      return [product.sum(), [product, product.mul(2)]];
    };
    expect(() => valueAndGrad(loss)(params)).toLeaveTensors(1 + 2 + 2);
  });

  test("nested in another returns the second derivative", () => {
    const cubeSlope = (x: tf.Tensor): tf.Tensor => valueAndGrad((y: tf.Tensor) => y.pow(3))(x).grads;
    const { value, grads } = valueAndGrad(cubeSlope)(tf.scalar(2));
    expect(value).toBeNear(12, { rel: 1e-6 });
    expect(grads).toBeNear(12, { rel: 1e-6 }); // (x³)″ = 6x
    const x = tf.scalar(2);
    expect(() => valueAndGrad(cubeSlope)(x)).toLeaveTensors(2);
  });

  test("throws if the loss is not a scalar, which tfjs would sum", () => {
    expect(() => valueAndGrad((x: tf.Tensor) => x.square())(tf.ones([2, 3]))).toThrow(
      "valueAndGrad: the loss must be a scalar, got [2, 3]; reduce it with .mean() or .sum()",
    );
  });

  test("throws if the parameters hold no tensor", () => {
    expect(() => valueAndGrad(() => tf.scalar(1))({ rate: 0.1 })).toThrow(
      "valueAndGrad: params must hold a tensor, got none",
    );
  });
});

describe("an exception inside valueAndGrad", () => {
  const fails = (x: tf.Tensor): tf.Tensor => {
    x.exp().mul(2).square();
    throw new Error("no loss");
  };
  const leavesNothing = (f: (x: tf.Tensor) => unknown, message: string): void => {
    const x = tf.tensor1d([1, 2]);
    expect(() => {
      expect(() => f(x)).toThrow(message);
    }).toLeaveTensors(0);
    expect(valueAndGrad((y: tf.Tensor) => y.square().sum())(x).grads).toBeNear([2, 4], {});
  };

  test("leaves no tensor, and the next gradient correct", () => {
    leavesNothing(valueAndGrad(fails), "no loss");
  });

  test("leaves no tensor if it comes after the auxiliary outputs", () => {
    leavesNothing(
      valueAndGrad((x: tf.Tensor) => [x.exp(), { x: x.square() }] as const),
      "the loss must be a scalar",
    );
  });

  test("leaves no tensor from a nested valueAndGrad", () => {
    leavesNothing(
      valueAndGrad((x: tf.Tensor) => valueAndGrad(fails)(x.square().exp()).grads.sum()),
      "no loss",
    );
    leavesNothing(
      valueAndGrad((x: tf.Tensor) => fails(valueAndGrad((y: tf.Tensor) => y.exp().sum())(x).grads)),
      "no loss",
    );
  });

  test("leaves no tensor from the backward pass", () => {
    const broken = tf.customGrad((x) => ({
      value: (x as tf.Tensor).exp(),
      gradFunc: () => {
        throw new Error("no gradient");
      },
    }));
    leavesNothing(
      valueAndGrad((x: tf.Tensor) => broken(x.square()).sum()),
      "no gradient",
    );
  });

  test("can be caught inside an outer one, whose gradient stays correct", () => {
    const { grads } = valueAndGrad((x: tf.Tensor) => {
      expect(() => valueAndGrad(fails)(x)).toThrow("no loss");
      return x.square().sum();
    })(tf.tensor1d([3, 5]));
    expect(grads).toBeNear([6, 10], {});
  });
});

describe("stopGradient and detached", () => {
  test("return the value and stop the gradient", () => {
    const { value, grads } = valueAndGrad((x: tf.Tensor) => x.mul(stopGradient(x)))(tf.scalar(3));
    expect(value).toBeNear(9, {});
    expect(grads).toBeNear(3, {});
  });

  test("accept functions that tfjs cannot differentiate", () => {
    const step = (x: tf.Tensor): tf.Tensor => detached((y) => y.greater(0).cast("float32"), x);
    const { value, grads } = valueAndGrad((x: tf.Tensor) => x.mul(step(x)).sum())(tf.tensor1d([-2, 5]));
    expect(number(value)).toBe(5);
    expect(grads).toBeNear([0, 1], {});
  });

  test("accept functions that change the shape and the type", () => {
    const best = (x: tf.Tensor): tf.Tensor => detached((y) => y.argMax(-1), x);
    const x = tf.tensor2d([
      [1, 3],
      [5, 2],
    ]);
    const { aux, grads } = valueAndGrad((y: tf.Tensor) => {
      const index = best(y);
      return [index.cast("float32").mul(y.sum(-1)).sum(), index] as const;
    })(x);
    expect(aux.dtype).toBe("int32");
    expect(grads).toBeNear([1, 1, 0, 0], {});
  });

  test("leave one tensor", () => {
    const x = tf.scalar(1);
    expect(() => stopGradient(x)).toLeaveTensors(1);
    expect(() => valueAndGrad((y: tf.Tensor) => stopGradient(y).mul(y))(x)).toLeaveTensors(2);
  });

  test("stop the gradient in a second derivative too", () => {
    const slope = (x: tf.Tensor): tf.Tensor =>
      valueAndGrad((y: tf.Tensor) => y.square().mul(stopGradient(y)))(x).grads; // 2 x · x
    expect(valueAndGrad(slope)(tf.scalar(3)).grads).toBeNear(6, {}); // the constant factor is 2 · 3
  });
});

test("gradients have the structure of the parameters, including static values", () => {
  const params = { name: "layer", weights: tf.ones([2]), inner: [tf.scalar(1), { rate: 0.5 }] as const };
  const { grads } = valueAndGrad((p: typeof params) => p.weights.sum().add(p.inner[0]))(params);
  expect(tree.entries(grads).map(([path]) => path)).toEqual(["inner.0", "weights"]);
  expect(grads.name).toBe("layer");
  expect(grads.inner[1].rate).toBe(0.5);
});
