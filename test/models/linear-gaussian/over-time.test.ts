import { jit, random, tf, tree, valueAndGrad } from "latent";
import { linearGaussian } from "latent/models";
import { describe, expect, test } from "vitest";
import type { LinearGaussianNumbers } from "../../../lib/models/linear-gaussian";
import { numericalGradient } from "../../support/finite-differences";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";
import { spiral, type Moments } from "./cases";

interface OverTime {
  readonly model: LinearGaussianNumbers;
  readonly inputs: number[][];
  readonly observations: number[][];
  readonly isMissing: number[][];
  readonly predicted: Moments;
  readonly filtered: Moments;
  readonly smoothed: Moments;
  readonly mean: number[];
  readonly covariance: number[][];
  readonly logLikelihood: number;
}

interface Vague {
  readonly variance: number;
  readonly observations: number[][];
  readonly filtered: Moments;
  readonly smoothed: Moments;
  readonly logLikelihood: number;
}

const { overTime, vague } = fixture("linear_gaussian") as { overTime: OverTime[]; vague: Vague[] };

/** Values up to some 10, from sums of some ten products a step, each rounded by 6e-8 of the largest. */
const NEAR = { abs: 1e-5, rel: 2e-6 };

describe.each(overTime.map((scipy) => ({ T: scipy.inputs.length, scipy })))(
  "matrices that change over time and inputs, T=$T",
  ({ T, scipy }) => {
    const model = linearGaussian.create(scipy.model);
    const inputs = tf.tensor2d(scipy.inputs);
    const all = tf.tensor2d(scipy.observations);
    const observations = tf.where(tf.tensor2d(scipy.isMissing).greater(0), NaN, all);

    test.each([false, true])(
      "filter, with square roots %s, agrees with conditioning in SciPy",
      (squareRoot) => {
        const options = { inputs, squareRoot };
        const ours = linearGaussian.filter(model, observations, options);
        expect(ours.predicted.means).toBeNear(scipy.predicted.means.flat(), NEAR);
        expect(ours.predicted.covariances).toBeNear(scipy.predicted.covariances.flat(2), NEAR);
        expect(ours.filtered.means).toBeNear(scipy.filtered.means.flat(), NEAR);
        expect(ours.filtered.covariances).toBeNear(scipy.filtered.covariances.flat(2), NEAR);
        expect(ours.logLikelihood).toBeNear(scipy.logLikelihood, NEAR);
        const after = linearGaussian.smooth(model, observations, options);
        expect(after.means).toBeNear(scipy.smoothed.means.flat(), NEAR);
        expect(after.covariances).toBeNear(scipy.smoothed.covariances.flat(2), NEAR);
      },
    );

    test("joint agrees with SciPy", () => {
      const p = linearGaussian.joint(model, T, { inputs });
      expect(p.mean()).toBeNear(scipy.mean, NEAR);
      expect(p.covariance()).toBeNear(scipy.covariance.flat(), NEAR);
      tree.dispose(p);
    });

    test("sample draws from the joint distribution", () => {
      const n = 20_000;
      const drawn = linearGaussian.sample(model, random.key(6), T, { batch: n, inputs });
      const statistics = columns(drawn.observations.reshape([n, -1])).map(moments);
      const p = linearGaussian.joint(model, T, { inputs });
      expect(p.mean()).toBeWithinStandardErrors(
        statistics.map((s) => s.mean),
        statistics.map((s) => s.meanError),
      );
      expect(p.variance()).toBeWithinStandardErrors(
        statistics.map((s) => s.variance),
        statistics.map((s) => s.varianceError),
      );
      tree.dispose([p, drawn]);
    });

    test("sequences of a batch have their own inputs", () => {
      const others = tf.stack([inputs, inputs.mul(-2)]);
      const both = linearGaussian.logLikelihood(model, tf.stack([all, all]), { inputs: others });
      const second = linearGaussian.logLikelihood(model, all, { inputs: inputs.mul(-2) });
      expect(tf.slice(both, 1, 1)).toBeNear(second, { abs: 1e-5, rel: 2e-6 });
      const shared = linearGaussian.logLikelihood(model, tf.stack([all, all]), { inputs });
      expect(tf.slice(shared, 1, 1)).toBeNear(tf.slice(both, 0, 1), { abs: 1e-5, rel: 2e-6 });
    });

    test.each([false, true])("gives the same compiled, with square roots %s", (squareRoot) => {
      const f = (p: typeof model, o: tf.Tensor, u: tf.Tensor): unknown => ({
        smoothed: linearGaussian.smooth(p, o, { inputs: u, squareRoot }),
        gradient: valueAndGrad((q: typeof model) =>
          linearGaussian.logLikelihood(q, o, { inputs: u, squareRoot }),
        )(p),
      });
      const compiled = jit(f, { compiler: "graph" });
      const [expected, got] = [f(model, observations, inputs), compiled(model, observations, inputs)].map(
        tree.leaves,
      );
      got?.forEach((leaf, i) => {
        expect(leaf).toBeNear(expected?.[i] ?? NaN, { abs: 1e-4, rel: 1e-4 });
      });
      compiled.dispose();
    });
  },
);

test("the gradient is that of finite differences for inputs, and the same with square roots for all", () => {
  const [, scipy] = overTime as [OverTime, OverTime];
  const [model, o] = [linearGaussian.create(scipy.model), tf.tensor2d(scipy.observations)];
  const inputs = tf.tensor2d(scipy.inputs);
  const logLikelihood = (squareRoot: boolean) => (p: typeof model, u: tf.Tensor) =>
    linearGaussian.logLikelihood(p, o, { inputs: u, squareRoot });
  const [plain, rooted] = [false, true].map((squareRoot) => {
    const byInputs = valueAndGrad((u: tf.Tensor) => logLikelihood(squareRoot)(model, u))(inputs).grads;
    const byModel = valueAndGrad((p: typeof model) => logLikelihood(squareRoot)(p, inputs))(model).grads;
    return [byInputs, ...tree.leaves(byModel)];
  });
  // Quadratic in the inputs: the differences are exact but for rounding, 6e-8 · 100 nats / (1/16)
  const { gradient } = numericalGradient((u: tf.Tensor) => logLikelihood(false)(model, u), inputs);
  expect(plain?.[0]).toBeNear(gradient, { abs: 1e-3, rel: 1e-4 });
  // Sums of up to 100 terms of up to 100, each with some ten roundings of 6e-8
  rooted?.forEach((leaf, i) => {
    expect(leaf).toBeNear(plain?.[i] ?? NaN, { abs: 2e-3, rel: 1e-4 });
  });
});

describe.each(vague)("a prior of variance $variance R", ({ variance, observations, ...mpmath }) => {
  const model = linearGaussian.create({
    initial: { mean: [0, 0], covariance: [[variance, 0], [0, variance]] }, // prettier-ignore
    transition: { matrix: [[1, 1], [0, 1]], covariance: [[0.01, 0], [0, 0.01]] }, // prettier-ignore
    observation: { matrix: [[1, 0]], covariance: [[1]] },
  });
  const o = tf.tensor2d(observations);
  // Numbers up to √V are rotated into numbers of about 1, and rounded by 6e-8 √V some ten times
  const near = { abs: 6e-7 * Math.sqrt(variance) };

  test("leaves errors of 10⁻⁷ √(V / R) with square roots", () => {
    const { filtered, logLikelihood } = linearGaussian.filter(model, o, { squareRoot: true });
    // The first state's velocity is not observed yet: its variance is V
    expect(filtered.covariances.slice(1)).toBeNear(mpmath.filtered.covariances.slice(1).flat(2), near);
    expect(filtered.means.slice(1)).toBeNear(mpmath.filtered.means.slice(1).flat(), near);
    // The errors of means, times surprises of up to 10
    expect(logLikelihood).toBeNear(mpmath.logLikelihood, { abs: 10 * near.abs });
    const smoothed = linearGaussian.smooth(model, o, { squareRoot: true });
    expect(smoothed.covariances).toBeNear(mpmath.smoothed.covariances.flat(2), near);
    expect(smoothed.means).toBeNear(mpmath.smoothed.means.flat(), near);
  });
});

test("square roots and covariances agree where both are exact, and leave no other tensors", () => {
  const { observations } = linearGaussian.sample(spiral, random.key(1), 7, { batch: 3 });
  const [a, b] = [false, true].map((squareRoot) =>
    linearGaussian.smooth(spiral, observations, { squareRoot }),
  );
  expect(b?.means).toBeNear(a?.means ?? NaN, { abs: 6e-6 });
  expect(b?.covariances).toBeNear(a?.covariances ?? NaN, { abs: 6e-6 });
  expect(() => linearGaussian.filter(spiral, observations, { squareRoot: true })).toLeaveTensors(5);
  expect(() => linearGaussian.smooth(spiral, observations, { squareRoot: true })).toLeaveTensors(2);
});

describe("errors", () => {
  const [scipy] = overTime as [OverTime];
  const model = linearGaussian.create(scipy.model);
  const [o, inputs] = [tf.tensor2d(scipy.observations), tf.tensor2d(scipy.inputs)];
  const short = inputs.slice(1);

  test.each<[string, () => unknown, string]>([
    [
      "inputs that are missing",
      () => linearGaussian.filter(model, o),
      "linearGaussian.filter: the model has transition.input, so inputs must be [T=4, U=1], got none",
    ],
    [
      "inputs of another length",
      () => linearGaussian.smooth(model, o, { inputs: short }),
      "linearGaussian.smooth: inputs must be [T=4, U=1], got [3, 1]; " +
        "the last input leads out of the sequence: give any number for it",
    ],
    [
      "inputs to a model without any",
      () => linearGaussian.sample(spiral, random.key(0), 4, { inputs }),
      "linearGaussian.sample: inputs are given ([4, 1]) to a model that has none; " +
        "give transition.input or observation.input, the matrices B of B u_t, to linearGaussian.create",
    ],
    [
      "other numbers of matrices than of observations",
      () => linearGaussian.joint(model, 3, { inputs: short }),
      "linearGaussian.joint: transition.matrix must be [T=3, X=1, X=1], got [4, 1, 1]; " +
        "a tensor that changes over time has an entry for each of the 3 observations",
    ],
    [
      "a matrix of another size at some time",
      () =>
        linearGaussian.create({
          ...scipy.model,
          transition: { ...scipy.model.transition, matrix: [[[1]], [[1, 2]]] },
        }),
      "linearGaussian.create: transition.matrix[1] must be [1, 1], got 1 rows of 2 numbers",
    ],
  ])("refuses %s", (_, f, message) => {
    expect(() => {
      expect(f).toThrow(new Error(message));
    }).toLeaveTensors(0);
  });
});
