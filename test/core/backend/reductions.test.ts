import { jit, logSumExp, random, tf, useBackend, valueAndGrad } from "latent";
import { normal } from "latent/distributions";
import { svi } from "latent/inference";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

afterEach(goHome);

const VALUE = Math.fround(-100.1);

/** Sums of one number, over a leading, a middle, the last and all axes; n is not a product of its stages. */
const cases: Record<string, [shape: number[], axes: number[] | undefined, n: number]> = {
  "a leading axis": [[200_003, 3], [0], 200_003],
  "two leading axes": [[400, 500, 3], [0, 1], 200_000],
  "a middle axis": [[2, 100_000, 3], [1], 100_000],
  "the last axis": [[3, 200_000], [-1], 200_000],
  "all axes": [[400, 300], undefined, 120_000],
  "axes apart": [[100, 2, 300], [0, 2], 30_000],
  "a short axis": [[7, 3], [0], 7],
};

/**
 * A sum of at most 256 float32 numbers of one sign, one after another, is off by at most 256 · 6e-8 = 1.5e-5,
 * relative, and there are up to three stages; roundings of both signs leave far less. Sums over axes apart
 * are TensorFlow's own.
 */
function tolerance(name: string): { rel: number } {
  return { rel: name === "axes apart" ? 1e-3 : 1.5e-5 };
}

describe.each([home, ...others])("on %s", (backend) => {
  test.each(Object.entries(cases))("the sum over %s keeps its digits", async (name, [shape, axes, n]) => {
    await useBackend(backend);
    const x = tf.fill(shape, VALUE);
    expect(x.sum(axes)).toBeNear(VALUE * n, tolerance(name));
    expect(x.mean(axes)).toBeNear(VALUE, tolerance(name));
    expect(x.sum(axes, true).shape).toEqual(
      shape.map((size, i) =>
        axes === undefined || axes.map((a) => (a + shape.length) % shape.length).includes(i) ? 1 : size,
      ),
    );
  });

  test("sums pass infinities and NaN on", async () => {
    await useBackend(backend);
    const x = tf.concat([tf.fill([3000, 1], -Infinity), tf.ones([3000, 1])], 1);
    expect(x.sum(0)).toBeNear([-Infinity, 3000], {});
    expect(Number.isNaN(x.mul(0).sum().dataSync()[0])).toBe(true);
  });

  test("a reduction of nothing has its neutral value", async () => {
    await useBackend(backend);
    const nothing = tf.zeros([2, 0]);
    expect(logSumExp(nothing)).toBeNear([-Infinity, -Infinity], {});
    expect(nothing.sum(-1)).toBeNear([0, 0], {});
    expect(nothing.prod(-1)).toBeNear([1, 1], {});
    expect(nothing.max(-1)).toBeNear([-Infinity, -Infinity], {});
    expect(nothing.min(-1)).toBeNear([Infinity, Infinity], {});
    expect(nothing.sum(-1, true).shape).toEqual([2, 1]);
    expect(Number.isNaN(nothing.mean().dataSync()[0])).toBe(true);
  });

  test("sums leave only their result", async () => {
    await useBackend(backend);
    const x = tf.ones([5000, 2]);
    for (const f of [() => x.sum(0), () => x.mean(), () => tf.zeros([0, 2]).sum(0)])
      expect(() => tf.tidy(f)).toLeaveTensors(1);
  });
});

test.each(["graph", "xla"] as const)("sums compiled by %s keep their digits", (compiler) => {
  for (const [name, [shape, axes, n]] of Object.entries(cases)) {
    const f = jit((x: tf.Tensor) => x.sum(axes), { compiler });
    // XLA merges even the stages of TensorFlow's own sums over axes apart
    expect(f(tf.fill(shape, VALUE)), name).toBeNear(VALUE * n, tolerance(name));
    f.dispose();
  }
});

test("the bound of a constant log p has the digits of float32 at 200,000 draws", () => {
  const q = normal(tf.zeros([3]), tf.ones([3]));
  const logP = (z: tf.Tensor): tf.Tensor => z.mul(0).add(-100.1);
  const entropy = 0.5 * Math.log(2 * Math.PI * Math.E);
  expect(svi.elbo(logP, q, random.key(1), { samples: 200_000 })).toBeNear(
    -100.1 + entropy, // −98.681
    { abs: 1e-3 },
  );
});

test("the gradient of a parameter that is broadcast to 20,000 draws has them too", () => {
  const draws = tf.ones([20_000, 3]);
  const { grads } = valueAndGrad((b: tf.Tensor) => draws.mul(b).mul(0.1).sum())(tf.ones([3]));
  expect(grads).toBeNear(2000, tolerance(""));
});
