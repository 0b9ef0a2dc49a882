import { random, tf, tree } from "latent";
import { mixtureOfRegressions as regressions } from "latent/models";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/fixtures";

interface Reference {
  features: number[][];
  y: number[][];
  iterations: number;
  start: number[][][];
  weights: number[];
  coefficients: number[][][];
  sigma: number[][];
  logProb: number[];
}
interface GateReference {
  features: number[][];
  labels: number[][];
  probs: number[][];
}
const { em, gates } = fixture("mdn") as { em: Reference[]; gates: GateReference[] };

describe.each(em)(
  "mixtureOfRegressions.fit with a constant gate agrees with NumPy, %#",
  ({ iterations, start, ...reference }) => {
    test(`after ${iterations} iterations`, async () => {
      const data = { features: tf.tensor2d(reference.features), y: tf.tensor2d(reference.y) };
      const components = start.length;
      const init = regressions.create({
        gate: start.map(() => 1 / components),
        coefficients: start,
        sigma: start.map((each) => (each[0] ?? []).map(() => 1)),
      });
      const { params } = await regressions.fit(data, {
        init,
        maxIterations: iterations,
        tolerance: -Infinity,
        damping: 1e-9,
      });
      // float32 sums are accurate to some 1e-6; iterations that have not converged enlarge such errors.
      expect(params.coefficients).toBeNear(reference.coefficients.flat(2), { abs: 1e-3 });
      expect(params.sigma).toBeNear(reference.sigma.flat(), { abs: 1e-3 });
      const gate = params.gate.kind === "constant" ? tf.softmax(params.gate.logits) : NaN;
      expect(gate).toBeNear(reference.weights, { abs: 1e-4 });
      expect(regressions.logProb(params, data.features, data.y)).toBeNear(reference.logProb, {
        abs: 1e-3,
        rel: 1e-3,
      });
    });
  },
);

function lines(): regressions.MixtureOfRegressions {
  return regressions.create({
    gate: [
      [0.2, -0.2],
      [1, -1],
    ],
    coefficients: [
      [[0], [1]],
      [[1], [-1]],
    ],
    sigma: [[0.3], [0.5]],
  });
}
const features = tf.tensor2d([1, 0, 1, 1, 1, -2], [3, 2]);
const y = tf.tensor2d([0.1, 0.5, 2], [3, 1]);

describe("mixtureOfRegressions.mStep", () => {
  test.each(gates)("converges to the same softmax gate as BFGS for given labels", (reference) => {
    const [phi, labels] = [tf.tensor2d(reference.features), tf.tensor2d(reference.labels)];
    const [size, components] = [phi.shape[1], labels.shape[1]];
    const blank = regressions.create({
      gate: Array.from({ length: size }, () => new Array<number>(components).fill(0)),
      coefficients: Array.from({ length: components }, () => Array.from({ length: size }, () => [0])),
      sigma: Array.from({ length: components }, () => [1]),
    });
    const data = { features: phi, y: phi.slice([0, 1], [-1, 1]) };
    const sums = regressions.statistics(blank, data, labels);
    const { gate } = regressions.mStep(sums, blank, data, { gateSteps: 300 });
    const found = gate.kind === "softmax" ? phi.matMul(gate.weights).softmax() : NaN;
    expect(found).toBeNear(reference.probs.flat(), { abs: 1e-5 });
  });

  test("with one regression is ordinary least squares", () => {
    const blank = regressions.create({ gate: [1], coefficients: [[[0], [0]]], sigma: [[1]] });
    const sums = regressions.statistics(blank, { features, y }, tf.ones([3, 1]));
    const { coefficients, sigma } = regressions.mStep(sums, blank, { features, y });
    // Slope Σ (x − x̄)(y − ȳ) / Σ (x − x̄)² of (0, 0.1), (1, 0.5), (−2, 2), with x̄ = −1/3 and ȳ = 13/15
    const slope = (-0.7666667 / 3 + (-0.3666667 * 4) / 3 + (1.1333333 * -5) / 3) / (42 / 9);
    expect(coefficients).toBeNear([13 / 15 + slope / 3, slope], { abs: 1e-5 });
    const squares = [0.1, 0.5, 2].map(
      (value, i) => (value - 13 / 15 - slope * ([0, 1, -2][i] ?? NaN) - slope / 3) ** 2,
    );
    expect(sigma).toBeNear(Math.sqrt(squares.reduce((sum, each) => sum + each) / 3), { abs: 1e-5 });
  });

  test("does not depend on the unit of a feature", () => {
    const [t, ones] = [tf.linspace(-1, 1, 101).reshape([-1, 1]), tf.ones([101, 1])];
    const line = t.mul(2).add(1);
    const start = regressions.create({ gate: [1], coefficients: [[[0], [0]]], sigma: [[1]] });
    for (const unit of [1e-6, 1, 1e6]) {
      const data = { features: tf.concat([t.mul(unit), ones], 1), y: line };
      const next = regressions.mStep(regressions.statistics(start, data, ones), start, data, { floor: 1e-9 });
      // The damping, 1e-6 of each feature's squares, shrinks the step by as much; the rest is float32.
      const [slope, intercept] = next.coefficients.dataSync();
      expect((slope ?? NaN) * unit).toBeCloseTo(2, 4);
      expect(intercept).toBeCloseTo(1, 4);
    }
  });

  test("keeps a regression without pairs, and coefficients that its pairs do not determine", () => {
    const before = lines();
    const labels = tf.tensor2d([1, 0, 1, 0, 1, 0], [3, 2]);
    const one = features.slice([1, 0], [1, -1]).tile([3, 1]); // the same features three times
    const after = regressions.mStep(regressions.statistics(before, { features: one, y }, labels), before, {
      features: one,
      y,
    });
    const moved = after.coefficients.sub(before.coefficients).dataSync();
    expect(Array.from(moved.slice(2))).toEqual([0, 0]);
    // From 0 + 1·1 to the mean of y, 13/15, in equal parts: the smallest step.
    expect(Array.from(moved.slice(0, 2))).toBeNear([-1 / 15, -1 / 15], { abs: 1e-4 });
    expect(Array.from(after.sigma.dataSync())[1]).toBeNear(0.5, { abs: 1e-6 });
  });

  test("throws if a regression interpolates its pairs and there is no floor", () => {
    const before = lines();
    const labels = tf.tensor2d([1, 0, 1, 0, 0, 1], [3, 2]);
    const sums = regressions.statistics(before, { features, y: tf.tensor2d([0, 0, -2], [3, 1]) }, labels);
    const exact = { ...sums, squares: tf.zeros([2, 1]), cross: tf.zeros([2, 2, 1]) };
    expect(() => regressions.mStep(exact, before, { features, y })).toThrow(
      new Error(
        "mixtureOfRegressions.mStep: the 2.00 pairs of regression 0 are interpolated, " +
          "and the likelihood is unbounded; " +
          "set a positive floor",
      ),
    );
  });

  test("throws for collinear features without damping", () => {
    const before = lines();
    const twice = tf.tensor2d([1, 1, 1, 1, 1, 1], [3, 2]);
    const labels = tf.ones([3, 2]).div(2);
    const sums = regressions.statistics(before, { features: twice, y }, labels);
    const tensors = tf.memory().numTensors;
    expect(() => regressions.mStep(sums, before, { features: twice, y }, { damping: 0 })).toThrow(
      new Error(
        "mixtureOfRegressions.mStep: the 1.50 pairs of regression 0 have collinear features; " +
          "set a positive damping or leave out columns",
      ),
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe("mixtureOfRegressions", () => {
  test("logProb is a normalized density of y", () => {
    const grid = tf.linspace(-12, 12, 4801).reshape([-1, 1, 1]); // steps of 0.005
    const total = tf.tidy(() =>
      regressions.conditional(lines(), features).logProb(grid).exp().sum(0).mul(0.005),
    );
    expect(total).toBeNear(1, { abs: 1e-5 });
  });

  test("responsibilities follow Bayes' rule and agree with eStep", () => {
    const params = lines();
    const p = regressions.conditional(params, features);
    const joint = p.components.logProb(y.expandDims(1)).exp().mul(p.mixing.probs());
    const expected = joint.div(joint.sum(1, true));
    expect(regressions.responsibilities(params, features, y)).toBeNear(expected, { abs: 1e-6 });
    const { statistics, logProb } = regressions.eStep(params, { features, y });
    expect(statistics.labels).toBeNear(expected, { abs: 1e-6 });
    expect(logProb).toBeNear(regressions.logProb(params, features, y), { abs: 1e-6 });
  });

  test("conditional draws samples of the batch and event shape", () => {
    const draws = regressions.conditional(lines(), features).sample(random.key(2), [5]);
    expect(draws).toHaveShape([5, 3, 1]);
  });

  test("functions create no tensors besides their results", () => {
    const params = lines();
    expect(() => regressions.logProb(params, features, y)).toLeaveTensors(1);
    expect(() => regressions.responsibilities(params, features, y)).toLeaveTensors(1);
    expect(() => regressions.eStep(params, { features, y })).toLeaveTensors(5);
    const sums = regressions.statistics(params, { features, y }, tf.ones([3, 2]).div(2));
    expect(() => regressions.mStep(sums, params, { features, y })).toLeaveTensors(3);
    tree.dispose(sums);
  });

  test("errors name the function that was called and the expected shape", () => {
    const params = lines();
    expect(() => regressions.conditional(params, tf.zeros([3, 3]))).toThrow(
      new Error(
        "mixtureOfRegressions.conditional: features must be [N, F=2], got [3, 3]; " +
          "use the features the model was fitted to",
      ),
    );
    expect(() => regressions.logProb(params, features, tf.zeros([3]))).toThrow(
      new Error("mixtureOfRegressions.logProb: y must be [N=3, D=1], got [3]; one row per row of features"),
    );
    expect(() => regressions.statistics(params, { features, y }, tf.zeros([3, 3]))).toThrow(
      new Error("mixtureOfRegressions.statistics: labels must be [N=3, K=2], got [3, 3]; one row per pair"),
    );
  });
});
