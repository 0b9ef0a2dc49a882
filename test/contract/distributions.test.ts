import { random, type Shape, tf } from "latent";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../lib/core/tensor/shape";
import { outcomes } from "../support/outcomes";
import {
  chiSquare,
  chiSquareLimit,
  columns,
  countEach,
  kolmogorov,
  KOLMOGOROV_LIMIT,
  moments,
  weightedCdf,
} from "../support/statistics";
import { type Case, distributionTable, entropyOf, entropyTable } from "./distribution-table";

/** The number of draws for the statistics. */
const N = 20_000;
const [paramsKey, sampleKey] = random.split(random.key(2024));

function isDiscrete(row: Case): row is Case & { readonly categories: number } {
  return row.categories !== undefined;
}

/** Counts and expected counts, with all rare outcomes taken as one: χ² needs an expected count of about 5. */
function pooled(counts: readonly number[], expected: readonly number[]): [number[], number[]] {
  const isRare = (i: number): boolean => (expected[i] ?? NaN) < 5;
  const rare = expected.reduce((sum, mean, i) => (isRare(i) ? sum + mean : sum), 0);
  const select = (values: readonly number[]): number[] => {
    const common = values.filter((_, i) => !isRare(i));
    const rest = values.reduce((sum, value, i) => (isRare(i) ? sum + value : sum), 0);
    return rare < 5 ? common.map((value, i) => (i === 0 ? value + rest : value)) : [...common, rest];
  };
  return [select(counts), select(expected)];
}

describe.each(distributionTable)("$name", ({ params, make, batchShape, eventShape, categories }) => {
  const d = make(params(paramsKey));
  const draws = d.sample(sampleKey, [N]);

  test("has the shapes [...S, ...B, ...E]", () => {
    expect([d.batchShape, d.eventShape]).toEqual([batchShape, eventShape]);
    for (const sampleShape of [undefined, [], [7], [7, 11]] as (Shape | undefined)[]) {
      const x = d.sample(sampleKey, sampleShape);
      expect(x).toHaveShape([...(sampleShape ?? []), ...batchShape, ...eventShape]);
      expect(d.logProb(x)).toHaveShape([...(sampleShape ?? []), ...batchShape]);
    }
    for (const moment of [d.mean(), d.variance()]) expect(moment).toHaveShape([...batchShape, ...eventShape]);
  });

  test("draws the same numbers from the same key, and different ones from another", () => {
    expect(d.sample(sampleKey, [N])).toBeNear(draws, {});
    const others = d.sample(random.fold(sampleKey, 1), [N]);
    expect(others.notEqual(draws).sum().dataSync()[0]).toBeGreaterThan(N / 20);
  });

  test("has probabilities that sum to 1", () => {
    const { x, weights } = outcomes(d, categories);
    // Each log p is rounded by a few units in the last place, at most 10⁻⁶ where p is not negligible
    expect(d.logProb(x).exp().mul(weights).sum(0)).toBeNear(1, { abs: 1e-5 });
  });

  test("has the mean and the variance of its draws", () => {
    const statistics = columns(draws).map(moments);
    expect(d.mean()).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    expect(d.variance()).toBeWithinStandardErrors(
      statistics.map((s) => s.variance),
      statistics.map((s) => s.varianceError),
    );
  });

  test("leaves one tensor per call, and none when it is created or throws", () => {
    const tensors = params(paramsKey);
    const x = d.sample(sampleKey, [3]);
    const wrong = tf.ones([...batchShape, ...eventShape].map((size) => size + 1));
    expect(() => void make(tensors)).toLeaveTensors(0);
    for (const call of [() => d.sample(sampleKey, [5]), () => d.logProb(x)]) expect(call).toLeaveTensors(1);
    for (const call of [() => d.mean(), () => d.variance()]) expect(call).toLeaveTensors(1);
    if (wrong.rank > 0)
      expect(() => {
        expect(() => d.logProb(wrong)).toThrow(`${d.kind}.logProb: x must be`);
      }).toLeaveTensors(0);
  });
});

describe.each(entropyTable)("$name", ({ params, make, batchShape }) => {
  test("has the mean of −log p over its draws as its entropy", () => {
    const d = make(params(paramsKey));
    const statistics = columns(d.logProb(d.sample(sampleKey, [N])).neg()).map(moments);
    expect(entropyOf(d)).toHaveShape(batchShape);
    expect(entropyOf(d)).toBeWithinStandardErrors(
      statistics.map((s) => s.mean),
      statistics.map((s) => s.meanError),
    );
    expect(() => entropyOf(d)).toLeaveTensors(1);
  });
});

describe.each(distributionTable.filter(isDiscrete))(
  "$name",
  ({ params, make, batchShape, eventShape, categories }) => {
    test("draws each outcome with the frequency of its probability", () => {
      const d = make(params(paramsKey));
      const draws = d.sample(sampleKey, [N]);
      const kinds = categories ** sizeOf(eventShape);
      const probabilities = columns(d.logProb(outcomes(d, categories).x).exp());
      const digits = columns(draws.reshape([N * sizeOf(batchShape), sizeOf(eventShape)]));
      const index = Array.from({ length: N * sizeOf(batchShape) }, (_, row) =>
        digits.reduce((sum, digit, place) => sum + (digit[row] ?? NaN) * categories ** place, 0),
      );
      columns(tf.tensor(index, [N, sizeOf(batchShape)])).forEach((column, member) => {
        const expected = (probabilities[member] ?? []).map((p) => p * N);
        const [counts, means] = pooled(countEach(column, kinds), expected);
        expect(chiSquare(counts, means)).toBeLessThan(chiSquareLimit(means.length - 1));
      });
    });
  },
);

describe.each(distributionTable.filter((row) => !isDiscrete(row) && row.flat !== true))(
  "$name",
  ({ params, make, eventShape }) => {
    test("draws levels of log p with the frequencies of the density", () => {
      const d = make(params(paramsKey));
      const draws = d.sample(sampleKey, [N]);
      // P(log p(x) ≤ l), by summing the density over a grid; in 2-D the error along a level set is 1 in 400
      const dimensions = sizeOf(eventShape) - (d.kind === "dirichlet" ? 1 : 0);
      const { x, weights } = outcomes(d, undefined, dimensions === 1 ? 20_001 : 401);
      const logP = d.logProb(x);
      const [levels, masses] = [columns(logP), columns(logP.exp().mul(weights))];
      columns(d.logProb(draws)).forEach((sample, member) => {
        const cdf = weightedCdf(levels[member] ?? [], masses[member] ?? []);
        expect(kolmogorov(sample, cdf)).toBeLessThan(KOLMOGOROV_LIMIT);
      });
    });
  },
);
