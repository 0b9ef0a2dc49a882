import { jit, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { afterEach, describe, expect, test, vi } from "vitest";
import { numericalGradient } from "../support/finite-differences";
import { batches, initialState, loss, step, trainEagerly } from "./model";

const STEPS = 200;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.each(["xla", "graph"] as const)("jit with the compiler %s", (compiler) => {
  test("trains like the eager function for 200 steps, within 1e-4", () => {
    const xs = batches(STEPS);
    const keys = random.split(random.key(3), STEPS);
    const eager = trainEagerly(xs, keys);
    const compiled = jit(step, { compiler });
    let state = initialState();
    const losses = keys.map((key, k) => {
      const x = tf.tidy(() => tf.slice(xs, k, 1).reshape([13, 5]));
      const [next, metrics] = compiled(state, x, key);
      tree.dispose([state, x]);
      state = next;
      return metrics.loss.dataSync()[0] ?? NaN;
    });
    expect(compiled.traces).toMatchObject([{ compiler }]);
    expect(losses).toBeNear(eager.losses, { rel: 1e-4 });
    for (const [i, leaf] of tree.leaves(state).entries())
      expect(leaf).toBeNear(tree.leaves(eager.state)[i] as tf.Tensor, { rel: 1e-4, abs: 1e-6 });
    compiled.dispose();
  });

  test("has gradients that agree with finite differences", () => {
    const { params } = initialState();
    const x = tf.tidy(() => batches(1).reshape([13, 5]).mul(0.3)); // small, for small fifth derivatives
    const key = random.key(4);
    const grads = jit(
      (p: typeof params, xs: tf.Tensor, k: random.Key) => valueAndGrad(loss)(p, xs, k).grads,
      {
        compiler,
      },
    );
    const { gradient, error } = numericalGradient((p) => loss(p, x, key), params);
    const compiled = grads(params, x, key);
    for (const name of ["w1", "b1", "w2"] as const)
      expect(compiled[name]).toBeNear(gradient[name], { abs: error });
    grads.dispose();
  });

  test("leaves exactly the returned tensors, over a thousand calls", () => {
    const f = jit(step, { compiler });
    const state = initialState();
    const x = tf.tidy(() => batches(1).reshape([13, 5]));
    tree.dispose(f(state, x, random.key(0)));
    expect(() => f(state, x, random.key(1))).toLeaveTensors(tree.leaves(state).length + 1);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 1000; i++) tree.dispose(f(state, x, random.key(i)));
    expect(tf.memory().numTensors).toBe(before);
    f.dispose();
  });

  test("may return an argument, even twice, which stays the caller's", () => {
    const f = jit((x: tf.Tensor) => ({ same: x, again: x, other: x.add(1) }), { compiler });
    const x = tf.tensor1d([1, 2]);
    f(x);
    const { same, again, other } = f(x);
    tf.dispose([x, same]);
    expect(again).toBeNear([1, 2], {});
    expect(other).toBeNear([2, 3], {});
  });

  test("has two parameters where one tensor is passed for two arguments", () => {
    const f = jit((x: tf.Tensor, y: tf.Tensor) => x.sub(y), { compiler });
    const x = tf.scalar(5);
    expect(f(x, x)).toBeNear(0, {});
    expect(f(x, tf.scalar(3))).toBeNear(2, {});
    expect(f.traces).toHaveLength(1);
  });

  test("captures the tensors that it closes over, whether or not TensorFlow has their values yet", () => {
    const known = tf.tensor1d([1, 2]).mul<tf.Tensor>(10);
    const fresh = tf.tensor1d([1, 1]);
    const f = jit((x: tf.Tensor) => x.mul(known).add(fresh), { compiler });
    expect(f(tf.scalar(2))).toBeNear([21, 41], {});
    expect(f(tf.scalar(3))).toBeNear([31, 61], {});
    expect(jit(() => known, { compiler })()).toBeNear([10, 20], {});
    f.dispose();
    expect(known).toBeNear([10, 20], {});
  });

  test("may read a tensor that it closes over", () => {
    const outside = tf.scalar(7);
    const f = jit((x: tf.Tensor) => x.mul(outside.dataSync()[0] ?? 0), { compiler });
    expect(f(tf.scalar(2))).toBeNear(14, {});
    f.dispose();
  });
});

describe("the cache of compiled graphs", () => {
  test("misses on other shapes, types, structures and static values, not on other keys and numbers", () => {
    const f = jit((x: { a: tf.Tensor; power?: number }, key: random.Key) =>
      x.a
        .cast("float32")
        .pow(x.power ?? 1)
        .add(random.uniform(key, x.a.shape)),
    );
    const count = (x: { a: tf.Tensor; power?: number }, key = random.key(1)): number => {
      f(x, key).dispose();
      return f.traces.length;
    };
    expect(count({ a: tf.zeros([2]) })).toBe(1);
    expect(count({ a: tf.ones([2]) }, random.key(2))).toBe(1);
    expect(count({ a: tf.zeros([3]) })).toBe(2);
    expect(count({ a: tf.zeros([3], "int32") })).toBe(3);
    expect(count({ a: tf.zeros([3]), power: 2 })).toBe(4);
    expect(count({ a: tf.zeros([3]), power: 3 })).toBe(5);
    expect(count({ a: tf.ones([2]) })).toBe(5);
    f.dispose();
  });

  test("treats a key whose words are a tensor like one with plain words", () => {
    const f = jit((key: random.Key) => {
      const [next, now] = random.split(key);
      return { next, x: random.uniform(now, [3]) };
    });
    const first = f(random.key(5));
    const second = f(first.next);
    expect(f.traces).toHaveLength(1);
    const [next] = random.split(random.key(5));
    expect(second.x).toBeNear(random.uniform(random.split(next)[1], [3]), {});
    f.dispose();
  });

  test("takes an object with a tensor named words for a tree unless it is a key", () => {
    const embedding = { words: tf.tensor2d([[1, 2]]), bias: tf.scalar(5) };
    const total = jit(({ words, bias }: typeof embedding) => words.sum().add(bias));
    expect(total(embedding)).toBeNear(8, {});
    expect(jit((tree: { words: tf.Tensor }) => tree.words.sum())({ words: tf.ones([3]) })).toBeNear(3, {});
    total.dispose();
  });

  test("keeps the most recently used graphs", () => {
    const f = jit((x: tf.Tensor) => x.add(1), { maxTraces: 2 });
    const ones = (n: number): tf.Tensor => tf.ones([n]);
    for (const n of [1, 2, 1, 3, 1]) expect(f(ones(n))).toBeNear(2, {});
    expect(f.traces).toHaveLength(2);
    vi.spyOn(console, "warn").mockReturnValue();
    for (const n of [4, 5, 6]) expect(f(ones(n))).toBeNear(2, {});
    expect(f.traces).toHaveLength(2);
    f.dispose();
    expect(f.traces).toHaveLength(0);
  });

  test("warns once about a function that is compiled on every call, with the argument that changes", () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const scale = jit((x: tf.Tensor, rate: number) => x.mul(rate), { name: "scale" });
    for (let i = 0; i < 8; i++) scale(tf.scalar(1), i).dispose();
    expect(warn.mock.calls).toEqual([
      [
        'jit: "scale" was compiled on 5 calls in a row: argument 1 is 4, was 3; ' +
          "pass a number that changes as a tensor (tf.scalar), and keep shapes the same",
      ],
    ]);
    scale.dispose();
  });
});

describe("a call that is not compiled returns the same numbers", () => {
  const f = jit((x: tf.Tensor, key: random.Key) => random.normal(key, [4]).add(x), { name: "f" });
  const expected = (): number[] => Array.from(random.normal(random.key(8), [4]).add(1).dataSync());

  test("on the cpu backend", async () => {
    const numbers = expected();
    await useBackend("cpu");
    try {
      const one = tf.scalar(1);
      expect(f(one, random.key(8))).toBeNear(numbers, {});
      expect(f.traces).toHaveLength(0);
      expect(() => f(one, random.key(8))).toLeaveTensors(1);
    } finally {
      await useBackend("tensorflow");
    }
  });

  test("with LATENT_JIT=0", () => {
    vi.stubEnv("LATENT_JIT", "0");
    expect(f(tf.scalar(1), random.key(8))).toBeNear(expected(), {});
    expect(f.traces).toHaveLength(0);
  });

  test("with the compiler off", () => {
    const off = jit((x: tf.Tensor) => ({ x, y: x.add(1) }), { compiler: "off" });
    const x = tf.scalar(1);
    const result = off(x);
    x.dispose();
    expect(result.x).toBeNear(1, {});
    expect(off.traces).toHaveLength(0);
  });

  test("inside a gradient, which flows through it", () => {
    const square = jit((x: tf.Tensor) => x.square().sum());
    const x = tf.tensor1d([1, 2, 3]);
    expect(square(x)).toBeNear(14, {});
    expect(tf.grad((y: tf.Tensor) => square(y))(x)).toBeNear([2, 4, 6], {});
  });

  test("inside another compiled function, whose graph it becomes part of", () => {
    const inner = jit((x: tf.Tensor) => x.mul(2));
    const outer = jit((x: tf.Tensor) => inner(x).add(1));
    expect(outer(tf.scalar(3))).toBeNear(7, {});
    expect(outer(tf.scalar(4))).toBeNear(9, {});
    expect(inner.traces).toHaveLength(0);
  });
});

describe("an operation that XLA cannot compile", () => {
  test("runs as a plain graph, with one warning that names the line", () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const dilate = jit((x: tf.Tensor4D, w: tf.Tensor3D) => tf.dilation2d(x, w, 1, "same"), {
      name: "dilate",
    });
    const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
    const w = tf.zeros<tf.Rank.R3>([2, 2, 1]);
    for (let i = 0; i < 3; i++) expect(dilate(x, w)).toBeNear(1, {});
    expect(dilate.traces).toMatchObject([{ compiler: "graph" }]);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toMatch(
      new RegExp(
        String.raw`^jit: "dilate" does not compile with XLA and runs as a plain graph ` +
          String.raw`\(Dilation2D at \S*jit\.test\.ts:\d+:\d+: ` +
          String.raw`No registered 'Dilation2D' OpKernel for XLA_CPU_JIT\)$`,
      ),
    );
    dilate.dispose();
  });
});

describe("the compiler mixed", () => {
  const keys = random.split(random.key(9), 4);
  const weights = {
    first: random.normal(keys[0], [3, 3, 1, 4]),
    second: random.normal(keys[1], [3, 3, 4, 2]),
    head: random.normal(keys[2], [32, 1]),
  };
  const x = random.normal(keys[3], [3, 4, 4, 1]);
  /** Draws and arithmetic before the first of two convolutions, between them, and after the second. */
  const convolve = (p: typeof weights, key: random.Key): tf.Tensor => {
    const noisy = x.add<tf.Tensor4D>(random.normal(key, x.shape));
    const hidden = tf.conv2d(noisy, p.first as tf.Tensor4D, 1, "same").relu();
    const top = tf.conv2d(hidden.mul<tf.Tensor4D>(2), p.second as tf.Tensor4D, 1, "same").tanh();
    return top.reshape([3, 32]).matMul(p.head).square().mean();
  };
  const descend = (p: typeof weights, key: random.Key): readonly [typeof weights, tf.Tensor] => {
    const { value, grads } = valueAndGrad(convolve)(p, key);
    return [tree.map((q, g) => q.sub(g.mul(0.01)), p, grads), value];
  };

  test("is chosen for a function with convolutions", () => {
    const [after, value] = descend(weights, random.key(2));
    const f = jit(descend);
    const compiled = f(weights, random.key(2));
    expect(f.traces).toMatchObject([{ compiler: "mixed" }]);
    expect(compiled[1]).toBeNear(value, { rel: 1e-5 });
    for (const name of ["first", "second", "head"] as const)
      expect(compiled[0][name]).toBeNear(after[name], { rel: 1e-5, abs: 1e-5 });
    f.dispose();
  });

  test("is chosen for a step with state, with one and with two steps per call", () => {
    const one = jit.stateful(descend, weights);
    const two = jit.stateful(descend, weights, { steps: 2 });
    const losses = random.split(random.key(3)).map((key) => one(key).dataSync()[0] ?? NaN);
    expect(two(random.key(3))).toBeNear(losses, { rel: 1e-5 });
    expect(two.traces).toMatchObject([{ compiler: "mixed" }]);
    expect(two.state().head).toBeNear(one.state().head, { rel: 1e-5, abs: 1e-6 });
    one.dispose();
    two.dispose();
  });

  test("is not chosen for a function without convolutions", () => {
    const f = jit((y: tf.Tensor) => y.mul(2).sum());
    f(x).dispose();
    expect(f.traces).toMatchObject([{ compiler: "xla" }]);
  });
});
