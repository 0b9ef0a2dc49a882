import { jit, random, tf, tree, valueAndGrad } from "latent";
import { normal } from "latent/distributions";
import { mdn } from "latent/models";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../../support/finite-differences";

const options = { inputs: 2, hidden: [5], outputs: 1, components: 3 };
function small(): mdn.Mdn {
  return mdn.init(random.key(3), options);
}
const x = tf.tensor2d([0.3, -0.2, 1.1, 0.4, -0.7, 0.9], [3, 2]);

describe("mdn.init", () => {
  test("places the means at the quantiles of N(0, stdDev²) in each coordinate, with σ = stdDev", () => {
    const params = mdn.init(random.key(1), { ...options, outputs: 2, components: 4, stdDev: 0.5 });
    const [first, second] = tf.unstack(params.mu.bias.reshape([4, 2]), 1).map((column) => {
      return Array.from(column.dataSync()).sort((a, b) => a - b);
    });
    // Φ⁻¹(1/8) = −1.150349, Φ⁻¹(3/8) = −0.318639, halved
    const quantiles = [-0.5751747, -0.1593197, 0.1593197, 0.5751747];
    expect(first ?? []).toBeNear(quantiles, { abs: 1e-6 });
    expect(second ?? []).toBeNear(quantiles, { abs: 1e-6 });
    const blind = {
      ...params,
      rawSigma: { ...params.rawSigma, weights: tf.zerosLike(params.rawSigma.weights) },
    };
    const sigma = mdn.conditional(blind, x).components.base.sigma;
    expect(sigma).toHaveShape([3, 4, 2]);
    expect(sigma).toBeNear(0.5, { rel: 1e-6 });
  });

  test("places the mean of a single component at 0", () => {
    expect(mdn.init(random.key(1), { ...options, components: 1 }).mu.bias).toBeNear([0], {});
  });

  test("creates no tensors besides the parameters of a layer and three heads", () => {
    expect(small).toLeaveTensors(8);
  });

  test.each([
    [{ inputs: 0 }, "inputs must be a positive integer, got 0"],
    [{ outputs: 1.5 }, "outputs must be a positive integer, got 1.5"],
    [{ components: 0 }, "components must be a positive integer, got 0"],
    [{ hidden: [] }, "hidden must have at least one layer, such as [32], got []"],
    [{ hidden: [4, 0] }, "hidden[1] must be a positive integer, got 0"],
    [{ stdDev: 0 }, "stdDev must be a positive finite number, got 0"],
    [{ stdDev: 2000 }, "stdDev must be between e^-7 and e^7, got 2000; scale y to about 1"],
  ])("refuses %o", (wrong, message) => {
    const before = tf.memory().numTensors;
    expect(() => mdn.init(random.key(0), { ...options, ...wrong })).toThrow(
      new Error(`mdn.init: ${message}`),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("mdn.logProb", () => {
  test("integrates to 1 over y for each x", () => {
    const params = small();
    // The trapezoidal rule over ±24 in steps of 0.01, far below the smallest σ: its error is below the
    // rounding
    // of 4,801 terms.
    const grid = tf.linspace(-24, 24, 4801);
    const integral = tf.tidy(() =>
      mdn
        .conditional(params, x)
        .logProb(grid.reshape([-1, 1, 1]))
        .exp()
        .sum(0)
        .mul(0.01),
    );
    expect(integral).toBeNear(1, { abs: 1e-5 });
  });

  test("with one component equals that of a normal distribution", () => {
    const params = mdn.init(random.key(2), { ...options, components: 1 });
    const y = tf.tensor2d([0.5, -1, 2], [3, 1]);
    const { mu, sigma } = mdn.conditional(params, x).components.base;
    const expected = normal(mu.reshape([3]), sigma.reshape([3])).logProb(y.reshape([3]));
    expect(mdn.logProb(params, x, y)).toBeNear(expected, { abs: 1e-6 });
    expect(mdn.responsibilities(params, x, y)).toBeNear(1, {});
    expect(mdn.likeliest(params, x)).toBeNear(mu, {});
    const [draws, noise] = [
      mdn.sample(params, x, random.key(4)),
      random.normal(random.split(random.key(4))[1], [3, 1]),
    ];
    expect(draws).toBeNear(noise.mul(sigma.reshape([3, 1])).add(mu.reshape([3, 1])), { abs: 1e-6 });
  });

  test("has a gradient that agrees with finite differences, also compiled", () => {
    const params = mdn.init(random.key(3), { ...options, stdDev: 3 });
    const y = tf.tensor2d([0.5, -0.4, 0.2], [3, 1]);
    const nll = (each: mdn.Mdn): tf.Tensor => mdn.logProb(each, x, y).neg();
    const { gradient, error } = numericalGradient(nll, params);
    const { grads } = valueAndGrad((each: mdn.Mdn) => nll(each).sum())(params);
    const step = (each: mdn.Mdn, pairs: tf.Tensor): mdn.Mdn => valueAndGrad(mdn.loss)(each, pairs).grads;
    const compiled = jit(step);
    const there = compiled(params, tf.concat([x, y], 1)); // the gradient of the mean over three rows
    // −½ z² e^(−2s) has the fifth derivative 16 z² with respect to s = log σ, and |z| is about 1: below the
    // 24
    // that the bound assumes.
    tree.leaves(gradient).forEach((expected, i) => {
      expect(tree.leaves(grads)[i] ?? NaN).toBeNear(expected, { abs: error });
      expect(tree.leaves(there)[i]?.mul(3) ?? NaN).toBeNear(tree.leaves(grads)[i] ?? NaN, { abs: 1e-5 });
    });
    compiled.dispose();
  });

  test("has a gradient if log σ is far beyond its bound", () => {
    const params = small();
    const wild = { ...params, rawSigma: { ...params.rawSigma, bias: tf.tensor1d([-1e3, -1e3, -1e3]) } };
    const y = tf.tensor2d([0.5, -1, 2], [3, 1]);
    const { value, grads } = valueAndGrad((each: mdn.Mdn) => mdn.logProb(each, x, y).neg().mean())(wild);
    expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    expect(Math.max(...grads.rawSigma.bias.abs().dataSync())).toBeGreaterThan(1e-6);
  });
});

describe("mdn.sample and mdn.responsibilities", () => {
  test("draws follow the density: mean and variance within six standard errors", () => {
    const params = small();
    const draws = mdn.sample(params, x, random.key(8), [20_000]);
    expect(draws).toHaveShape([20_000, 3, 1]);
    const p = mdn.conditional(params, x);
    expect(draws.mean(0)).toBeWithinStandardErrors(p.mean(), p.variance().div(20_000).sqrt());
  });

  test("responsibilities follow Bayes' rule", () => {
    const params = small();
    const y = tf.tensor2d([0.5, -1, 2], [3, 1]);
    const p = mdn.conditional(params, x);
    const joint = p.components.logProb(y.expandDims(1)).exp().mul(p.mixing.probs());
    expect(mdn.responsibilities(params, x, y)).toBeNear(joint.div(joint.sum(1, true)), { abs: 1e-6 });
  });

  test("likeliest returns the mean of the likeliest component of each row", () => {
    const params = small();
    const p = mdn.conditional(params, x);
    const best = Array.from(p.mixing.probs().argMax(-1).dataSync());
    const means = p.components.mean().arraySync() as number[][][];
    expect(mdn.likeliest(params, x)).toBeNear(
      best.map((k, i) => means[i]?.[k]?.[0] ?? NaN),
      { abs: 1e-6 },
    );
  });

  test("give the same numbers compiled, and likeliest has a gradient", () => {
    const params = small();
    const draw = jit((each: mdn.Mdn, at: tf.Tensor, key: random.Key) => mdn.sample(each, at, key, [4]));
    const best = jit((each: mdn.Mdn, at: tf.Tensor) => mdn.likeliest(each, at));
    const key = random.key(3);
    expect(draw(params, x, key)).toBeNear(mdn.sample(params, x, key, [4]), { abs: 1e-5 });
    expect(best(params, x)).toBeNear(mdn.likeliest(params, x), { abs: 1e-6 });
    draw.dispose();
    best.dispose();
    const { grads } = valueAndGrad((each: mdn.Mdn) => mdn.likeliest(each, x).sum())(params);
    expect(grads.mu.bias.sum()).toBeNear(3, { abs: 1e-6 }); // 1 per row
    expect(grads.logits.bias).toBeNear(0, {});
  });

  test("features end with a column of ones, and the heads are linear in them", () => {
    const params = small();
    const head = tf.concat([params.logits.weights, params.logits.bias.expandDims(0)]);
    const logits = tf.matMul(mdn.features(params, x), head);
    expect(logits).toBeNear(mdn.conditional(params, x).mixing.logits, { abs: 1e-6 });
  });
});

test("mdn functions create no tensors besides their results", () => {
  const params = small();
  const y = tf.zeros([3, 1]);
  expect(() => mdn.logProb(params, x, y)).toLeaveTensors(1);
  expect(() => mdn.responsibilities(params, x, y)).toLeaveTensors(1);
  expect(() => mdn.sample(params, x, random.key(0))).toLeaveTensors(1);
  expect(() => mdn.likeliest(params, x)).toLeaveTensors(1);
  expect(() => mdn.features(params, x)).toLeaveTensors(1);
  expect(() => mdn.loss(params, tf.concat([x, y], 1))).toLeaveTensors(2); // with the batch
});

test.each([
  [
    (p: mdn.Mdn) => mdn.conditional(p, tf.zeros([3])),
    "mdn.conditional: x must be [B, In=2], got [3]; use x.reshape([-1, 2])",
  ],
  [
    (p: mdn.Mdn) => mdn.logProb(p, x, tf.zeros([3])),
    "mdn.logProb: y must be [B=3, D=1], got [3]; one row per row of x",
  ],
  [
    (p: mdn.Mdn) => mdn.responsibilities(p, x, tf.zeros([2, 1])),
    "mdn.responsibilities: y must be [B=3, D=1], got [2, 1]; one row per row of x",
  ],
  [
    (p: mdn.Mdn) => mdn.sample(p, tf.zeros([3, 1]), random.key(0)),
    "mdn.sample: x must be [B, In=2], got [3, 1]; use x.reshape([-1, 2])",
  ],
  [
    (p: mdn.Mdn) => mdn.loss(p, x),
    "mdn.loss: batch must be [B, In+D=3], got [3, 2]; use tf.concat([x, y], 1)",
  ],
])("refuses a wrong shape %#", (act, message) => {
  expect(() => act(small())).toThrow(new Error(message));
});
