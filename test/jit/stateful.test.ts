import { jit, random, tf, tree, useBackend } from "latent";
import { afterEach, describe, expect, test, vi } from "vitest";
import { batches, initialState, loss, step, trainEagerly, type State } from "./model";

const STEPS = 200;
const key = random.key(21);

afterEach(() => {
  vi.unstubAllEnvs();
});

function expectNear(state: State, expected: State): void {
  for (const [i, leaf] of tree.leaves(state).entries())
    expect(leaf).toBeNear(tree.leaves(expected)[i] as tf.Tensor, { rel: 1e-4, abs: 1e-6 });
}

function batch(xs: tf.Tensor, k: number): tf.Tensor {
  return tf.tidy(() => tf.slice(xs, k, 1).reshape([13, 5]));
}

describe.each(["xla", "graph", "off"] as const)("jit.stateful with the compiler %s", (compiler) => {
  const xs = batches(STEPS);
  const keys = random.split(key, STEPS);
  const eager = trainEagerly(xs, keys);

  test("trains like the eager step, with one step per call", () => {
    const trainer = jit.stateful(step, initialState(), { compiler });
    const losses = keys.map((k, i) => trainer(batch(xs, i), k).loss.dataSync()[0] ?? NaN);
    expect(losses).toBeNear(eager.losses, { rel: 1e-4 });
    expectNear(trainer.state(), eager.state);
    expect(trainer.traces.map((trace) => trace.compiler)).toEqual(compiler === "off" ? [] : [compiler]);
    trainer.dispose();
  });

  test("trains like the eager step, with 20 steps per call", () => {
    const keyOf = (call: number): random.Key => random.fold(key, call);
    const calls = STEPS / 20;
    const expected = trainEagerly(
      xs,
      Array.from({ length: calls }, (_, c) => random.split(keyOf(c), 20)).flat(),
    );
    const trainer = jit.stateful(step, initialState(), { compiler, steps: 20 });
    const losses = Array.from({ length: calls }, (_, c) => {
      const metrics = trainer(tf.slice(xs, 20 * c, 20), keyOf(c));
      expect(metrics.loss).toHaveShape([20]);
      return Array.from(metrics.loss.dataSync());
    }).flat();
    expect(losses).toBeNear(expected.losses, { rel: 1e-4 });
    expectNear(trainer.state(), expected.state);
    trainer.dispose();
  });

  test("gives other functions the current state, and returns and accepts copies of it", () => {
    const trainer = jit.stateful(step, initialState(), { compiler });
    const evaluate = trainer.read((state, x: tf.Tensor, k: random.Key) => loss(state.params, x, k));
    const x = batch(xs, 0);
    const value = (): number => evaluate(x, key).dataSync()[0] ?? NaN;
    const [start, before] = [trainer.state(), value()];
    expect(before).toBeNear(loss(initialState().params, x, key), { rel: 1e-6 });
    for (const [i, k] of keys.slice(0, 20).entries()) trainer(batch(xs, i), k);
    const [trained, after] = [trainer.state(), value()];
    expect(after).toBeLessThan(before);
    expectNear(start, initialState());
    trainer.assign(start);
    expect(value()).toBe(before);
    trainer.assign(trained);
    tree.dispose([start, trained]);
    expect(value()).toBe(after);
    trainer.dispose();
  });

  test("copies the initial state, and returns states that training does not change", () => {
    const given = initialState();
    const trainer = jit.stateful(step, given, { compiler });
    const [x, k] = [batch(xs, 0), keys[0] as random.Key];
    trainer(x, k);
    const taken = trainer.state();
    const numbers = Array.from(taken.params.w1.dataSync());
    trainer(x, k);
    expect(taken.params.w1).toBeNear(numbers, {});
    expectNear(given, initialState());
    tree.dispose([given, taken]);
    trainer(x, k);
    trainer.dispose();
  });

  test("leaves no tensor after a thousand calls, nor after dispose()", () => {
    const [x, k] = [batch(xs, 0), keys[0] as random.Key];
    const before = tf.memory().numTensors;
    const initial = initialState();
    const trainer = jit.stateful(step, initial, { compiler });
    const reader = trainer.read((state) => state.params.w1.sum());
    tree.dispose([initial, reader(), trainer(x, k)]);
    const during = tf.memory().numTensors;
    for (let i = 0; i < (compiler === "off" ? 20 : 1000); i++) tree.dispose(trainer(x, k));
    expect(tf.memory().numTensors).toBe(during);
    expect(() => trainer.state()).toLeaveTensors(10);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("keeps each tensor of a state of many shapes and types, changed or not", () => {
    const shapes = [[], [3], [2, 0], [2, 3, 2], [70, 60], [1, 5]];
    const dtypes = ["float32", "int32", "bool"] as const;
    const numbers = (shape: readonly number[], at: number): Float32Array =>
      Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => (at + i) % 7);
    const start = dtypes.map((dtype, d) =>
      shapes.map((shape, i) => tf.tensor(numbers(shape, 10 * d + i), shape, "float32").cast(dtype)),
    );
    const trainer = jit.stateful(
      (state: tf.Tensor[][], by: tf.Tensor) => [
        state.map((group, d) => group.map((x, i) => (d < 2 && i % 2 === 1 ? x.add(by.cast(x.dtype)) : x))),
        state[0]?.[1],
      ],
      start,
      { compiler },
    );
    expect(trainer(tf.scalar(1))).toBeNear([1, 2, 3], {});
    expect(trainer(tf.scalar(2))).toBeNear([2, 3, 4], {});
    trainer.repeat(2)(tf.tensor([10, 20]));
    for (const [d, group] of trainer.state().entries())
      for (const [i, x] of group.entries()) {
        const initial = start[d]?.[i] as tf.Tensor;
        expect(x).toHaveShape(initial.shape);
        expect(x.dtype).toBe(initial.dtype);
        const added = d < 2 && i % 2 === 1 ? 33 : 0;
        expect(Array.from(x.dataSync())).toEqual(Array.from(initial.dataSync(), (value) => value + added));
      }
    trainer.dispose();
  });

  test("returns keys in the state as plain words, and static values unchanged", () => {
    interface Walk {
      position: tf.Tensor;
      key: random.Key;
      kind: "normal";
    }
    const walk = jit.stateful(
      (state: Walk, by: tf.Tensor) => {
        const [next, now] = random.split(state.key);
        const position = state.position.add(random.normal(now, [2]).mul(by));
        return [{ ...state, position, key: next }, undefined];
      },
      { position: tf.zeros([2]), key: random.key(3), kind: "normal" },
      { compiler },
    );
    walk(tf.scalar(1));
    walk(tf.scalar(0.5));
    const [next, first] = random.split(random.key(3));
    const [last, second] = random.split(next);
    const expected = random.normal(first, [2]).add(random.normal(second, [2]).mul(0.5));
    const state = walk.state();
    expect(state.position).toBeNear(expected, { abs: 1e-6 });
    expect(state.key).toEqual(last);
    expect(state.kind).toBe("normal");
    walk.dispose();
  });
});

describe("jit.stateful throws", () => {
  const double = (state: { x: tf.Tensor }, by: tf.Tensor): [{ x: tf.Tensor }, tf.Tensor] => {
    const x = state.x.mul(by).log();
    return [{ x }, x.sum()];
  };
  const start: { x: tf.Tensor } = { x: tf.tensor1d([2, 3]) };

  test("if arguments change their shape or type under retrace: false", () => {
    const trainer = jit.stateful(double, start, { retrace: false });
    trainer(tf.scalar(9)).dispose();
    expect(() => trainer(tf.ones([2]))).toThrow(
      'jit: "double" was compiled for other arguments: argument 0 is float32 [2], was float32 []; ' +
        "pass the same shapes, types and structure, or omit retrace: false",
    );
    expect(() => trainer(tf.scalar(1, "int32"))).toThrow("argument 0 is int32 [], was float32 []");
    trainer.dispose();
  });

  test("if the new state has another shape", () => {
    const grow = (state: { x: tf.Tensor }): [{ x: tf.Tensor }, undefined] => [
      { x: tf.stack([state.x, state.x]) },
      undefined,
    ];
    const message =
      'jit: "grow" must return a state with the structure, shapes and types of its input: ' +
      "state.x is float32 [2, 2], was float32 [2]";
    expect(() => jit.stateful(grow, start)()).toThrow(message);
    expect(() => jit.stateful(grow, start, { compiler: "off" })()).toThrow(message);
    expect(() => jit.stateful(double, start).assign({ x: tf.scalar(1) })).toThrow(
      'jit: the state of "double" must keep its structure, shapes and types: ' +
        "state.x is float32 [], was float32 [2]",
    );
  });

  test("if the metrics or the state contain NaN, with the step and the path", () => {
    for (const compiler of ["xla", "graph", "off"] as const) {
      const one = jit.stateful(double, start, { checkNaN: true, compiler, name: "double" });
      one(tf.scalar(9)).dispose();
      one(tf.scalar(9)).dispose();
      expect(() => one(tf.scalar(-1))).toThrow('jit: "double" returned NaN in metrics at step 3; look for');
      const many = jit.stateful((s: typeof start, x: tf.Tensor) => [double(s, x)[0], x] as const, start, {
        checkNaN: true,
        compiler,
        steps: 3,
        name: "many",
      });
      many(tf.tensor1d([9, 9, 9])).dispose();
      expect(() => many(tf.tensor1d([9, -9, 9]))).toThrow(
        'jit: "many" returned NaN in state.x at step 5; look for',
      );
      one.dispose();
      many.dispose();
    }
  });

  test("if it is used after dispose()", () => {
    const trainer = jit.stateful(double, start);
    const reader = trainer.read((state) => state.x);
    trainer.dispose();
    trainer.dispose();
    expect(() => trainer(tf.scalar(1))).toThrow('jit: "double" was called after dispose(); create a new one');
    expect(() => reader()).toThrow("was called after dispose(); create a new one");
    expect(() => trainer.state()).toThrow('jit: the state of "double" was accessed after dispose()');
  });

  test("if arguments are not stacked for several steps", () => {
    const trainer = jit.stateful((s: typeof start, x: { a: tf.Tensor }) => [s, x.a] as const, start, {
      steps: 3,
      name: "step",
    });
    expect(() => trainer({ a: tf.zeros([2, 3]) })).toThrow(
      'jit: argument 0.a of "step" must be [3, ...], one entry per step, got float32 [2, 3]; ' +
        "stack the entries with tf.stack",
    );
    expect(() => jit.stateful(double, start, { steps: 0 })).toThrow(
      "jit.stateful: steps must be a positive integer, got 0",
    );
  });

  test("if it is called inside another compiled function", () => {
    const trainer = jit.stateful(double, start);
    expect(() => jit((x: tf.Tensor) => trainer(x))(tf.scalar(1))).toThrow(
      'jit: "double" has state and cannot be called inside another compiled function',
    );
  });
});

describe("jit.stateful without compilation", () => {
  const count = (state: { n: tf.Tensor }, by: tf.Tensor): [{ n: tf.Tensor }, tf.Tensor] => {
    const n = state.n.add(by);
    return [{ n }, n.square()];
  };

  test("returns the same numbers on the cpu backend", async () => {
    await useBackend("cpu");
    try {
      const counter = jit.stateful(count, { n: tf.scalar(1) });
      const three = jit.stateful(count, { n: tf.scalar(1) }, { steps: 3 });
      expect(counter(tf.scalar(2))).toBeNear(9, {});
      expect(three(tf.tensor1d([1, 2, 3]))).toBeNear([4, 16, 49], {});
      expect(counter.state().n).toBeNear(3, {});
      expect(three.read((state) => state.n.neg())()).toBeNear(-7, {});
      expect(counter.traces).toHaveLength(0);
      counter.dispose();
      three.dispose();
    } finally {
      await useBackend("tensorflow");
    }
  });

  test("returns the same numbers with LATENT_JIT=0, even if it is set after the state was created", () => {
    const counter = jit.stateful(count, { n: tf.scalar(1) });
    expect(counter(tf.scalar(2))).toBeNear(9, {});
    vi.stubEnv("LATENT_JIT", "0");
    expect(counter(tf.scalar(2))).toBeNear(25, {});
    vi.stubEnv("LATENT_JIT", "1");
    expect(counter(tf.scalar(2))).toBeNear(49, {});
    counter.dispose();
    vi.stubEnv("LATENT_JIT", "0");
    const eager = jit.stateful(count, { n: tf.scalar(1) });
    vi.stubEnv("LATENT_JIT", "1");
    expect(eager(tf.scalar(2))).toBeNear(9, {});
    expect(eager.read((state) => state.n)()).toBeNear(3, {});
    eager.dispose();
  });
});
