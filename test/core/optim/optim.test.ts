import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  clipByValue,
  ema,
  globalNorm,
  jit,
  masked,
  type Optimizer,
  partition,
  polyak,
  rmsprop,
  scale,
  scaleByAdam,
  scaleByLearningRate,
  schedules,
  sgd,
  tf,
  tree,
} from "latent";
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
  for (let t = 1; t <= 100; t++) {
    ({ params, state } = optimizer.update(gradient(params, t), state, params));
    if (optax.steps.includes(t)) path.push(params);
  }
  return path;
}

const warmupCosine = schedules.warmup({
  steps: 10,
  then: schedules.cosine({ from: 0.1, to: 0.01, steps: 50 }),
});

describe.each<[name: string, optimizer: Optimizer]>([
  ["adam", adam({ learningRate: 0.05 })],
  ["adam", chain(scaleByAdam(), scaleByLearningRate(0.05))],
  ["adamOther", adam({ learningRate: 0.2, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 })],
  ["adamNoMomentum", adam({ learningRate: 0.05, beta1: 0 })],
  ["adamw", adamw({ learningRate: 0.05, weightDecay: 0.1, mask: (path) => path === "b" })],
  ["sgd", sgd({ learningRate: 0.01 })],
  ["sgdMomentum", sgd({ learningRate: 0.01, momentum: 0.9 })],
  ["nesterov", sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true })],
  ["rmsprop", rmsprop({ learningRate: 0.01 })],
  ["adam", adam({ learningRate: tf.scalar(0.05) })],
  ["sgdMomentum", sgd({ learningRate: tf.scalar(0.01), momentum: 0.9 })],
  ["clipped", chain(clipByGlobalNorm(1), adam({ learningRate: warmupCosine }))],
  ["clippedByValue", chain(clipByValue(0.5), adam({ learningRate: 0.05 }))],
  [
    "groups",
    partition({ slow: sgd({ learningRate: 0.001 }), fast: adam({ learningRate: 0.05 }) }, (path) =>
      path === "a" ? "slow" : "fast",
    ),
  ],
  [
    "masked",
    chain(
      masked(scaleByAdam(), (path) => path === "a"),
      scale(-0.005),
    ),
  ],
  ["scheduledSgd", sgd({ learningRate: schedules.linear({ from: 0.02, to: 0.001, steps: 40, start: 5 }) })],
])("%s", (name, optimizer) => {
  // A parameter from 2 to 4 is rounded by at most 1.2e-7 per step. The minimum attracts it, so that only the
  // roundings of the last dozens of steps remain; 1e-6 is that of eight of one sign.
  const TOLERANCE = { abs: 1e-6, rel: 1e-6 };

  test("follows optax for 100 steps", () => {
    const path = run(optimizer);
    expect(path).toHaveLength(optax.steps.length);
    path.forEach((params, i) => {
      expect(params.a).toBeNear(optax[name]?.a[i] as number[], TOLERANCE);
      expect(params.b).toBeNear((optax[name]?.b[i] as number[][]).flat(), TOLERANCE);
    });
  });

  test("takes the same steps compiled", () => {
    const params = start();
    const step = jit.stateful(
      (state: { params: Leaves<tf.Tensor>; memory: unknown }, t: tf.Tensor) => {
        const grads = tree.map((x) => x.sub(t.sin()).mul(0.3), state.params);
        const next = optimizer.update(grads, state.memory, state.params);
        return [{ params: next.params, memory: next.state }, {}] as const;
      },
      { params, memory: optimizer.init(params) },
    );
    let [eager, memory] = [params, optimizer.init(params)];
    for (let t = 1; t <= 20; t++) {
      step(tf.scalar(t));
      const grads = tree.map((x) => x.sub(tf.scalar(t).sin()).mul(0.3), eager);
      ({ params: eager, state: memory } = optimizer.update(grads, memory, eager));
    }
    const compiled = step.state().params;
    expect(compiled.a).toBeNear(eager.a, TOLERANCE);
    expect(compiled.b).toBeNear(eager.b, TOLERANCE);
    step.dispose();
  });
});

describe.each([
  ["adam", adam() as Optimizer, 1 + 2 + 2],
  ["sgd", sgd({ learningRate: 0.1 }) as Optimizer, 0],
  ["sgd with momentum", sgd({ learningRate: 0.1, momentum: 0.5 }) as Optimizer, 2],
  ["sgd with a schedule", sgd({ learningRate: schedules.constant(0.1) }) as Optimizer, 1],
  ["rmsprop", rmsprop({ learningRate: 0.1 }) as Optimizer, 2 + 1],
  ["adamw without decay", adamw({ weightDecay: 0 }), 1 + 2 + 2 + 1],
  ["a chain", chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1, momentum: 0.5 })), 2],
  ["groups", partition({ all: adam() }, () => "all"), 1 + 2 + 2],
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

test("a gradient of another shape than its parameter is refused by its path", () => {
  const params = { layer: { bias: tf.zeros([3]) } };
  const grads = { layer: { bias: tf.zeros([3, 1]) } };
  const optimizer = sgd({ learningRate: 0.1 });
  expect(() => optimizer.update(grads, optimizer.init(params), params)).toThrow(
    "sgd: the gradient of layer.bias must be [3], the shape of its parameter, got [3, 1]",
  );
});

test("the norm of a tree is that of all its leaves; clipping keeps the direction", () => {
  const grads = { a: tf.tensor1d([3, 0]), b: [tf.scalar(4)] };
  expect(globalNorm(grads)).toBeNear(5, {});
  const clip = clipByGlobalNorm(1);
  const { updates } = clip.transform(grads, clip.init(grads), grads);
  expect(updates.a).toBeNear([0.6, 0], { rel: 2e-7 });
  expect(updates.b[0] as tf.Tensor).toBeNear(0.8, { rel: 2e-7 });
  const zero = tree.zerosLike(grads);
  expect(clip.transform(zero, clip.init(zero), zero).updates.a).toBeNear(0, {});
  expect(() => clipByGlobalNorm(0)).toThrow("clipByGlobalNorm: most must be a positive finite number, got 0");
});

test("a group without a transformation is an error that names the leaf", () => {
  const groups = partition<string>({ slow: adam() }, () => "fast");
  expect(() => groups.init(start())).toThrow(
    'partition: a is in group "fast", which has no transformation; there are slow',
  );
});

test("polyak moves a target network by a share; ema is the mean of what it has seen", () => {
  const [target, online] = [{ w: tf.tensor1d([1, 2]) }, { w: tf.tensor1d([3, 2]) }];
  expect(polyak(target, online, 0.25).w).toBeNear([1.5, 2], {});
  expect(polyak(target, online, tf.scalar(1)).w).toBeNear([3, 2], {});
  expect(() => polyak(target, online, 1.5)).toThrow("polyak: rate must be in [0, 1], got 1.5");
  const average = ema(0.9);
  let state = average.init(target);
  for (const params of [target, online]) state = average.update(state, params);
  // (0.1 · 0.9 · 1 + 0.1 · 3) / (1 − 0.81)
  expect(average.value(state).w).toBeNear([(0.09 + 0.3) / 0.19, 2], { rel: 1e-6 });
  expect(() => ema(1)).toThrow("ema: decay must be in [0, 1), got 1");
});
