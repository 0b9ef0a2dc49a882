import { random, tf, tree } from "latent";
import { mixtureOfRegressions as regressions } from "latent/models";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";

const warnings = vi.spyOn(console, "warn");

beforeEach(() => {
  warnings.mockReset();
});

/**
 * 200 pairs on the lines y = 1 + 2x and y = −1 − x, which cross, with noise of 0.1 and a third of them on the
 * second.
 */
function crossing(): regressions.RegressionData {
  const [xKey, sideKey, noiseKey] = random.split(random.key(5), 3);
  const x = random.uniform(xKey, [200, 1], { min: -3, max: 3 });
  const first = random.uniform(sideKey, [200, 1]).greater(1 / 3);
  const y = tf.where(first, x.mul(2).add(1), x.neg().sub(1)).add(random.normal(noiseKey, [200, 1]).mul(0.1));
  return { features: tf.concat([tf.ones([200, 1]), x], 1), y };
}

describe("mixtureOfRegressions.fit", () => {
  test("never decreases the likelihood", async () => {
    const row = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 3 });
    const problem = fc.record({
      rows: fc.array(row, { minLength: 3, maxLength: 30 }),
      components: fc.integer({ min: 1, max: 3 }),
      gate: fc.constantFrom("constant" as const, "softmax" as const),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    warnings.mockReturnValue(undefined);
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, components, gate, seed }) => {
        fc.pre(rows.some((each) => each[2] !== rows[0]?.[2]));
        const [x, y] = tf.split(tf.tensor2d(rows).div(10), [2, 1], 1) as [tf.Tensor, tf.Tensor];
        const features = tf.concat([tf.ones([rows.length, 1]), x], 1);
        const options = { components, gate, key: random.key(seed), maxIterations: 20, floor: 1e-3 };
        const { params, logLikelihoods } = await regressions.fit({ features, y }, options);
        for (const leaf of tree.leaves(params)) expect(leaf.isFinite().all().dataSync()[0]).toBe(1);
        // Predictions of up to some 10 have errors of 10⁻⁶: 3·10⁻⁵ of the smallest σ, 0.03, and as much in
        // log p
        // where residuals are of that order.
        logLikelihoods.forEach((after, i) => {
          const before = logLikelihoods[i - 1] ?? after;
          expect(after).toBeGreaterThanOrEqual(before - 1e-4 * Math.max(1, Math.abs(before)));
        });
        tree.dispose([params, features, x, y]);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("finds two lines that cross", async () => {
    const { params, runs, logLikelihood, collapsed } = await regressions.fit(crossing(), {
      components: 2,
      gate: "constant",
      key: random.key(1),
      starts: 5,
    });
    const found = (params.coefficients.arraySync() as number[][][]).map((each) => each.flat());
    found.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    // Six standard errors of an intercept, about 0.1 / √67 each; a slope has a smaller one. Labels near the
    // crossing are uncertain.
    expect(found.flat()).toBeNear([-1, -1, 1, 2], { abs: 0.075 });
    expect(params.sigma).toBeNear(0.1, { abs: 0.04 });
    expect(logLikelihood).toBe(Math.max(...runs));
    expect(runs).toHaveLength(5);
    expect(collapsed).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
  });

  test("with a softmax gate is at least as likely as the constant gate it starts from", async () => {
    const data = crossing();
    const start = { components: 2, key: random.key(1), gate: "constant" } as const;
    const { params, logLikelihood } = await regressions.fit(data, start);
    const logits = params.gate.kind === "constant" ? params.gate.logits : tf.zeros([2]);
    // The constant feature carries the logits.
    const gate = { kind: "softmax", weights: tf.stack([logits, tf.zerosLike(logits)]) } as const;
    const softer = await regressions.fit(data, { init: { ...params, gate }, maxIterations: 50 });
    expect(softer.logLikelihoods[0]).toBeNear(logLikelihood, { abs: 1e-5 });
    expect(softer.logLikelihood).toBeGreaterThanOrEqual(logLikelihood - 1e-5);
    expect(softer.params.gate.kind).toBe("softmax");
  });

  test("handles collinear features", async () => {
    const { features, y } = crossing();
    const doubled = tf.concat([features, features], 1);
    const options = { components: 2, gate: "constant", key: random.key(1), starts: 5 } as const;
    const [once, twice] = [
      await regressions.fit({ features, y }, options),
      await regressions.fit({ features: doubled, y }, options),
    ];
    expect(twice.logLikelihood).toBeNear(once.logLikelihood, { abs: 1e-3 });
  });

  test("reports every iteration of each run, and creates no tensors besides its parameters", async () => {
    const data = crossing();
    const seen: number[] = [];
    const before = tf.memory().numTensors;
    const { params, logLikelihoods } = await regressions.fit(data, {
      components: 2,
      key: random.key(1),
      maxIterations: 3,
      tolerance: -Infinity,
      starts: 2,
      report: ({ iteration }) => void seen.push(iteration),
    });
    expect(tf.memory().numTensors - before).toBe(3);
    expect(seen).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    expect(logLikelihoods).toHaveLength(4);
    tree.dispose(params);
  });
});

describe("mixtureOfRegressions.fit with a regression that collapses", () => {
  const at = (intercept: number, sigma: number): { w: number[][]; s: number[] } => ({
    w: [[intercept], [0]],
    s: [sigma],
  });
  const startOf = (a: ReturnType<typeof at>, b: ReturnType<typeof at>): regressions.MixtureOfRegressions =>
    regressions.create({ gate: [0.5, 0.5], coefficients: [a.w, b.w], sigma: [a.s, b.s] });

  test("onto copies of one pair keeps it at the floor and warns", async () => {
    warnings.mockReturnValue(undefined);
    const { features, y } = crossing();
    const data = {
      features: tf.concat([features, tf.tensor2d([[1, 0]]).tile([20, 1])]),
      y: tf.concat([y, tf.fill([20, 1], 50)]),
    };
    const { collapsed, logLikelihood } = await regressions.fit(data, {
      init: startOf(at(0, 4), at(50, 1)),
      floor: 1e-4,
    });
    expect(collapsed).toEqual([1]);
    expect(Number.isFinite(logLikelihood)).toBe(true);
    expect(warnings.mock.calls).toEqual([
      [
        "mixtureOfRegressions.fit: regression 1 collapsed onto 20 of 220 pairs " +
          "(standard deviation at its floor, 0.010); " +
          "use fewer components, more starts, fewer features or a higher floor",
      ],
    ]);
  });

  test("to no pairs keeps its coefficients and warns", async () => {
    warnings.mockReturnValue(undefined);
    const { params, collapsed } = await regressions.fit(crossing(), { init: startOf(at(0, 4), at(5000, 1)) });
    expect(collapsed).toEqual([1]);
    expect(Array.from(params.coefficients.dataSync()).slice(2)).toEqual([5000, 0]);
    expect(warnings.mock.calls[0]?.[0]).toMatch(
      /^mixtureOfRegressions.fit: regression 1 is empty \(.* of 200 pairs\); use/,
    );
  });
});

describe("mixtureOfRegressions.fit throws for", () => {
  const features = tf.tensor2d([1, 0, 1, 1, 1, 2], [3, 2]);
  const y = tf.tensor2d([1, 2, 4], [3, 1]);
  const key = random.key(0);

  test.each([
    ["K above N", { features, y }, { components: 4 }, "components must be at most the 3 pairs, got 4"],
    ["K = 0", { features, y }, { components: 0 }, "components must be a positive integer, got 0"],
    [
      "NaN",
      { features, y: tf.tensor2d([1, NaN, 4], [3, 1]) },
      {},
      "y must be finite, got NaN at [1, 0]; leave out such pairs",
    ],
    [
      "infinity",
      { features: tf.tensor2d([1, 0, 1, Infinity, 1, 2], [3, 2]), y },
      {},
      "features must be finite, got Infinity at [1, 1]; leave out such pairs",
    ],
    [
      "constant y",
      { features, y: tf.ones([3, 1]) },
      {},
      "y must vary in each column, got 1 in every row of column 0; leave out the column",
    ],
    [
      "constant y with a mean that float32 rounds",
      { features: tf.ones([400, 1]), y: tf.fill([400, 1], 0.1) },
      {},
      "y must vary in each column, got 0.10000000149011612 in every row of column 0; leave out the column",
    ],
    [
      "one pair",
      { features: tf.ones([1, 1]), y: tf.ones([1, 1]) },
      {},
      "y must have at least 2 rows to have a variance, got 1",
    ],
    ["no features", { features: tf.ones([3, 0]), y }, {}, "features must have at least one column, got none"],
    [
      "an unknown gate",
      { features, y },
      { gate: "soft" as "softmax" },
      'gate must be one of constant, softmax, got "soft"',
    ],
    [
      "different numbers of rows",
      { features, y: tf.ones([2, 1]) },
      {},
      "y must be [N=3, D], got [2, 1]; one row per row of features",
    ],
    ["a floor of zero", { features, y }, { floor: 0 }, "floor must be a positive finite number, got 0"],
    ["a damping of zero", { features, y }, { damping: 0 }, "damping must be a positive finite number, got 0"],
    ["no starts", { features, y }, { starts: 0 }, "starts must be a positive integer, got 0"],
    [
      "no steps of the gate",
      { features, y },
      { gateSteps: 0 },
      "gateSteps must be a positive integer, got 0",
    ],
  ])("%s", async (_, data, options, message) => {
    const before = tf.memory().numTensors;
    await expect(regressions.fit(data, { components: 1, key, ...options })).rejects.toThrow(
      new Error(`mixtureOfRegressions.fit: ${message}`),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
