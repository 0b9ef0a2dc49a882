import { jit, random, scan, tf, tree, valueAndGrad } from "latent";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** The arguments of each call of console.warn. */
let warnings: unknown[][] = [];

beforeEach(() => {
  warnings = [];
  vi.spyOn(console, "warn").mockImplementation((...args: unknown[]) => {
    warnings.push(args);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

function call(f: () => tf.Tensor, times: number): void {
  for (let i = 0; i < times; i++) f().dispose();
}

describe("a JavaScript number that has changed since a function was compiled", () => {
  test("is named in one warning, with its line and both values, at the tenth call", () => {
    let rate = 0.1;
    const f = jit((x: tf.Tensor) => x.mul(rate), { name: "f" });
    const x = tf.ones([3]);
    call(() => f(x), 5);
    rate = 0.25;
    expect(f(x)).toBeNear(0.1, { rel: 1e-7 });
    call(() => f(x), 3);
    expect(warnings).toEqual([]);
    call(() => f(x), 1000);
    expect(warnings).toEqual([
      [
        expect.stringMatching(
          new RegExp(
            String.raw`^jit: "f" was compiled with the number 0\.1 at \S*frozen-numbers\.test\.ts:\d+:\d+, ` +
              "which would be 0.25 now, and keeps the first value; " +
              String.raw`pass what changes as a tensor argument \(tf\.scalar\), or compute it from the step$`,
          ),
        ),
      ],
    ]);
    f.dispose();
  });

  test("is found in a gradient, in the body of a loop, and in a state's step", () => {
    let beta = 1;
    const names = ["gradient", "loop", "step", "steps"];
    const gradient = jit(
      (x: tf.Tensor) => valueAndGrad((y: tf.Tensor) => y.square().sum().mul(beta))(x).grads,
      { name: "gradient" },
    );
    const loop = jit(
      (x: tf.Tensor) => scan((c: tf.Tensor, y: tf.Tensor) => [c.add(y.mul(beta)), undefined], x, x)[0],
      { name: "loop" },
    );
    const add = (c: tf.Tensor): readonly [tf.Tensor, tf.Tensor] => [c.add(beta), c.mul(2)];
    const step = jit.stateful(add, tf.scalar(0), { name: "step" });
    const steps = jit.stateful(add, tf.scalar(0), { name: "steps", steps: 3 });
    const [x, one] = [tf.ones([2]), tf.scalar(1)];
    for (let i = 0; i < 12; i++) {
      tree.dispose([gradient(x), step(), steps()]);
      loop(one.reshape([1])).dispose();
      beta *= 0.9;
    }
    expect(warnings.map(([text]) => /"(\w+)"/.exec(String(text))?.[1])).toEqual(
      expect.arrayContaining(names),
    );
    expect(warnings).toHaveLength(names.length);
  });

  test("that selects other operations is reported too", () => {
    let t = 0;
    const f = jit((x: tf.Tensor) => (t++ < 5 ? x : x.add(1)), { name: "f" });
    call(() => f(tf.scalar(1)), 4);
    t = 100;
    call(() => f(tf.scalar(1)), 10);
    expect(warnings).toEqual([
      [expect.stringContaining('jit: "f" would run other operations now than when it was compiled')],
    ]);
  });
});

describe("no warning comes", () => {
  test("where the numbers are the same, arguments alternate, and draws come from keys", () => {
    const fixedKey = random.key(3);
    const f = jit((x: tf.Tensor, key: random.Key) =>
      x.mul(0.5).add(random.normal(key, x.shape)).add(random.normal(fixedKey, x.shape)),
    );
    const arguments_ = [tf.ones([2]), tf.ones([3])];
    for (let i = 0; i < 30; i++) f(arguments_[i % 2] as tf.Tensor, random.key(i)).dispose();
    expect(warnings).toEqual([]);
    f.dispose();
  });

  test("and no tensor is left by a second trace", () => {
    const f = jit(
      (x: tf.Tensor) => scan((c: tf.Tensor, y: tf.Tensor) => [c.add(y), undefined], x.sum(), x)[0],
    );
    const x = tf.ones([4]);
    call(() => f(x), 9);
    expect(() => {
      call(() => f(x), 1);
    }).toLeaveTensors(0);
    f.dispose();
  });
});
