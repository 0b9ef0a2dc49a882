import { tf } from "latent";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";

const { dci } = disentanglement;
const table = (rows: number, of: (i: number) => number[]): tf.Tensor2D =>
  tf.tensor2d(Array.from({ length: rows }, (_, i) => of(i)));

/** 40 rows, of which 30 fit; in either part the five levels are as frequent, and do not depend on whether i is even. */
const codes = table(40, (i) => [i % 5, 0]);

test("a level that no fitting row has is left out of a choice's error", () => {
  const factors = table(40, (i) => [i % 5, i < 30 ? i % 2 : 2]);
  const { error } = dci(codes, factors, { alpha: 0.1, choices: [1] });
  // the first factor leaves α; of the second, levels 0 and 1 have mean ½ and deviation ½ where they fit and are absent in the others,
  // one deviation from what codes that know nothing of them tell
  expect(error).toBeCloseTo((0.1 + 1) / 2, 9);
});

test("a factor that is constant in the held-out rows is told as any other", () => {
  const factors = table(40, (i) => [i % 5, i < 30 ? i % 2 : 1]);
  expect(dci(codes, factors, { alpha: 0.1 }).error).toBeCloseTo((0.1 + 1) / 2, 9);
});

test("does not depend on the scale of a code", () => {
  const factors = table(40, (i) => [i % 5, i % 2]);
  const [loud, silent] = [1, 1e-3].map((scale) =>
    dci(
      table(40, (i) => [scale * (i % 5), i % 2]),
      factors,
    ),
  );
  // the codes are float32 numbers, whose last bit is 6e-8 of them
  expect(silent?.disentanglement).toBeCloseTo(loud?.disentanglement ?? NaN, 6);
  expect(silent?.importance[0]?.[0]).toBeCloseTo(0.99, 6);
});

test("refuses rows that cannot fit or be told", () => {
  for (const n of [2, 3]) {
    const few = table(n, (i) => [i, -i]);
    expect(() => dci(few, few)).toThrow(
      new Error(
        `disentanglement.dci: codes must have at least 4 rows, three to fit and one to tell, got ${n}; draw more`,
      ),
    );
  }
  const four = table(4, (i) => [i, i * i]);
  expect(dci(four, four).error).toBeGreaterThan(0);
  for (const choices of [[], [1]])
    expect(() =>
      dci(
        codes,
        table(40, (i) => [i % 5, i < 30 ? 7 : i % 2]),
        { choices },
      ),
    ).toThrow(
      new Error(
        "disentanglement.dci: factors[:, 1] must vary in the first 30 of the 40 rows, which fit, got 7 in each of them; " +
          "shuffle the rows of codes and factors alike",
      ),
    );
});
