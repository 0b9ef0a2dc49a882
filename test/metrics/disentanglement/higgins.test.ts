import { random, tf } from "latent";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";
import { drawPairs, groupByLevel } from "../../../lib/metrics/disentanglement/pairs";
import { chiSquare, chiSquareLimit, countEach, moments } from "../../support/statistics";

const { higgins } = disentanglement;

/** Random factors, one column each: with the given number of levels, or continuous. */
function factorsOf(key: random.Key, n: number, kinds: readonly (number | "continuous")[]): tf.Tensor {
  return tf.stack(
    kinds.map((kind, f) => {
      const u = random.uniform(random.fold(key, f), [n]);
      return kind === "continuous" ? u : u.mul(kind).floor();
    }),
    1,
  );
}

/** The scores of independent sets of rows, so that the standard error of their mean is s / √sets. */
function scores(
  sets: number,
  n: number,
  kinds: readonly (number | "continuous")[],
  codesOf: (key: random.Key, factors: tf.Tensor) => tf.Tensor,
): number[] {
  return Array.from({ length: sets }, (_, set) => {
    const [first, second, third] = random.split(random.key(set), 3);
    return tf.tidy(() => {
      const factors = factorsOf(first, n, kinds);
      return higgins(codesOf(second, factors), factors, third, { points: 100 });
    });
  });
}

test.each([
  { n: 100, kinds: [2, "continuous"] as const },
  { n: 101, kinds: [32, 5, "continuous"] as const },
  { n: 40, kinds: [3, 3] as const },
])("noise scores at chance level, with $n rows and factors $kinds", ({ n, kinds }) => {
  const noise = (key: random.Key): tf.Tensor => random.normal(key, [n, 10]);
  const { mean, meanError } = moments(scores(40, n, kinds, noise));
  expect(meanError).toBeLessThan(0.025); // enough to detect a classifier that recognizes rows
  expect(Math.abs(mean - 1 / kinds.length)).toBeLessThan(6 * meanError);
});

test("codes rotated by 45° score at chance level", () => {
  // a + b and a − b have the same distribution given a and given b, if a and b have the same distribution
  const turned = (_: random.Key, factors: tf.Tensor): tf.Tensor =>
    tf.matMul(factors, tf.tensor2d([[1, 1], [1, -1]])); // prettier-ignore
  const { mean, meanError } = moments(scores(20, 400, [5, 5], turned));
  expect(Math.abs(mean - 0.5)).toBeLessThan(6 * meanError);
});

test("codes that are the factors score 1, even with few rows", () => {
  const same = (_: random.Key, factors: tf.Tensor): tf.Tensor => factors.mul([3, -1]);
  // The code of the common factor differs by 0 in each pair, the other by the mean of about sixteen
  // differences
  expect(scores(3, 100, [5, 7], same)).toEqual([1, 1, 1]);
});

test("draws all pairs of a level equally often, and no row twice in a point", () => {
  const levels = Int32Array.of(0, 1, 0, 0, 1, 2, 1, 0, 1); // level 2 has a single row
  const rows = Int32Array.from(levels, (_, i) => i);
  const uniform = random.uniform(random.key(1), [3 * 4 * 1200]).dataSync();
  let next = 0;
  const from = groupByLevel(rows, levels);
  const drawn = Array.from({ length: 1200 }, () => drawPairs(from, 4, () => uniform[next++] ?? NaN));
  for (const pairs of drawn) {
    expect(new Set(pairs.flat()).size).toBe(8);
    pairs.forEach(([a, b]) => expect(levels[a]).toBe(levels[b]));
  }
  // The first pairs: twelve ordered pairs in each of the two levels with four rows
  const firsts = drawn.map(([pair]) => 9 * (pair?.[0] ?? NaN) + (pair?.[1] ?? NaN));
  const kinds = Array.from({ length: 81 }, (_, i) => i).filter(
    (i) => i % 10 !== 0 && levels[Math.floor(i / 9)] === levels[i % 9],
  );
  const counts = countEach(firsts, 81);
  const observed = kinds.map((kind) => counts[kind] ?? NaN);
  expect(observed).toHaveLength(24);
  expect(chiSquare(observed, observed.map(() => 50))).toBeLessThan(chiSquareLimit(23)); // prettier-ignore
});

test("names the factor with too few rows that share a level", () => {
  const key = random.key(1);
  const score = (n: number, pairs?: number): number => {
    const factors = tf.tensor2d(Array.from({ length: n }, (_, i) => [i === 0 ? 1 : 0, n === 40 ? i % 2 : i]));
    return higgins(factors, factors, key, pairs === undefined ? {} : { pairs });
  };
  // One half has 20 rows of level 0, the other 19 and row 0: nine pairs
  expect(() => score(40, 10)).toThrow(
    new Error(
      "disentanglement.higgins: factors[:, 0] must have at least 10 pairs of rows that share a level, " +
        "or a bin if it is continuous, in each half of the rows, got 9; " +
        "give more rows, or fewer pairs or bins",
    ),
  );
  // Eight values in 20 bins: every row is alone in its bin
  expect(() => score(8)).toThrow(
    new Error(
      "disentanglement.higgins: factors[:, 1] must have at least 1 pair of rows that share a level, " +
        "or a bin if it is continuous, in each half of the rows, got 0; give more rows, or fewer bins",
    ),
  );
});
