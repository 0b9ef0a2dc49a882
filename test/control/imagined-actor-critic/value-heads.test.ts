import { adam, jit, random, tf, tree, valueAndGrad } from "latent";
import { plainValue, symexp, symlog, twoHot, twoHotValue } from "latent/control";
import { describe, expect, test } from "vitest";

describe("symlog and symexp", () => {
  const x = tf.tensor1d([-1e4, -1, -1e-3, 0, 1e-6, 0.5, 3, 1e6]);

  test("are sign(x) log(1 + |x|) and its inverse", () => {
    const values = Array.from(x.dataSync());
    expect(symlog(x)).toBeNear(
      values.map((v) => Math.sign(v) * Math.log1p(Math.abs(v))),
      { rel: 1e-6 },
    );
    // The exponential multiplies the rounding of its argument, up to 14, by as much
    expect(symexp(symlog(x))).toBeNear(values, { rel: 2e-6 });
  });
});

describe("twoHot", () => {
  const centres = tf.tensor1d([-4, -1, 0, 0.5, 3]);

  test("has two neighbours, a sum of 1, and the mean x within the range", () => {
    const x = random.uniform(random.key(1), [200], { min: -4, max: 3 });
    const weights = twoHot(x, centres);
    expect(weights).toHaveShape([200, 5]);
    expect(weights.sum(-1)).toBeNear(new Array<number>(200).fill(1), { abs: 1e-6 });
    expect(weights.mul(centres).sum(-1)).toBeNear(x, { abs: 1e-5 });
    for (const row of weights.arraySync() as number[][]) {
      const places = row.flatMap((p, k) => (p > 1e-6 ? [k] : []));
      expect(Math.min(...row)).toBeGreaterThan(-1e-6);
      expect((places.at(-1) ?? NaN) - (places[0] ?? NaN)).toBeLessThanOrEqual(1);
    }
  });

  test("is exact at centres, and the last one beyond the ends", () => {
    expect(twoHot(tf.tensor1d([0, -9, 7, 1.75]), centres)).toBeNear(
      [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0.5, 0.5]].flat(), // prettier-ignore
      { abs: 1e-6 },
    );
  });
});

describe("heads of values", () => {
  test("plain: the output, with half the squared error", () => {
    const head = plainValue();
    const outputs = tf.tensor3d([1, -2, 3, 0.5], [2, 2, 1]);
    expect(head.value(outputs)).toBeNear([1, -2, 3, 0.5], { abs: 0 });
    expect(head.loss(outputs, tf.tensor2d([0, 0, 1, 0.5], [2, 2]))).toBeNear([0.5, 2, 2, 0], { abs: 1e-6 });
  });

  test("two-hot: the mean of the bins, with the cross-entropy in closed form", () => {
    const head = twoHotValue({ bins: 5, limit: 2 });
    const bins = [-2, -1, 0, 1, 2].map((k) => Math.sign(k) * Math.expm1(Math.abs(k)));
    const logits = [0.3, -1, 0.2, 2, -0.5];
    const total = logits.reduce((sum, l) => sum + Math.exp(l), 0);
    const p = logits.map((l) => Math.exp(l) / total);
    const mean = p.reduce((sum, share, k) => sum + share * (bins[k] ?? NaN), 0);
    const outputs = tf.tensor2d([logits, logits]);
    expect(head.value(outputs)).toBeNear([mean, mean], { abs: 1e-5 });
    const target = 4; // between the bins of 1 and 2
    const share = (target - (bins[3] ?? NaN)) / ((bins[4] ?? NaN) - (bins[3] ?? NaN));
    const expected = -(1 - share) * Math.log(p[3] ?? NaN) - share * Math.log(p[4] ?? NaN);
    expect(head.loss(outputs, tf.tensor1d([target, target]))).toBeNear([expected, expected], { abs: 1e-5 });
    const targets = tf.tensor1d([target, 0]);
    expect(() => head.loss(outputs, targets)).toLeaveTensors(1);
  });

  test("two-hot: what minimizes the loss is the mean of the targets, over five orders of magnitude", () => {
    const head = twoHotValue();
    const optimizer = adam({ learningRate: 0.2 });
    const targets = tf.tensor2d([[-3, -1], [1e4, 3e4], [0.01, 0.02]]); // prettier-ignore
    const step = jit.stateful(
      ({ logits, state }: { logits: tf.Tensor; state: ReturnType<typeof optimizer.init> }) => {
        const { grads } = valueAndGrad((given: tf.Tensor) =>
          head.loss(given.expandDims(1).tile([1, 2, 1]), targets).mean(),
        )(logits);
        const next = optimizer.update(grads, state, logits);
        return [{ logits: next.params, state: next.state }, {}] as const;
      },
      { logits: tf.zeros([3, head.outputs]), state: optimizer.init(tf.zeros([3, head.outputs])) },
    );
    for (let i = 0; i < 400; i++) step();
    const { logits } = step.state();
    // The loss is least where the distribution is the mean of two two-hot ones
    expect(head.value(logits)).toBeNear([-2, 2e4, 0.015], { rel: 0.02, abs: 0.005 });
    step.dispose();
    tree.dispose(logits);
  });

  test("check their options", () => {
    expect(() => twoHotValue({ bins: 1 })).toThrow("twoHotValue: bins must be an integer >= 2, got 1");
    expect(() => twoHotValue({ limit: 0 })).toThrow(
      "twoHotValue: limit must be a positive finite number, got 0",
    );
  });
});
