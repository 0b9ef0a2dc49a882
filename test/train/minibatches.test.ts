import fc from "fast-check";
import { minibatches, random, takeRows, tf } from "latent";
import { describe, expect, test } from "vitest";

describe("minibatches", () => {
  test("contains every row at most once, in full batches", () => {
    const sizes = fc
      .integer({ min: 1, max: 200 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })));
    fc.assert(
      fc.property(sizes, fc.nat(1000), ([n, batchSize], seed) => {
        const batches = minibatches(random.key(seed), n, batchSize);
        expect(batches).toHaveLength(Math.floor(n / batchSize));
        for (const rows of batches) expect(rows).toHaveLength(batchSize);
        const dealt = batches.flatMap((rows) => [...rows]);
        expect(new Set(dealt).size).toBe(dealt.length);
        expect(dealt.every((row) => row >= 0 && row < n)).toBe(true);
        expect(n - dealt.length).toBeLessThan(batchSize); // the remainder is left out
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("shuffles by the key: another key gives another order and another remainder", () => {
    const rowsOf = (seed: number): number[] =>
      minibatches(random.key(seed), 100, 30).flatMap((rows) => [...rows]);
    expect(rowsOf(1)).toEqual(rowsOf(1));
    expect(rowsOf(1)).not.toEqual(rowsOf(2));
    expect(rowsOf(1)).not.toEqual(rowsOf(1).sort((a, b) => a - b));
    const leftOut = (seed: number): number[] =>
      Array.from({ length: 100 }, (_, i) => i).filter((i) => !rowsOf(seed).includes(i));
    expect(leftOut(1)).not.toEqual(leftOut(2));
  });

  test("rejects a batch larger than the data, and an empty one", () => {
    expect(() => minibatches(random.key(0), 100, 128)).toThrow(
      "minibatches: batchSize must be at most 100, the number of rows, got 128",
    );
    expect(() => minibatches(random.key(0), 100, 0)).toThrow(
      "minibatches: batchSize must be a positive integer, got 0",
    );
  });
});

describe("takeRows", () => {
  test("returns the rows in the given order, for any rank", () => {
    tf.tidy(() => {
      const x = tf.tensor3d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 2, 2]);
      const rows = takeRows(x, Int32Array.of(2, 0, 2, 1));
      expect(rows).toHaveShape([4, 2, 2]);
      expect(rows).toBeNear([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7], {});
      expect(takeRows(tf.tensor1d([5, 6, 7], "int32"), Int32Array.of(1)).dtype).toBe("int32");
    });
  });

  test("leaves only its result", () => {
    const x = tf.zeros([5, 3]);
    expect(() => takeRows(x, Int32Array.of(4, 1))).toLeaveTensors(1);
    x.dispose();
  });
});
