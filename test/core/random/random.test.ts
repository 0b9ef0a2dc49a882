import { jit, type Key, random, tf } from "latent";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { chiSquare, chiSquareLimit, countEach, kolmogorov, KOLMOGOROV_LIMIT } from "../../support/statistics";

interface JaxCase {
  seed: number;
  words: number[];
  split2: number[][];
  split5: number[][];
  fold: Record<string, number[]>;
  bits: number[];
  uniform: number[];
  normal: number[];
}

const jax = fixture("random_numbers") as {
  cases: JaxCase[];
  tails: { seed: number; n: number; places: number[]; normal: number[] };
};

function words(key: random.Key): number[] {
  return Array.from(key.words as Int32Array);
}

describe.each(jax.cases)("the key of seed $seed", (jaxCase) => {
  const key = random.key(jaxCase.seed);

  test("has the words and the children of JAX's key", () => {
    expect(words(key)).toEqual(jaxCase.words);
    expect(random.split(key).map(words)).toEqual(jaxCase.split2);
    expect(random.split(key, 5).map(words)).toEqual(jaxCase.split5);
    for (const [index, expected] of Object.entries(jaxCase.fold))
      expect(words(random.fold(key, Number(index)))).toEqual(expected);
  });

  test("draws JAX's bits and uniform numbers, and its normal numbers up to rounding", () => {
    expect(Array.from(random.bits(key, 11))).toEqual(jaxCase.bits);
    expect(random.uniform(key, [7])).toBeNear(jaxCase.uniform, {});
    expect(random.normal(key, [13])).toBeNear(jaxCase.normal, { rel: 2e-6 });
  });
});

test("the most extreme of a million normal draws agree with JAX", () => {
  const { seed, n, places, normal } = jax.tails;
  const draws = random.normal(random.key(seed), [n]).dataSync();
  const far = places.map((place) => draws[place] ?? NaN);
  expect(far).toBeNear(normal, { rel: 2e-6 });
});

describe("uniform", () => {
  test("stays below max where float32 would round up to it", () => {
    const ends = { min: 1000, max: 1001 }; // a draw above 1 − 2⁻¹⁵ rounds up, about 30 of a million
    const draws = random.uniform(random.key(3), [1_000_000], ends);
    const compiled = jit((key: Key) => random.uniform(key, [1_000_000], ends));
    for (const x of [draws, compiled(random.key(3))]) {
      expect(x.min().dataSync()[0]).toBeGreaterThanOrEqual(1000);
      expect(x.max().dataSync()[0]).toBe(1001 - 2 ** -14); // the largest float32 below 1001
      x.dispose();
    }
    compiled.dispose();
  });

  test("is uniform over 256 bins, by its high and by its low bits", () => {
    const n = 2 ** 18;
    const grid = Array.from(random.uniform(random.key(1), [n]).dataSync(), (u) => u * 2 ** 23);
    for (const bin of [(k: number) => Math.floor(k / 2 ** 15), (k: number) => k % 256]) {
      const counts = countEach(grid.map(bin), 256);
      expect(chiSquare(counts, new Array<number>(256).fill(n / 256))).toBeLessThan(chiSquareLimit(255));
    }
  });

  test("lies in [min, max)", () => {
    const draws = random.uniform(random.key(2), [5, 7], { min: -3, max: 2 });
    expect(draws).toHaveShape([5, 7]);
    expect(draws).toBeNear(random.uniform(random.key(2), [5, 7]).mul(5).sub(3), { abs: 1e-6 });
  });

  test("throws if min is not below max", () => {
    expect(() => random.uniform(random.key(0), [2], { min: 1, max: 1 })).toThrow(
      "random.uniform: min and max must be finite with min < max, got min = 1, max = 1",
    );
  });
});

test("normal draws follow the normal distribution", () => {
  const draws = random.normal(random.key(3), [50_000]).dataSync();
  // 1 − Q(x) with an error below 7.5e-8 (Abramowitz & Stegun 26.2.17)
  const coefficients = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const upperTail = (x: number): number => {
    const t = 1 / (1 + 0.2316419 * x);
    const series = coefficients.reduceRight((sum, c) => (sum + c) * t, 0);
    return (series * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  };
  const cdf = (x: number): number => (x < 0 ? upperTail(-x) : 1 - upperTail(x));
  expect(kolmogorov(draws, cdf)).toBeLessThan(KOLMOGOROV_LIMIT);
});

test("each draw depends only on the key and its position, not on the number of draws", () => {
  const key = random.key(4);
  for (const draw of [random.uniform, random.normal])
    expect(draw(key, [11])).toBeNear(draw(key, [3, 101]).flatten().slice([0], [11]), {});
});

describe("permutation", () => {
  test("contains each integer once", () => {
    const order = random.permutation(random.key(5), 1009);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 1009 }, (_, i) => i));
    expect(Array.from(random.permutation(random.key(5), 0))).toEqual([]);
  });

  test("returns the 24 orders of four integers equally often", () => {
    const keys = random.split(random.key(6), 4800);
    const orders = keys.map((key) => random.permutation(key, 4).join(""));
    const kinds = [...new Set(orders)];
    expect(kinds).toHaveLength(24);
    const counts = countEach(
      orders.map((order) => kinds.indexOf(order)),
      24,
    );
    expect(chiSquare(counts, new Array<number>(24).fill(200))).toBeLessThan(chiSquareLimit(23));
  });

  test("throws if n is not a non-negative integer", () => {
    expect(() => random.permutation(random.key(0), 2.5)).toThrow(
      "random.permutation: n must be a non-negative integer, got 2.5",
    );
  });
});

describe("the children of a key", () => {
  const parent = random.key(8);

  test.each([
    ["two children", random.split(parent)],
    ["a child and its parent", [random.fold(parent, 0), parent]],
    ["neighbours in a family", [random.fold(parent, 1000), random.fold(parent, 1001)]],
    ["keys of neighbouring seeds", [random.key(100), random.key(101)]],
  ])("draw independently: pairs from %s are uniform over an 8 × 8 grid", (_, keys) => {
    const n = 2 ** 15;
    const [a, b] = keys.map((key) => random.uniform(key, [n]).dataSync());
    const cells = Array.from(
      { length: n },
      (_, i) => Math.floor((a?.[i] ?? NaN) * 8) * 8 + Math.floor((b?.[i] ?? NaN) * 8),
    );
    const counts = countEach(cells, 64);
    expect(chiSquare(counts, new Array<number>(64).fill(n / 64))).toBeLessThan(chiSquareLimit(63));
  });

  test("differ from each other and from the parent, 10,000 of them", () => {
    const family = [parent, ...random.split(parent, 10_000)].map((key) => words(key).join());
    expect(new Set(family).size).toBe(10_001);
  });
});

test("a key may have its words in a tensor", () => {
  const key = random.key(2 ** 32 + 9);
  const tensorKey = { words: tf.tensor1d(key.words as Int32Array, "int32") };
  expect(random.normal(tensorKey, [5])).toBeNear(random.normal(key, [5]), {});
  expect(random.split(tensorKey).map(words)).toEqual(random.split(key).map(words));
});

test("draws leave one tensor each", () => {
  expect(() => random.uniform(random.key(1), [2, 3])).toLeaveTensors(1);
  expect(() => random.normal(random.key(1), [2, 3])).toLeaveTensors(1);
});

test("invalid arguments are named", () => {
  for (const seed of [-1, 0.5, 2 ** 53, NaN])
    expect(() => random.key(seed)).toThrow(
      `random.key: seed must be an integer from 0 to 2^53 - 1, got ${seed}`,
    );
  expect(() => random.split(random.key(0), 0)).toThrow("random.split: n must be a positive integer, got 0");
  expect(() => random.fold(random.key(0), -1)).toThrow(
    "random.fold: index must be an integer from 0 to 2^32 - 1, got -1",
  );
  const seed = 3 as unknown as random.Key;
  expect(() => random.normal(seed, [2])).toThrow(
    "random.bits: the first argument must be a Key; make one with random.key(seed)",
  );
});
