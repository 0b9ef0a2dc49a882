import { jit, random, tf } from "latent";
import { normal, type Normal } from "latent/distributions";
import {
  type Baseline,
  constantBaseline,
  gradientEstimate,
  gradientSamples,
  leaveOneOut,
  noBaseline,
  type Objective,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";

const key = random.key(3);
const objective: Objective<tf.Tensor, Normal> = { q: (mu) => normal(mu, tf.scalar(1)), f: (x) => x.square() };
const mu = tf.scalar(0.5);
const costs = tf.tensor2d([
  [1, 10],
  [2, 20],
  [6, 60],
]);

test("noBaseline is 0", () => {
  expect(noBaseline(costs)).toBeNear(0, {});
});

test("constantBaseline is its value, which must be finite", () => {
  expect(constantBaseline(-2.5)(costs)).toBeNear(-2.5, {});
  for (const value of [NaN, Infinity])
    expect(() => constantBaseline(value)).toThrow(
      new Error(`constantBaseline: value must be a finite number, got ${value}`),
    );
});

describe("leaveOneOut", () => {
  test("is the mean of the other draws", () => {
    expect(leaveOneOut(costs)).toBeNear([4, 40, 3.5, 35, 1.5, 15], { rel: 1e-6 });
    expect(() => leaveOneOut(costs)).toLeaveTensors(1);
  });

  test("contains no rounding of its own draw, however large", () => {
    expect(leaveOneOut(tf.tensor1d([1e20, 1, 2]))).toBeNear([1.5, 5e19, 5e19], { rel: 1e-6 });
  });

  test("requires more than one draw", () => {
    const estimator = scoreFunction({ baseline: leaveOneOut });
    expect(() => gradientEstimate(estimator, objective, mu, key)).toThrow(
      new Error("leaveOneOut: draws must be at least 2 per estimate, got 1"),
    );
  });
});

describe("scoreFunction rejects a baseline that depends on its own draw", () => {
  const dependent: readonly (readonly [string, Baseline])[] = [
    ["a share of the cost", (cost) => cost.mul(0.5)],
    ["the mean with the draw itself in it", (cost) => cost.mean(0)],
    ["the mean over all", (cost) => cost.mean()],
    ["a bounded function of the cost", (cost) => cost.sigmoid()],
    [
      "the draw before, in a circle",
      (cost) => tf.concat([cost.slice(1), cost.slice(0, 1)]).add(cost.mul(1e-3)),
    ],
    ["the cost of the last draw alone", (cost) => cost.slice(cost.shape[0] - 1)],
  ];

  test.each(dependent)("%s", (_, baseline) => {
    const estimator = scoreFunction({ baseline });
    expect(() => {
      expect(() => gradientSamples(estimator, objective, mu, key, 3, 5)).toThrow(
        new RegExp(
          "^scoreFunction: baseline must not depend on the draw that it is used for, " +
            "or the gradient is biased; " +
            String.raw`raising a cost by [\d.e+]+ changed its own baseline by [\d.e+]+; ` +
            "compute it from the other draws, like leaveOneOut, or from earlier costs, like learnedBaseline$",
        ),
      );
    }).toLeaveTensors(0);
  });

  test("in a compiled function with NaN", () => {
    const step = (baseline: Baseline) =>
      jit(
        (theta: tf.Tensor, k: random.Key) =>
          gradientEstimate(scoreFunction({ baseline }), objective, theta, k, 5),
        { compiler: "graph" },
      );
    const [biased, unbiased] = [step((cost) => cost.mean(0)), step(leaveOneOut)];
    expect(biased(mu, key)).toBeNear(NaN, {});
    const here = gradientEstimate(scoreFunction({ baseline: leaveOneOut }), objective, mu, key, 5);
    expect(unbiased(mu, key)).toBeNear(here, { rel: 1e-5 });
    [biased, unbiased].forEach((compiled) => compiled.dispose());
  });

  const independent: readonly (readonly [string, Baseline])[] = [
    ["noBaseline", noBaseline],
    ["constantBaseline", constantBaseline(1e6)],
    ["leaveOneOut", leaveOneOut],
    ["the draw before, in a circle", (cost) => tf.concat([cost.slice(1), cost.slice(0, 1)])],
    [
      "the mean over the other estimates",
      (cost) =>
        cost
          .sum(1, true)
          .sub(cost)
          .div(cost.shape[1] ?? 1),
    ],
  ];

  test.each(independent)("but not %s", (_, baseline) => {
    for (const draws of [2, 5, 1000]) {
      const samples = gradientSamples(scoreFunction({ baseline }), objective, mu, key, 3, draws);
      expect(samples).toHaveShape([3]);
    }
  });
});
