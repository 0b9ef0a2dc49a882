import { jit, random, tf } from "latent";
import { describe, expect, test } from "vitest";

const SHAPES = [[], [1], [2], [7], [3, 5], [2, 3, 4], [1023], [1024], [0], [65_537]];

/** Seeds whose keys have zero words, words with the sign bit set, and two nonzero words. */
const SEEDS = [0, 1, 42, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];

describe.each(["xla", "graph"] as const)("a key in a function compiled with %s", (compiler) => {
  test("draws the same uniform numbers as the JavaScript generator, bit by bit", () => {
    for (const shape of SHAPES) {
      const draw = jit((key: random.Key) => random.uniform(key, shape), { compiler });
      for (const seed of SEEDS) {
        const drawn = draw(random.key(seed));
        expect(drawn).toHaveShape(shape);
        expect(drawn).toBeNear(random.uniform(random.key(seed), shape), {});
      }
      draw.dispose();
    }
  });

  test("draws the same normal numbers up to rounding in float32", () => {
    // Ten operations with a relative error of 6e-8 each; the smallest numbers differ by at most one rounding
    // of 2u − 1.
    for (const shape of SHAPES) {
      const draw = jit((key: random.Key) => random.normal(key, shape), { compiler });
      for (const seed of SEEDS)
        expect(draw(random.key(seed))).toBeNear(random.normal(random.key(seed), shape), { rel: 6e-7 });
      draw.dispose();
    }
  });

  test("splits and folds into the same keys", () => {
    const family = jit(
      (key: random.Key, i: tf.Tensor) => ({
        two: random.split(key),
        five: random.split(key, 5),
        folded: [0, 7, 2 ** 31 + 5, 2 ** 32 - 1].map((index) => random.fold(key, index)),
        counted: random.fold(key, i),
        constant: random.fold(random.key(99), i),
      }),
      { compiler },
    );
    for (const seed of SEEDS) {
      const key = random.key(seed);
      const { two, five, folded, counted, constant } = family(key, tf.scalar(12, "int32"));
      const words = (keys: readonly random.Key[]): number[] =>
        keys.flatMap(({ words }) => Array.from(words instanceof Int32Array ? words : words.dataSync()));
      expect(words(two)).toEqual(words(random.split(key)));
      expect(words(five)).toEqual(words(random.split(key, 5)));
      expect(words(folded)).toEqual(words([0, 7, 2 ** 31 + 5, 2 ** 32 - 1].map((i) => random.fold(key, i))));
      expect(words([counted, constant])).toEqual(
        words([random.fold(key, 12), random.fold(random.key(99), 12)]),
      );
    }
    family.dispose();
  });

  test("draws from [min, max)", () => {
    const draw = jit((key: random.Key) => random.uniform(key, [1000], { min: -3, max: 5 }), { compiler });
    const expected = random.uniform(random.key(2), [1000], { min: -3, max: 5 });
    expect(draw(random.key(2))).toBeNear(expected, { abs: 1e-6 });
  });

  test("draws the far tails with the same relative error", () => {
    const n = 200_000;
    const draw = jit((key: random.Key) => random.normal(key, [n]), { compiler });
    const drawn = draw(random.key(6)).dataSync<"float32">();
    const expected = random.normal(random.key(6), [n]).dataSync<"float32">();
    const errors = expected.map((x, i) => Math.abs(((drawn[i] ?? NaN) - x) / x));
    const worst = errors.reduce((most, error) => Math.max(most, error), 0);
    expect(worst).toBeLessThan(6e-7);
  });
});

test("a key returned by a compiled function can be used like any other", () => {
  const [next] = jit((key: random.Key) => random.split(key))(random.key(1));
  const [expected] = random.split(random.key(1));
  expect(random.normal(next, [5])).toBeNear(random.normal(expected, [5]), {});
  expect(Array.from(random.permutation(next, 9))).toEqual(Array.from(random.permutation(expected, 9)));
});
