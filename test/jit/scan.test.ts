import { jit, random, scan, tf, tree, useBackend, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../support/finite-differences";

const T = 7;
const [wxKey, whKey, h0Key, xKey] = random.split(random.key(31), 4);
const params = tf.tidy(() => ({
  wx: random.normal(wxKey, [3, 4]).mul(0.5),
  wh: random.normal(whKey, [4, 4]).mul(0.5),
  b: tf.tensor1d([0.1, -0.2, 0.3, 0.4]),
  h0: random.normal(h0Key, [2, 4]),
}));
type Params = typeof params;
const xs = random.normal(xKey, [T, 2, 3]);

/** A recurrent network with noise, whose carry holds a key and a counter, and which captures its weights. */
function network(
  p: Params,
  x: tf.Tensor,
  key: random.Key,
  unroll = false,
): { loss: tf.Tensor; ys: tf.Tensor; n: tf.Tensor } {
  const wx = p.wx.mul(2); // captured, and computed from a parameter
  const [carry, ys] = scan(
    (
      { h, n, key: k }: { h: tf.Tensor; n: tf.Tensor; key: random.Key },
      { x_t, t }: { x_t: tf.Tensor; t: tf.Tensor },
    ) => {
      const [next, now] = random.split(k);
      const noise = random.normal(now, [2, 4]).add(random.normal(random.fold(key, t), [2, 4]));
      const after = tf.matMul(x_t, wx).add(tf.matMul(h, p.wh)).add(p.b).add(noise.mul(0.1)).tanh();
      return [{ h: after, n: n.add(t), key: next }, after.square().sum(1)];
    },
    { h: p.h0, n: tf.scalar(0, "int32"), key },
    { x_t: x, t: tf.range(0, T, 1, "int32") },
    { unroll },
  );
  return { loss: carry.h.square().sum().add(ys.mul(0.3).sum()), ys, n: carry.n };
}

function gradients(p: Params, x: tf.Tensor, key: random.Key, unroll = false) {
  const lossAndAux = valueAndGrad(({ p: q, x: y }: { p: Params; x: tf.Tensor }) => {
    const { loss, ...aux } = network(q, y, key, unroll);
    return [loss, aux] as const;
  });
  return lossAndAux({ p, x });
}

describe.each(["xla", "graph"] as const)("scan compiled with %s", (compiler) => {
  const key = random.key(5);

  test("has the values and gradients of the unrolled loop, eager and compiled", () => {
    const eager = gradients(params, xs, key);
    for (const unroll of [false, true]) {
      const f = jit((p: Params, x: tf.Tensor, k: random.Key) => gradients(p, x, k, unroll), { compiler });
      const { value, grads, aux } = f(params, xs, key);
      expect(f.traces).toMatchObject([{ compiler }]);
      expect(value).toBeNear(eager.value, { rel: 1e-6 });
      expect(aux.ys).toBeNear(eager.aux.ys, { rel: 2e-6 });
      expect(aux.ys).toHaveShape([T, 2]);
      expect(aux.n).toBeNear(21, {});
      for (const [i, [, leaf]] of tree.entries(grads).entries())
        expect(leaf).toBeNear(tree.leaves(eager.grads)[i] as tf.Tensor, { rel: 1e-5, abs: 1e-5 });
      f.dispose();
    }
  });

  test("has gradients that agree with finite differences", () => {
    // The error bound rests on fifth derivatives, which are small with respect to parameters four times as
    // large.
    const quarter = (p: Params): Params => tree.map((q) => q.mul(0.25), p);
    const f = jit((p: Params) => valueAndGrad((q: Params) => network(quarter(q), xs, key).loss)(p).grads, {
      compiler,
    });
    const { gradient, error } = numericalGradient((p) => network(quarter(p), xs, key).loss, params);
    const grads = f(params);
    for (const name of ["wx", "wh", "b", "h0"] as const)
      expect(grads[name]).toBeNear(gradient[name], { abs: error });
    f.dispose();
  });

  test("runs in reverse, without xs, and nested", () => {
    const decay = jit(
      (x: tf.Tensor) => {
        const [last, sums] = scan((c: tf.Tensor, y: tf.Tensor) => [c.mul(0.5).add(y), c], tf.scalar(0), x, {
          reverse: true,
        });
        const [power] = scan((c: tf.Tensor) => [c.mul(2), undefined], tf.scalar(1), undefined, {
          length: 10,
        });
        const [total] = scan(
          (c: tf.Tensor, y: tf.Tensor) => [
            c.add(scan((d: tf.Tensor) => [d.mul(y), undefined], y, undefined, { length: 2 })[0]),
            undefined,
          ],
          tf.scalar(0),
          x,
        );
        return { last, sums, power, total };
      },
      { compiler },
    );
    const { last, sums, power, total } = decay(tf.tensor1d([1, 2, 3]));
    expect(last).toBeNear(2.75, {}); // ((3 / 2) + 2) / 2 + 1
    expect(sums).toBeNear([3.5, 3, 0], {});
    expect(power).toBeNear(1024, {});
    expect(total).toBeNear(1 + 8 + 27, {});
    decay.dispose();
  });

  test("nested in another is differentiable through both", () => {
    // Σ_t x_t³ by two nested loops: the inner one multiplies x_t by itself twice.
    const cubes = (x: tf.Tensor): tf.Tensor =>
      scan(
        (c: tf.Tensor, y: tf.Tensor) => {
          const [cube] = scan((d: tf.Tensor) => [d.mul(y), undefined], y, undefined, { length: 2 });
          return [c.add(cube), undefined];
        },
        tf.scalar(0),
        x,
      )[0];
    const f = jit((x: tf.Tensor) => valueAndGrad(cubes)(x).grads, { compiler });
    expect(f(tf.tensor1d([1, 2, -3]))).toBeNear([3, 12, 27], { rel: 1e-6 });
    f.dispose();
  });

  test("leaves exactly the returned tensors", () => {
    const f = jit((p: Params, x: tf.Tensor, k: random.Key) => gradients(p, x, k), { compiler });
    expect(() => f(params, xs, key)).toLeaveTensors(8);
    expect(() => f(params, xs, key)).toLeaveTensors(8);
    f.dispose();
  });

  test("runs inside a step with state, with three steps per call", () => {
    const trainer = jit.stateful(
      (p: Params, x: tf.Tensor, k: random.Key) => {
        const { value, grads } = gradients(p, x, k);
        return [tree.map((q, g) => q.sub(g.mul(0.01)), p, grads.p), value] as const;
      },
      params,
      { compiler, steps: 3 },
    );
    const losses = trainer(tf.stack([xs, xs, xs]), key);
    const keys = random.split(key, 3);
    let p = params;
    const expected = keys.map((k) => {
      const { value, grads } = gradients(p, xs, k);
      p = tree.map((q, g) => q.sub(g.mul(0.01)), p, grads.p);
      return value.dataSync()[0] ?? NaN;
    });
    expect(losses).toBeNear(expected, { rel: 1e-5 });
    trainer.dispose();
  });
});

describe("scan without compilation", () => {
  test("leaves exactly the returned tensors, and returns an unchanged carry as a copy", () => {
    const x = tf.tensor1d([1, 2]);
    const c = tf.scalar(3);
    expect(() => scan((carry: tf.Tensor, y: tf.Tensor) => [carry, y.mul(carry)], c, x)).toLeaveTensors(2);
    expect(c.isDisposed).toBe(false);
  });

  test("returns the same numbers on the cpu backend", async () => {
    const expected = Array.from(network(params, xs, random.key(1)).ys.dataSync());
    const numbers = tree.map((x) => x.clone(), { params, xs });
    await useBackend("cpu");
    try {
      expect(network(numbers.params, numbers.xs, random.key(1)).ys).toBeNear(expected, { rel: 2e-6 });
    } finally {
      await useBackend("tensorflow");
    }
  });
});

describe("scan throws", () => {
  const sum = (c: tf.Tensor, x: tf.Tensor): [tf.Tensor, undefined] => [c.add(x), undefined];

  test("if xs has no common length, or the length is not a positive integer", () => {
    const add = (c: tf.Tensor, { a, b }: { a: tf.Tensor; b: tf.Tensor }): [tf.Tensor, undefined] => [
      c.add(a).add(b),
      undefined,
    ];
    expect(() => scan(add, tf.scalar(0), { a: tf.zeros([3]), b: tf.zeros([4]) })).toThrow(
      'scan: the tensors in xs must have leading axes of one length, got 3 and 4 at "b"',
    );
    expect(() => scan((c: tf.Tensor) => [c, undefined], tf.scalar(0), undefined)).toThrow(
      "scan: the length, from the leading axis of xs or the option length, " +
        "must be a positive integer, got none",
    );
    expect(() => scan(sum, tf.scalar(0), tf.zeros([0]))).toThrow("got 0");
    expect(() => scan(sum, tf.scalar(0), tf.zeros([3]), { length: 4 })).toThrow("got 3 and 4");
  });

  test("if the new carry has another shape or static value", () => {
    const grow = (c: { h: tf.Tensor }): [{ h: tf.Tensor }, undefined] => [
      { h: tf.stack([c.h, c.h]) },
      undefined,
    ];
    const message =
      "scan: f must return a carry with the structure, shapes and types of its input: " +
      "carry.h is float32 [2], was float32 []";
    const run = (): tf.Tensor => scan(grow, { h: tf.scalar(1) }, undefined, { length: 2 })[0].h;
    expect(run).toThrow(message);
    expect(() => jit(run)()).toThrow(message);
    const count = (n: number): [number, undefined] => [n + 1, undefined];
    expect(() => scan(count, 0, undefined, { length: 2 })).toThrow("carry is 1, was 0");
  });

  test("if the body breaks a tracing rule", () => {
    const reads = jit(
      (x: tf.Tensor) =>
        scan((c: tf.Tensor, y: tf.Tensor) => [c.add(y.dataSync()[0] ?? 0), undefined], tf.scalar(0), x)[0],
    );
    expect(() => reads(tf.zeros([3]))).toThrow(/reads the value of a tensor .* at \S*scan\.test\.ts/);
  });

  test("if a tensor that the body closes over was disposed since it was compiled", () => {
    const outside = tf.scalar(2);
    const double = jit(
      (x: tf.Tensor) =>
        scan((c: tf.Tensor, y: tf.Tensor) => [c.add(y).mul(outside), undefined], tf.scalar(0), x)[0],
    );
    expect(double(tf.ones([3]))).toBeNear(14, {});
    outside.dispose();
    expect(() => double(tf.ones([3]))).toThrow(/captures a tensor float32 \[\] at \S*scan\.test\.ts/);
  });

  test("on a second derivative through a compiled loop", () => {
    const cube = (x: tf.Tensor): tf.Tensor =>
      scan((c: tf.Tensor) => [c.mul(x), undefined], x, undefined, { length: 2 })[0];
    const second = (unroll: boolean) =>
      jit((x: tf.Tensor) => tf.grad((y) => tf.grad((z) => (unroll ? z.mul(z).mul(z) : cube(z)))(y))(x));
    expect(second(true)(tf.scalar(2))).toBeNear(12, {});
    expect(() => second(false)(tf.scalar(2))).toThrow(
      "scan: a compiled loop has no second derivative; set unroll: true",
    );
  });
});
