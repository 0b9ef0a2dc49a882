import { random, tf, valueAndGrad } from "latent";
import { gmm } from "latent/models";
import { describe, expect, test } from "vitest";
import { columns, moments } from "../../../support/statistics";

const numbers = {
  weights: [0.2, 0.5, 0.3],
  means: [
    [0, 1],
    [-3, 0],
    [2, 5],
  ],
  covariances: [
    [
      [2, 0.5],
      [0.5, 1],
    ],
    [
      [1, 0],
      [0, 0.1],
    ],
    [
      [0.5, -0.4],
      [-0.4, 0.6],
    ],
  ],
};
const model = gmm.create(numbers);
const x = gmm.sample(model, random.key(1), 101);

describe("gmm", () => {
  test("create keeps the given weights, means and covariances", () => {
    expect(gmm.weights(model)).toBeNear(numbers.weights, { abs: 1e-6 });
    expect(model.means).toBeNear(numbers.means.flat(), {});
    expect(gmm.covariances(model)).toBeNear(numbers.covariances.flat(2), { abs: 1e-6 });
  });

  test("responsibilities follow Bayes' rule", () => {
    const r = gmm.responsibilities(model, x);
    expect(r.sum(1)).toBeNear(1, { abs: 1e-6 });
    const joint = gmm
      .distribution(model)
      .components.logProb(x.expandDims(1))
      .exp()
      .mul(tf.tensor1d(numbers.weights));
    expect(r).toBeNear(joint.div(gmm.logProb(model, x).exp().expandDims(1)), { abs: 1e-5 });
  });

  test("responsibilities are finite if all densities underflow, and choose the nearest component", () => {
    const wide = gmm.create({
      weights: [0.7, 0.2, 0.1],
      means: [[0, 0], [3, 3], [-5, 1]], // prettier-ignore
      covariances: [1, 4, 2].map((v) => [[v, 0], [0, v / 2]]), // prettier-ignore
    });
    const far = tf.tensor2d([[30, 0], [3e20, 0], [-1e30, 1e30], [0, 2e37]]); // prettier-ignore
    expect(gmm.responsibilities(wide, far)).toBeNear([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0], { abs: 1e-6 });
    const twins = gmm.create({
      weights: [0.75, 0.25],
      means: [[0, 0], [1, 0]], // prettier-ignore
      covariances: [[[1, 0], [0, 1]], [[1, 0], [0, 1]]], // prettier-ignore
    });
    // 3·10²⁰ and 3·10²⁰ − 1 are the same float32 number, so the weights decide.
    expect(gmm.responsibilities(twins, tf.tensor2d([[3e20, 0]]))).toBeNear([0.75, 0.25], { abs: 1e-6 });
  });

  test("responsibilities have a finite gradient, also if all densities underflow", () => {
    const loss = (params: typeof model): tf.Tensor =>
      gmm.responsibilities(params, x).slice([0, 0], [-1, 1]).square().mean();
    const { grads } = valueAndGrad(loss)(model);
    const { grads: plain } = valueAndGrad((params: typeof model) =>
      gmm.distribution(params).posterior(x).probs().slice([0, 0], [-1, 1]).square().mean(),
    )(model);
    for (const name of ["logits", "means", "scaleTril"] as const)
      expect(grads[name]).toBeNear(plain[name], { abs: 1e-5 });
    const { grads: far } = valueAndGrad((params: typeof model) =>
      gmm
        .responsibilities(params, tf.fill([1, 2], 3e20))
        .square()
        .sum(),
    )(model);
    // One component has responsibility 1, and keeps it.
    for (const name of ["logits", "means", "scaleTril"] as const) expect(far[name]).toBeNear(0, {});
  });

  test("sample draws points with the mean and variance of the mixture", () => {
    const statistics = columns(gmm.sample(model, random.key(2), 20_000)).map(moments);
    const d = gmm.distribution(model);
    expect(d.mean()).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    expect(d.variance()).toBeWithinStandardErrors(
      statistics.map((s) => s.variance),
      statistics.map((s) => s.varianceError),
    );
  });

  test("functions create no tensors besides their results", () => {
    expect(() => gmm.create(numbers)).toLeaveTensors(3);
    expect(() => gmm.init(random.key(1), x, 3)).toLeaveTensors(3);
    for (const f of [
      () => gmm.logProb(model, x),
      () => gmm.responsibilities(model, x),
      () => gmm.sample(model, random.key(1), 5),
      () => gmm.weights(model),
      () => gmm.covariances(model),
    ])
      expect(f).toLeaveTensors(1);
  });

  test("errors name the function that was called and the expected shape", () => {
    for (const [name, f] of Object.entries({ logProb: gmm.logProb, responsibilities: gmm.responsibilities }))
      expect(() => f(model, tf.zeros([5, 3]))).toThrow(
        new Error(`gmm.${name}: x must be [N, D=2], got [5, 3]; use x.reshape([-1, 2])`),
      );
  });
});

describe("the EM steps of gmm", () => {
  test("eStep returns the statistics of the responsibilities and the log density", () => {
    const step = gmm.eStep(model, x);
    const direct = gmm.statistics(model, x, gmm.responsibilities(model, x));
    expect(step.logProb).toBeNear(gmm.logProb(model, x), { abs: 1e-5 });
    for (const name of ["counts", "shifts", "scatter"] as const)
      expect(step.statistics[name]).toBeNear(direct[name], { abs: 1e-3 });
  });

  test.each(gmm.covarianceKinds)(
    "mStep with labels returns the moments of each cluster, %s",
    (covariance) => {
      const labels = tf.oneHot(
        tf.tensor1d(
          Array.from({ length: 101 }, (_, i) => i % 3),
          "int32",
        ),
        3,
      );
      const next = gmm.mStep(gmm.statistics(model, x, labels.cast("float32")), model, { covariance });
      expect(gmm.weights(next)).toBeNear([34 / 101, 34 / 101, 33 / 101], { abs: 1e-6 });
      for (const k of [0, 1, 2]) {
        const own = tf.gather(x, tf.range(k, 101, 3, "int32"));
        const centred = own.sub<tf.Tensor2D>(own.mean(0));
        const scatter = tf.matMul(centred, centred, true).div(own.shape[0]);
        const variances = scatter.mul(tf.eye(2)).sum(0);
        const allowed = {
          full: scatter,
          diagonal: tf.eye(2).mul(variances),
          spherical: tf.eye(2).mul(variances.mean()),
        }[covariance];
        expect(next.means.slice([k, 0], [1, 2])).toBeNear(own.mean(0), { abs: 1e-5 });
        expect(gmm.covariances(next).slice([k, 0, 0], [1, 2, 2])).toBeNear(allowed, { abs: 1e-4 });
      }
    },
  );

  test("eStep creates no tensors besides its results", () => {
    expect(() => gmm.eStep(model, x)).toLeaveTensors(4);
  });

  test("mStep is accurate for points far from zero", () => {
    const shift = tf.tensor1d([1000, -1000]);
    const far = { ...model, means: model.means.add(shift) };
    const near = gmm.mStep(gmm.eStep(model, x).statistics, model);
    const moved = gmm.mStep(gmm.eStep(far, x.add(shift)).statistics, far);
    // The points themselves are rounded by 3e-5 there.
    expect(gmm.covariances(moved)).toBeNear(gmm.covariances(near), { abs: 1e-3 });
  });

  test("mStep without a floor throws for a cluster of one point", () => {
    const labels = tf.oneHot(tf.tensor1d([0, ...new Array<number>(100).fill(1)], "int32"), 3).cast("float32");
    expect(() => gmm.mStep(gmm.statistics(model, x, labels), model)).toThrow(
      new Error(
        "gmm.mStep: the covariance of component 0, with 1.00 of 101 points, is not positive definite; " +
          "set a positive floor or use fewer components",
      ),
    );
  });

  test("statistics throws if the labels have a different shape", () => {
    expect(() => gmm.statistics(model, x, tf.zeros([101, 2]))).toThrow(
      new Error("gmm.statistics: r must be [N=101, K=3], got [101, 2]; one row per point"),
    );
  });
});

describe("gmm.init", () => {
  test("chooses distinct points of the data as means", () => {
    const points = x.arraySync();
    const { means } = gmm.init(random.key(3), x, 20);
    const rows = (means.arraySync() as number[][]).map((row) => row.join());
    expect(new Set(rows).size).toBe(20);
    expect(rows.every((row) => points.some((point) => point.join() === row))).toBe(true);
  });

  test("chooses one point from each of several distant clusters", () => {
    const centres = tf.tensor2d([0, 0, 100, 0, 0, 100, 100, 100], [4, 2]);
    const far = centres.tile([25, 1]).add(random.normal(random.key(1), [100, 2]));
    for (let seed = 0; seed < 10; seed++) {
      const { means } = gmm.init(random.key(seed), far, 4);
      const corners = (means.div(100).round().arraySync() as number[][]).map((row) =>
        row.map((v) => v + 0).join(),
      );
      expect(new Set(corners).size).toBe(4);
    }
  });

  test("repeats points if there are fewer distinct points than components", () => {
    const few = tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 1], [4, 2]);
    expect(gmm.init(random.key(1), few, 3).means).toHaveShape([3, 2]);
  });
});

describe("gmm.freeParameters", () => {
  test.each([
    ["full", 8 - 1 + 8 * (2 + 3)],
    ["diagonal", 8 - 1 + 8 * (2 + 2)],
    ["spherical", 8 - 1 + 8 * (2 + 1)],
  ] as const)("counts those of %s covariances", (covariance, count) => {
    expect(gmm.freeParameters(8, 2, covariance)).toBe(count);
  });
});

test("a component of weight 0 has no density", () => {
  const params = gmm.create({
    weights: [0.25, 0, 0.75],
    means: [[0], [30], [3]],
    covariances: [[[1]], [[1]], [[1]]],
  });
  // log 0.75 − ½ 22² − ½ log 2π: the component at 30 would give −82.5 with a weight of 10⁻³⁰
  const expected = Math.log(0.75) - 0.5 * 22 ** 2 - 0.5 * Math.log(2 * Math.PI);
  expect(gmm.logProb(params, tf.tensor2d([[25]]))).toBeNear(expected, { rel: 1e-6 }); // −243.2
  expect(gmm.weights(params)).toBeNear([0.25, 0, 0.75], { abs: 1e-7 });
  expect(gmm.responsibilities(params, tf.tensor2d([[25]]))).toBeNear([0, 0, 1], { abs: 1e-6 });
});
