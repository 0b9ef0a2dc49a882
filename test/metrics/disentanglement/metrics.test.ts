import { random, tf } from "latent";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";

const { dci, higgins, mig } = disentanglement;

/** Every pair of the levels −2 … 2 equally often, also among the first three quarters: 400 rows. */
const grid = Array.from({ length: 400 }, (_, i): [number, number] => [
  (i % 5) - 2,
  (Math.floor(i / 5) % 5) - 2,
]);
const factors = tf.tensor2d(grid);
const perfect = tf.tensor2d(grid.map(([a, b]) => [3 * b, -a]));
const turned = tf.tensor2d(grid.map(([a, b]) => [(a + b) * Math.SQRT1_2, (a - b) * Math.SQRT1_2]));

test("codes that are the factors, permuted and scaled, are perfect", () => {
  expect(mig(perfect, factors).mig).toBeCloseTo(1, 12);
  const { disentanglement: d, completeness, error, importance } = dci(perfect, factors, { alpha: 0.05 });
  expect([d, completeness]).toEqual([1, 1]);
  // For orthogonal columns of variance 1, the lasso shrinks the weight 1 by α, with a residual of α standard
  // deviations
  expect(error).toBeCloseTo(0.05, 6);
  expect(importance[1]?.[0]).toBeCloseTo(0.95, 6);
  expect(higgins(perfect, factors, random.key(1), { points: 200 })).toBe(1);
});

test("codes rotated by 45° are equally informative about both factors", () => {
  // a + b and a − b have the same distribution given a and given b, on a grid that is symmetric in both
  expect(mig(turned, factors).mig).toBeCloseTo(0, 12);
  const { disentanglement: d, completeness, error, importance } = dci(turned, factors, { alpha: 0.05 });
  expect(d).toBeCloseTo(0, 9);
  expect(completeness).toBeCloseTo(0, 9);
  // Each weight is 1/√2 − α: the residual is √2 α for each standardized factor
  expect(error).toBeCloseTo(0.05 * Math.SQRT2, 6);
  importance.flat().forEach((weight) => expect(weight).toBeCloseTo(Math.SQRT1_2 - 0.05, 6));
});

test("noise is uninformative", () => {
  const n = 4000;
  const bins = 10;
  const noise = random.normal(random.key(3), [n, 3]);
  const other = random.uniform(random.key(4), [n, 2]);
  const { gaps, information } = mig(noise, other, { bins });
  // 2 n I ~ χ² with at most k = (bins − 1)² degrees of freedom, mean k and variance 2 k: I < (k + 6 √(2k)) /
  // 2n
  const k = (bins - 1) ** 2;
  const most = (k + 6 * Math.sqrt(2 * k)) / (2 * n);
  information.flat().forEach((value) => expect(value).toBeLessThan(most));
  // The entropy of a uniform factor in ten bins is log 10, minus the same small bias
  gaps.forEach((gap) => expect(gap).toBeLessThan(most / (Math.log(bins) - most)));
  // A weight is a correlation over 3,000 rows, shrunk by α: 0.11 is above six standard errors of 1/√3000 =
  // 0.018
  expect(() => dci(noise, other, { alpha: 0.11 })).toThrow(
    new Error(
      "disentanglement.dci: all weights are 0 at alpha = 0.11; lower alpha, unless the codes are noise",
    ),
  );
});

test("a factor in two equal codes is disentangled but not complete", () => {
  const doubled = tf.tensor2d(grid.map(([a, b]) => [a, b, b]));
  expect(mig(doubled, factors).gaps).toEqual([expect.closeTo(1, 12), expect.closeTo(0, 12)]);
  const mixed = tf.tensor2d(grid.map(([a, b]) => [a + b, 0]));
  // One code that is equally important for both factors: no disentanglement, full completeness
  const { disentanglement: d, completeness } = dci(mixed, factors);
  expect(d).toBeCloseTo(0, 9);
  expect(completeness).toBe(1);
});

test("are pure functions that leave no tensor", () => {
  expect(() => [mig(turned, factors), dci(turned, factors)]).toLeaveTensors(0);
  const few = { points: 20, pairs: 4 };
  expect(higgins(turned, factors, random.key(6), few)).toBe(higgins(turned, factors, random.key(6), few));
  expect(() => higgins(turned, factors, random.key(6), few)).toLeaveTensors(0);
});

test("name the argument that does not fit", () => {
  expect(() => mig(perfect, tf.zeros([3, 2]))).toThrow(
    new Error(
      "disentanglement.mig: factors must be [n=400, F], got [3, 2]; give one row of factors per row of codes",
    ),
  );
  expect(() => dci(perfect, tf.zeros([400, 2]))).toThrow(
    new Error("disentanglement.dci: factors[:, 0] must vary, got 0 in every row; leave it out"),
  );
  expect(() => mig(tf.zeros([400, 1]), factors)).toThrow(
    new Error("disentanglement.mig: codes must have at least 2 columns, got 1"),
  );
  expect(() => mig(tf.fill([400, 2], NaN), factors)).toThrow(
    new Error("disentanglement.mig: codes must be finite, got NaN in row 0"),
  );
  expect(() => mig(perfect, factors, { bins: 1 })).toThrow(
    new Error("disentanglement.mig: bins must be an integer >= 2, got 1"),
  );
  expect(() => higgins(perfect, factors, random.key(1), { pairs: 0 })).toThrow(
    new Error("disentanglement.higgins: pairs must be a positive integer, got 0"),
  );
  expect(() => dci(perfect, factors, { alpha: 0 })).toThrow(
    new Error("disentanglement.dci: alpha must be a positive finite number, got 0"),
  );
  expect(() => dci(perfect, factors, { choices: [2] })).toThrow(
    new Error("disentanglement.dci: choices must be columns from 0 to 1, got 2"),
  );
});
