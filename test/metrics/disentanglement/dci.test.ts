import { tf } from "latent";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";

const { dci } = disentanglement;
function table(rows: number, of: (i: number) => number[]): tf.Tensor2D {
  return tf.tensor2d(Array.from({ length: rows }, (_, i) => of(i)));
}

/**
 * 40 rows, 30 of them for training; in both parts the five levels are balanced, and independent of the parity
 * of i.
 */
const codes = table(40, (i) => [i % 5, 0]);

test("a level that does not occur in the training rows is left out of a choice's error", () => {
  const factors = table(40, (i) => [i % 5, i < 30 ? i % 2 : 2]);
  const { error } = dci(codes, factors, { alpha: 0.1, choices: [1] });
  // The error of the first factor is α. Levels 0 and 1 of the second have mean ½ and deviation ½ in the
  // training rows and are absent from the others, one deviation from the prediction of uninformative codes
  expect(error).toBeCloseTo((0.1 + 1) / 2, 9);
});

test("a factor that is constant in the held-out rows counts like any other", () => {
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
  // The codes are float32, with a relative rounding of 6e-8
  expect(silent?.disentanglement).toBeCloseTo(loud?.disentanglement ?? NaN, 6);
  expect(silent?.importance[0]?.[0]).toBeCloseTo(0.99, 6);
});

test("codes that stand twice, also with the other sign, share their importance", () => {
  const factors = table(40, (i) => [i % 5, i % 2]);
  const once = dci(factors, factors);
  const twice = dci(
    table(40, (i) => [i % 5, i % 2, -(i % 5), i % 2]),
    factors,
  );
  expect(once).toMatchObject({ disentanglement: 1, completeness: 1 });
  expect(twice.error).toBeCloseTo(once.error, 9);
  expect(twice.disentanglement).toBeCloseTo(1, 9);
  expect(twice.completeness).toBeCloseTo(1 - Math.log(2) / Math.log(4), 9); // two of four codes each
  const half = (once.importance[0]?.[0] ?? NaN) / 2;
  for (const [d, f] of [
    [0, 0],
    [1, 1],
    [2, 0],
    [3, 1],
  ] as const)
    expect(twice.importance[d]?.[f]).toBeCloseTo(half, 9);
});

test("rejects too few rows, and a factor that is constant in the training rows", () => {
  for (const n of [2, 3]) {
    const few = table(n, (i) => [i, -i]);
    expect(() => dci(few, few)).toThrow(
      new Error(
        `disentanglement.dci: codes must have at least 4 rows, 3 for training and 1 held out, ` +
          `got ${n}; draw more`,
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
        "disentanglement.dci: factors[:, 1] must vary in the training rows, the first 30 of 40, " +
          "got 7 in each; shuffle the rows of codes and factors together",
      ),
    );
});
