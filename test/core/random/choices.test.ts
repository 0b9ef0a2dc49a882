import { jit, random, tf } from "latent";
import { describe, expect, test } from "vitest";
import { chiSquare, chiSquareLimit, countEach } from "../../support/statistics";

const key = random.key(7);
const N = 30_000;

/** Expects each of n outcomes with its probability. */
function expectFrequencies(x: tf.Tensor, probabilities: readonly number[]): void {
  const counts = countEach(Array.from(x.dataSync()), probabilities.length);
  const expected = probabilities.map((p) => p * x.size);
  expect(chiSquare(counts, expected)).toBeLessThan(chiSquareLimit(probabilities.length - 1));
}

describe("randint", () => {
  test("draws each integer equally often, compiled the same", () => {
    const x = random.randint(key, [N], { min: -2, max: 5 });
    expect(x.dtype).toBe("int32");
    expectFrequencies(x.add(2), new Array<number>(7).fill(1 / 7));
    const compiled = jit((k: random.Key) => random.randint(k, [N], { min: -2, max: 5 }));
    expect(compiled(key)).toBeNear(x, {});
    compiled.dispose();
  });

  test.each([
    [0, 0],
    [0.5, 3],
    [0, 2 ** 24],
  ])("refuses the range %d … %d", (min, max) => {
    expect(() => random.randint(key, [2], { min, max })).toThrow(
      `random.randint: min and max must be integers with min < max and max - min <= 2^23, ` +
        `got min = ${min}, max = ${max}`,
    );
  });
});

describe("choice", () => {
  const weights = tf.tensor1d([1, 0, 3, 6]);

  test("draws indices by their weights, with replacement", () => {
    expectFrequencies(random.choice(key, 5, { count: N }), new Array<number>(5).fill(0.2));
    const drawn = random.choice(key, 4, { count: N, weights });
    expect(drawn.equal(1).any().dataSync()[0]).toBe(0);
    const kinds = tf.tensor1d([0, 0, 1, 2], "int32");
    expectFrequencies(tf.gather(kinds, drawn), [0.1, 0.3, 0.6]);
  });

  test("draws distinct indices without replacement, the first by the weights", () => {
    const first: number[] = [];
    for (const each of random.split(key, 2000)) {
      const drawn = random.choice(each, 4, { count: 3, replace: false, weights: weights.add(1) });
      expect(new Set(drawn.dataSync()).size).toBe(3);
      first.push(drawn.dataSync()[0] ?? NaN);
    }
    expectFrequencies(tf.tensor1d(first, "int32"), [2 / 14, 1 / 14, 4 / 14, 7 / 14]);
  });

  test("is the same compiled, and leaves one tensor", () => {
    const draw = (k: random.Key): tf.Tensor => random.choice(k, 6, { count: 4, replace: false });
    const compiled = jit(draw);
    expect(compiled(key)).toBeNear(draw(key), {});
    compiled.dispose();
    expect(() => draw(key)).toLeaveTensors(1);
  });

  test("refuses what cannot be drawn", () => {
    expect(() => random.choice(key, 3, { count: 4, replace: false })).toThrow(
      "random.choice: count must be at most n = 3 without replacement, got 4",
    );
    expect(() => random.choice(key, 3, { count: 1, weights })).toThrow(
      "random.choice: weights must be [n=3], got [4]",
    );
  });
});

test("permuteRows keeps rows together", () => {
  const x = tf.range(0, 12).reshape([6, 2]);
  const y = random.permuteRows(key, x);
  expect(y.slice([0, 1], [6, 1]).sub(y.slice([0, 0], [6, 1]))).toBeNear(1, {});
  expect(y.sum(0)).toBeNear(x.sum(0), {});
  expect(y).not.toBeNear(x, { abs: 0.5 });
});

test("draws refuse sizes and ends that make no sense", () => {
  expect(() => random.normal(key, [-1])).toThrow(
    "random.normal: the shape must have non-negative integers, got [-1]",
  );
  expect(() => random.uniform(key, [2.5])).toThrow(
    "random.uniform: the shape must have non-negative integers",
  );
  expect(() => random.uniform(key, [2], { min: 0, max: Infinity })).toThrow(
    "random.uniform: min and max must be finite with min < max, got min = 0, max = Infinity",
  );
});

describe("a stream", () => {
  test("depends only on its key and its calls", () => {
    const draw = (): number[] => {
      const s = random.stream(key);
      return Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? s.uniform() : s.normal()));
    };
    expect(draw()).toEqual(draw());
    expect(new Set(draw()).size).toBe(600);
    expect(random.stream(random.key(8)).uniform()).not.toBe(random.stream(key).uniform());
  });

  test("has the moments and frequencies of its distributions", () => {
    const s = random.stream(key);
    const of = (f: () => number): tf.Tensor => tf.tensor1d(Array.from({ length: N }, f));
    const normals = of(() => s.normal(2, 3));
    expect(normals.mean()).toBeWithinStandardErrors(2, 3 / Math.sqrt(N));
    expect(normals.sub(2).square().mean()).toBeWithinStandardErrors(9, 9 * Math.sqrt(2 / N));
    const uniforms = of(() => s.uniform(-1, 1));
    expect(uniforms.mean()).toBeWithinStandardErrors(0, Math.sqrt(1 / 3 / N));
    expect(uniforms.max().dataSync()[0]).toBeLessThan(1);
    expectFrequencies(
      of(() => s.integer(6)),
      new Array<number>(6).fill(1 / 6),
    );
    expectFrequencies(
      of(() => ["a", "b", "c"].indexOf(s.choice(["a", "b", "c"]))),
      [1 / 3, 1 / 3, 1 / 3],
    );
  });

  test("refuses to choose from nothing", () => {
    expect(() => random.stream(key).choice([])).toThrow("random.stream: choice needs at least one item");
    expect(() => random.stream(key).integer(0)).toThrow("random.stream: n must be a positive integer, got 0");
  });
});
