import { random, tf, tree, useBackend } from "latent";
import { gmm } from "latent/models";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { goHome, others } from "../../../support/backends";
import { fixture } from "../../../support/fixtures";

interface Reference {
  covariance: gmm.Covariance;
  iterations: number;
  x: number[][];
  start: gmm.GmmNumbers;
  weights: number[];
  means: number[][];
  covariances: number[][][];
  logProb: number[];
}
const { cases } = fixture("gmm") as { cases: Reference[] };
const warnings = vi.spyOn(console, "warn");

beforeEach(() => {
  warnings.mockReset();
});
afterEach(goHome);

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Three clusters of 100 points each. */
function clusters(): tf.Tensor2D {
  return gmm.sample(
    gmm.create({
      weights: [1 / 3, 1 / 3, 1 / 3],
      means: [
        [-4, 0],
        [0, 3],
        [4, 0],
      ],
      covariances: Array.from({ length: 3 }, () => [
        [1, 0.3],
        [0.3, 0.5],
      ]),
    }),
    random.key(1),
    300,
  );
}

describe.each(cases)(
  "gmm.fit agrees with scikit-learn from the same start, $covariance",
  ({ covariance, iterations, ...reference }) => {
    const components = reference.weights.length;
    const size = reference.means[0]?.length ?? 0;

    test(`${components} components in ${size} dimensions`, async () => {
      const x = tf.tensor2d(reference.x);
      const init = gmm.create(reference.start);
      const { params, logLikelihood } = await gmm.fit(x, {
        init,
        covariance,
        maxIterations: iterations,
        tolerance: -Infinity,
      });
      expect(logLikelihood).toBeNear(mean(reference.logProb), { abs: 1e-5 });
      // float32 is accurate to some 1e-6; iterations that have not converged enlarge such errors.
      expect(gmm.logProb(params, x)).toBeNear(reference.logProb, { abs: 1e-4, rel: 1e-4 });
      expect(gmm.weights(params)).toBeNear(reference.weights, { abs: 1e-4 });
      expect(params.means).toBeNear(reference.means.flat(), { abs: 1e-3 });
      expect(gmm.covariances(params)).toBeNear(reference.covariances.flat(2), { abs: 1e-3, rel: 1e-3 });
    });
  },
);

describe("gmm.fit", () => {
  test("never decreases the likelihood", async () => {
    const problem = fc
      .record({ rows: fc.integer({ min: 2, max: 40 }), columns: fc.integer({ min: 1, max: 3 }) })
      .chain(({ rows, columns }) =>
        fc.record({
          rows: fc.array(
            fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: columns, maxLength: columns }),
            { minLength: rows, maxLength: rows },
          ),
          components: fc.integer({ min: 1, max: Math.min(5, rows) }),
          covariance: fc.constantFrom(...gmm.covarianceKinds),
          seed: fc.integer({ min: 0, max: 1000 }),
        }),
      );
    warnings.mockReturnValue(undefined);
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, components, covariance, seed }) => {
        const constant = (rows[0] ?? []).some((first, j) => rows.every((row) => row[j] === first));
        fc.pre(!constant);
        const x = tf.tensor2d(rows).div<tf.Tensor2D>(10);
        const key = random.key(seed);
        const { params, logLikelihoods } = await gmm.fit(x, {
          components,
          covariance,
          key,
          maxIterations: 30,
        });
        for (const leaf of tree.leaves(params)) expect(leaf.isFinite().all().dataSync()[0]).toBe(1);
        // A log density has a relative error of some 1e-6. A component at the floor has a thousandth of the
        // width of the data, and the rounding of its mean moves it by 1e-4 of its width.
        logLikelihoods.forEach((after, i) => {
          const before = logLikelihoods[i - 1] ?? after;
          expect(after).toBeGreaterThanOrEqual(before - 1e-5 * Math.max(1, Math.abs(before)));
        });
        tree.dispose([params, x]);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test("finds clusters from random starts, and returns the log-likelihood of each run", async () => {
    const x = clusters();
    const { params, logLikelihood, runs, converged } = await gmm.fit(x, {
      components: 3,
      key: random.key(2),
      starts: 3,
    });
    const found = (params.means.arraySync() as number[][]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    // Six standard errors of a mean, 1 / √100 each.
    expect(found.flat()).toBeNear([-4, 0, 0, 3, 4, 0], { abs: 0.6 });
    expect(converged).toBe(true);
    expect(runs).toHaveLength(3);
    expect(logLikelihood).toBe(Math.max(...runs));
    expect(logLikelihood).toBeNear(gmm.logProb(params, x).mean(), { abs: 1e-5 });
    expect(warnings).not.toHaveBeenCalled();
  });

  test("with one component returns the mean and the covariance of the data", async () => {
    const x = clusters();
    const { params } = await gmm.fit(x, { components: 1, key: random.key(0) });
    const centred = x.sub<tf.Tensor2D>(x.mean(0));
    expect(params.means).toBeNear(x.mean(0), { abs: 1e-5 });
    expect(gmm.covariances(params)).toBeNear(tf.matMul(centred, centred, true).div(300), { abs: 1e-4 });
  });

  test("reports every iteration of each run, and creates no tensors besides its parameters", async () => {
    const x = clusters();
    const seen: [number, number | undefined][] = [];
    const before = tf.memory().numTensors;
    const { params, logLikelihoods, iterations } = await gmm.fit(x, {
      components: 2,
      key: random.key(1),
      maxIterations: 5,
      tolerance: -Infinity,
      starts: 2,
      report: ({ iteration, logLikelihood, params: now }) => {
        expect(now.means).toHaveShape([2, 2]);
        seen.push([iteration, logLikelihood]);
      },
    });
    expect(tf.memory().numTensors - before).toBe(3);
    tree.dispose(params);
    expect(iterations).toBe(5);
    expect(logLikelihoods).toHaveLength(6);
    expect(seen.map(([iteration]) => iteration)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  });

  test.each(others)("gives the same numbers on %s", async (name) => {
    const options = { components: 3, key: random.key(2), maxIterations: 10, tolerance: -Infinity };
    const here = await gmm.fit(clusters(), options);
    const expected = Array.from(here.params.means.dataSync());
    await useBackend(name);
    const there = await gmm.fit(clusters(), options);
    expect(there.logLikelihood).toBeNear(here.logLikelihood, { abs: 1e-5 });
    expect(there.params.means).toBeNear(expected, { abs: 1e-3 });
  });
});

describe("gmm.fit with a component that collapses", () => {
  test("onto copies of one point keeps it at the floor and warns", async () => {
    warnings.mockReturnValue(undefined);
    const copies = tf.tensor2d([[8, 8]]).tile<tf.Tensor2D>([20, 1]);
    const x = tf.concat([clusters(), copies]);
    const init = gmm.create({
      weights: [0.5, 0.5],
      means: [
        [0, 0],
        [8, 8],
      ],
      covariances: Array.from({ length: 2 }, () => [
        [4, 0],
        [0, 4],
      ]),
    });
    const { params, collapsed, logLikelihood } = await gmm.fit(x, { init, floor: 1e-4 });
    expect(collapsed).toEqual([1]);
    expect(gmm.weights(params).dataSync()[1]).toBeNear(20 / 320, { abs: 1e-3 });
    expect(Array.from(gmm.covariances(params).dataSync().slice(4))).toBeNear([1e-4, 0, 0, 1e-4], {
      abs: 1e-7,
    });
    expect(Number.isFinite(logLikelihood)).toBe(true);
    expect(warnings.mock.calls).toEqual([
      [
        "gmm.fit: component 1 collapsed onto 20 of 320 points (standard deviation at its floor, 0.010); " +
          "use fewer components, more starts, a simpler covariance or a higher floor",
      ],
    ]);
  });

  test("to no points keeps its mean and warns", async () => {
    warnings.mockReturnValue(undefined);
    const init = gmm.create({
      weights: [0.5, 0.5],
      means: [
        [0, 0],
        [1000, 1000],
      ],
      covariances: Array.from({ length: 2 }, () => [
        [4, 0],
        [0, 4],
      ]),
    });
    const { params, collapsed } = await gmm.fit(clusters(), { init });
    expect(collapsed).toEqual([1]);
    expect(params.means.slice([1, 0])).toBeNear([1000, 1000], {});
    expect(warnings.mock.calls[0]?.[0]).toMatch(
      /^gmm.fit: component 1 is empty \(.* of 300 points\); use fewer components, more starts/,
    );
  });

  test("prefers a less likely run without one", async () => {
    const x = tf.concat([clusters(), tf.tensor2d([[8, 8]]).tile<tf.Tensor2D>([5, 1])]);
    warnings.mockReturnValue(undefined);
    const { collapsed, logLikelihood, runs } = await gmm.fit(x, {
      components: 4,
      key: random.key(1),
      starts: 8,
    });
    expect(collapsed).toEqual([]);
    expect(logLikelihood).toBeLessThan(Math.max(...runs));
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe("gmm.fit throws for", () => {
  const key = random.key(0);
  const points = tf.tensor2d([
    [0, 1],
    [1, 3],
    [2, 2],
  ]);
  const replaced = (value: number): tf.Tensor2D => tf.tensor2d([0, 1, 1, value, 2, 2], [3, 2]);

  test.each([
    ["K above N", points, { components: 5 }, "components must be at most the 3 rows of x, got 5"],
    ["K = 0", points, { components: 0 }, "components must be a positive integer, got 0"],
    ["NaN", replaced(NaN), {}, "x must be finite, got NaN at [1, 1]; leave out such rows"],
    ["infinity", replaced(-Infinity), {}, "x must be finite, got -Infinity at [1, 1]; leave out such rows"],
    [
      "a constant column",
      tf.tensor2d([0, 7, 1, 7, 2, 7], [3, 2]),
      {},
      "x must vary in each column, got 7 in every row of column 1; leave out the column",
    ],
    ["one point", tf.ones([1, 2]), {}, "x must have at least 2 rows to have a variance, got 1"],
    [
      "points of far too small a variance",
      points.mul<tf.Tensor2D>(1e-19),
      {},
      "x must have variances between 1e-30 and 1e+30, got 6.7e-39 in column 0; rescale it to about 1",
    ],
    ["points without columns", tf.ones([3, 0]), {}, "x must have at least one column, got none"],
    ["a vector", tf.tensor1d([1, 2, 3]), {}, "x must be [N, D], got [3]; one row per point"],
    ["a floor of zero", points, { floor: 0 }, "floor must be a positive finite number, got 0"],
    ["no starts", points, { starts: 0 }, "starts must be a positive integer, got 0"],
    [
      "a negative maxIterations",
      points,
      { maxIterations: -1 },
      "maxIterations must be a non-negative integer, got -1",
    ],
    ["a tolerance of NaN", points, { tolerance: NaN }, "tolerance must be a number, got NaN"],
    [
      "an unknown covariance",
      points,
      { covariance: "round" as gmm.Covariance },
      'covariance must be one of full, diagonal, spherical, got "round"',
    ],
  ])("%s", async (_, x, options, message) => {
    const before = tf.memory().numTensors;
    await expect(gmm.fit(x, { components: 1, key, ...options })).rejects.toThrow(
      new Error(`gmm.fit: ${message}`),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test("points whose length differs from that of the initial means", async () => {
    const init = gmm.create({ weights: [1], means: [[0]], covariances: [[[1]]] });
    await expect(gmm.fit(points, { init })).rejects.toThrow(
      new Error("gmm.fit: x must be [N, D=1], got [3, 2]; use x.reshape([-1, 1])"),
    );
  });
});

describe("the units of the columns", () => {
  const [noiseKey, classKey] = random.split(random.key(11));
  const classes = random.uniform(classKey, [400, 1]).greater(0.5).cast("float32");
  // two clusters in both columns, ten standard deviations apart
  const points = tf.tidy(() => random.normal(noiseKey, [400, 2]).mul(0.1).add(classes));
  const units = [1000, 0.1];
  const init = (scale: readonly number[]): gmm.Gmm =>
    gmm.create({
      weights: [0.5, 0.5],
      means: [0.2, 0.8].map((mean) => scale.map((s) => mean * s)),
      covariances: [0, 1].map(() => scale.map((s, i) => scale.map((_, j) => (i === j ? s * s : 0)))),
    });

  test.each(["full", "diagonal"] as const)("do not matter to a %s covariance", async (covariance) => {
    const plain = await gmm.fit(points, { init: init([1, 1]), covariance });
    const scaled = await gmm.fit(points.mul(units), { init: init(units), covariance });
    // A density per unit of area: log p falls by the logarithm of the units' product
    const expected = plain.logLikelihood - Math.log(1000 * 0.1);
    expect(scaled.logLikelihood).toBeCloseTo(expected, 4); // float32 rounds the points: 6e-8 of ten σ
    expect(scaled.collapsed).toEqual([]);
    const row = tf.tensor1d(units);
    const variances = gmm.covariances(scaled.params).div(tf.outerProduct(row, row));
    expect(variances).toBeNear(gmm.covariances(plain.params), { abs: 1e-6, rel: 1e-3 });
  });

  test("do not matter to what counts as collapsed", async () => {
    const onePoint = tf.concat([points, points.slice(0, 1).tile([30, 1])]).mul(units);
    const tight = gmm.create({
      weights: [0.9, 0.1],
      means: [[500, 0.05], Array.from(onePoint.slice(400, 1).dataSync())], // prettier-ignore
      covariances: [[[1e6, 0], [0, 0.01]], [[1e-2, 0], [0, 1e-10]]], // prettier-ignore
    });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { collapsed } = await gmm.fit(onePoint, { init: tight });
    expect(collapsed).toEqual([1]);
    expect(warn.mock.calls.join()).toContain(
      "(standard deviation at its floor, a thousandth of its column's)",
    );
    warn.mockRestore();
  });
});
