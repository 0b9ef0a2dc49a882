import { adam, type Optimizer, sgd, tf, tree } from "latent";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Leaves<T> {
  a: T;
  b: T;
}

const optax = fixture("optim") as {
  steps: number[];
  start: { a: number[]; b: number[][] };
  curvature: { a: number[]; b: number[][] };
} & Record<string, Leaves<unknown[]>>;

function start(): Leaves<tf.Tensor> {
  return { a: tf.tensor(optax.start.a), b: tf.tensor(optax.start.b) };
}

/** Returns the gradient of the fixture's problem at step t, c (x − sin t). */
function gradient(params: Leaves<tf.Tensor>, t: number): Leaves<tf.Tensor> {
  return tree.map((x, c) => x.sub(Math.sin(t)).mul(c), params, {
    a: tf.tensor(optax.curvature.a),
    b: tf.tensor(optax.curvature.b),
  });
}

/** Returns the parameters after each step that the fixture holds. */
function run(optimizer: Optimizer): Leaves<tf.Tensor>[] {
  let params = start();
  let state = optimizer.init(params);
  const path: Leaves<tf.Tensor>[] = [];
  for (let t = 1; t <= 50; t++) {
    ({ params, state } = optimizer.update(gradient(params, t), state, params));
    if (optax.steps.includes(t)) path.push(params);
  }
  return path;
}

describe.each([
  ["adam", adam({ learningRate: 0.05 })],
  ["adamOther", adam({ learningRate: 0.2, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 })],
  ["adamNoMomentum", adam({ learningRate: 0.05, beta1: 0 })],
  ["sgd", sgd({ learningRate: 0.01 })],
  ["sgdMomentum", sgd({ learningRate: 0.01, momentum: 0.9 })],
  ["adam", adam({ learningRate: tf.scalar(0.05) })],
  ["sgdMomentum", sgd({ learningRate: tf.scalar(0.01), momentum: 0.9 })],
] as const)("%s", (name, optimizer) => {
  test("follows optax for 50 steps", () => {
    const path = run(optimizer);
    expect(path).toHaveLength(optax.steps.length);
    // A parameter from 2 to 4 is rounded by at most 1.2e-7 per step, 6e-6 in 50 steps if all have one sign.
    path.forEach((params, i) => {
      expect(params.a).toBeNear(optax[name]?.a[i] as number[], { abs: 1e-5 });
      expect(params.b).toBeNear((optax[name]?.b[i] as number[][]).flat(), { abs: 1e-5 });
    });
  });
});

describe.each([
  ["adam", adam() as Optimizer, 1 + 2 + 2],
  ["sgd", sgd({ learningRate: 0.1 }) as Optimizer, 0],
  ["sgd with momentum", sgd({ learningRate: 0.1, momentum: 0.5 }) as Optimizer, 2],
])("%s", (_, optimizer, stateSize) => {
  test("leaves its arguments unchanged, and exactly the new parameters and the new state", () => {
    const params = start();
    const grads = gradient(params, 1);
    expect(() => optimizer.init(params)).toLeaveTensors(stateSize);
    const state = optimizer.init(params);
    expect(() => optimizer.update(grads, state, params)).toLeaveTensors(2 + stateSize);
    expect(params.a).toBeNear(optax.start.a, {});
    expect(grads.a).toBeNear(gradient(start(), 1).a, {});
    expect(tree.leaves(optimizer.update(grads, state, params).state)).toHaveLength(stateSize);
  });

  test("does not change parameters whose gradient is zero", () => {
    const params = start();
    const { params: after } = optimizer.update(tree.zerosLike(params), optimizer.init(params), params);
    expect(after.b).toBeNear(optax.start.b.flat(), {});
  });
});

test("the first step of adam is the learning rate times the negative sign of the gradient", () => {
  const params = tf.tensor1d([0, 0, 0]);
  const optimizer = adam({ learningRate: 0.1, epsilon: 1e-30 });
  const { params: after } = optimizer.update(tf.tensor1d([1e-6, -1, 1e6]), optimizer.init(params), params);
  expect(after).toBeNear([-0.1, 0.1, -0.1], { rel: 1e-6 });
});

describe("adam and sgd", () => {
  test.each([
    [() => adam({ learningRate: 0 }), "adam: learningRate must be a positive finite number, got 0"],
    [() => adam({ learningRate: NaN }), "adam: learningRate must be a positive finite number, got NaN"],
    [() => adam({ epsilon: -1 }), "adam: epsilon must be a positive finite number, got -1"],
    [() => adam({ beta1: 1 }), "adam: beta1 must be in [0, 1), got 1"],
    [() => adam({ beta2: -0.1 }), "adam: beta2 must be in [0, 1), got -0.1"],
    [() => sgd({ learningRate: -1 }), "sgd: learningRate must be a positive finite number, got -1"],
    [() => sgd({ learningRate: 1, momentum: 1 }), "sgd: momentum must be in [0, 1), got 1"],
  ])("throw on arguments out of range: %s", (make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test("throw if the gradients have another structure", () => {
    const params = start();
    const optimizer = adam() as Optimizer;
    expect(() => optimizer.update<unknown>({ a: params.a }, optimizer.init(params), params)).toThrow(
      "tree.map: the trees differ",
    );
  });
});
