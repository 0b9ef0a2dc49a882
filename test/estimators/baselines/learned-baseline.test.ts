import { random, tf } from "latent";
import { learnedBaseline } from "latent/estimators";
import { describe, expect, test } from "vitest";

const { init, baseline, update } = learnedBaseline;
const unused = tf.zeros([1]);

describe("learnedBaseline without features", () => {
  test("is 0 before the first cost, then the moving average without initialization bias", () => {
    expect(baseline(init())(unused)).toBeNear(0, {});
    const steps = [
      [1, 3],
      [10, 20],
      [-4, 6],
    ];
    const state = steps.reduce((s, cost) => update(s, tf.tensor1d(cost), { decay: 0.8 }), init());
    const weights = [0.8 ** 2, 0.8, 1]; // decayᵗ, t steps ago
    const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0);
    const means = steps.map((cost) => sum(cost) / cost.length);
    const mean = sum(weights.map((weight, t) => weight * (means[t] ?? NaN))) / sum(weights);
    expect(baseline(state)(unused)).toBeNear(mean, { rel: 1e-5 }); // the ridge is 10⁻⁶
  });

  test("is the last mean if the decay is 0", () => {
    // prettier-ignore
    const state = update(update(init(), tf.tensor1d([100])), tf.tensor2d([[1, 2], [3, 6]]), { decay: 0 });
    expect(baseline(state)(unused)).toBeNear(3, { rel: 1e-5 });
  });
});

describe("learnedBaseline with features", () => {
  test("learns costs that are linear in them", () => {
    const features = tf.concat([tf.ones([50, 1]), random.normal(random.key(1), [50, 2])], 1); // [B, F]
    const weights = tf.tensor1d([3, -1, 0.5]);
    const cost = features.mul(weights).sum(-1).tile([4]).reshape([4, 50]); //                      [draws, B]
    let state = init(3);
    for (let t = 0; t < 3; t++) state = update(state, cost, { features });
    const b = baseline(state, features)(cost);
    expect(b).toHaveShape([50]);
    expect(b).toBeNear(cost.slice(0, 1), { abs: 1e-4 }); // the ridge, 3·10⁻⁶ of w ~ 3, and rounding
  });

  test("rejects another number of features, and costs of another batch", () => {
    const features = tf.ones([5, 2]);
    const state = init(3);
    expect(() => baseline(state, features)).toThrow(
      new Error("learnedBaseline.baseline: features must be [..., F=3], got [5, 2]"),
    );
    expect(() => baseline(state)).toThrow(
      new Error("learnedBaseline.baseline: features must be [..., F=3], got [1]"),
    );
    expect(() => baseline(init(2), features)(tf.zeros([7, 4]))).toThrow(
      new Error(
        "learnedBaseline.baseline: costs must be [draws, 5] for features [5, 2], " +
          "which have one row per member of the batch, got [7, 4]",
      ),
    );
    expect(() => update(init(2), tf.zeros([7, 4]), { features })).toThrow(
      new Error("learnedBaseline.update: cost must be [draws, 5] for features [5, 2], got [7, 4]"),
    );
    expect(() => init(0)).toThrow(
      new Error("learnedBaseline.init: features must be a positive integer, got 0"),
    );
    for (const decay of [1, -0.1, NaN])
      expect(() => update(init(), tf.zeros([7]), { decay })).toThrow(
        new Error(`learnedBaseline.update: decay must be in [0, 1), got ${decay}`),
      );
  });
});

test("learnedBaseline leaves the tensors that it returns", () => {
  const state = init();
  const costs = tf.zeros([4]);
  expect(() => init(3)).toLeaveTensors(2);
  expect(() => update(state, costs)).toLeaveTensors(2);
  expect(() => baseline(state)(costs)).toLeaveTensors(1);
});
