import { random, tf } from "latent";
import { disentanglement } from "latent/metrics";
import { afterEach, expect, test, vi } from "vitest";
import { standardized } from "../../../lib/metrics/disentanglement/codes-and-factors";
import { lasso, meanProduct, TOLERANCE } from "../../../lib/metrics/disentanglement/lasso";
import { fixture } from "../../support/fixtures";

interface Alike {
  readonly x: number[][];
  readonly y: number[];
  readonly alpha: number;
  readonly weights: number[];
}

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => void warnings.mockClear());

/** The lasso of columns; `dci` calls it with their products. */
function fit(x: readonly Float64Array[], y: Float64Array, alpha: number): ReturnType<typeof lasso> {
  return lasso(
    x.map((a) => Float64Array.from(x, (b) => meanProduct(a, b))),
    Float64Array.from(x, (a) => meanProduct(a, y)),
    alpha,
  );
}

test("agrees with scikit-learn for codes that are almost equal", () => {
  const { x, y, alpha, weights } = (fixture("disentanglement") as { alike: Alike }).alike;
  const columns = weights.map((_, d) => Float64Array.from(x, (row) => row[d] ?? NaN));
  const ours = fit(columns, Float64Array.from(y), alpha);
  // The least eigenvalue of XᵀX / n is about 0.03² / 2: conditions within 1e-10 determine the weights to
  // 1e-10 / 4e-4
  weights.forEach((weight, d) => expect(ours.weights[d]).toBeCloseTo(weight, 6));
});

test.each([0.3, 0.03, 0.003])("meets the optimality conditions for codes that differ by %d", (share) => {
  const n = 300;
  const draws = Array.from({ length: 5 }, (_, d) => random.normal(random.key(d), [n]).dataSync());
  const near = draws[0]?.map((value, i) => value + share * (draws[1]?.[i] ?? NaN)) ?? [];
  const x = [near, ...draws].map((column) => standardized(Float64Array.from(column)));
  const y = standardized(
    Float64Array.from(near, (_, i) => (draws[1]?.[i] ?? NaN) - 0.3 * (draws[2]?.[i] ?? NaN)),
  );
  const alpha = 0.05 * share;
  const { weights, violation } = fit(x, y, alpha);
  expect(violation).toBeLessThanOrEqual(TOLERANCE);
  const residual = y.map((value, i) =>
    x.reduce((rest, column, d) => rest - (weights[d] ?? 0) * (column[i] ?? 0), value),
  );
  x.forEach((column, d) => {
    const [g, w] = [meanProduct(column, residual), weights[d] ?? NaN];
    const off = w === 0 ? Math.max(0, Math.abs(g) - alpha) : Math.abs(g - alpha * Math.sign(w));
    // The residual is rounded by at most 300 · 2⁻⁵³ · 100, where weights of up to a hundred cancel
    expect(off).toBeLessThan(TOLERANCE + 4e-12);
  });
});

test("a constant column has the weight 0", () => {
  // 0.1 has no finite binary representation, and the mean of 300 of them is another number
  const column = standardized(new Float64Array(300).fill(0.1));
  expect(column.every((value) => value === 0)).toBe(true);
  const other = standardized(Float64Array.from({ length: 300 }, (_, i) => i % 7));
  expect(Array.from(fit([column, other], other, 0.25).weights)).toEqual([0, expect.closeTo(0.75, 9)]);
});

test("dci warns if the descent does not converge", () => {
  const n = 200;
  const [first, second, third] = [1, 2, 3].map((seed) => random.normal(random.key(seed), [n])) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  // Two codes that differ by a thousandth of a percent, and a factor that is their difference
  const codes = tf.stack([first, first.add(second.mul(1e-5)), third], 1);
  const factors = tf.stack([third, second], 1);
  disentanglement.dci(codes, factors, { alpha: 1e-7 });
  expect(warnings).toHaveBeenCalledTimes(1);
  expect(warnings.mock.lastCall?.[0]).toMatch(
    new RegExp(
      String.raw`^disentanglement\.dci: the lasso of factors\[:, 1\] did not converge; ` +
        String.raw`its optimality conditions must hold within 1e-10, got [\d.e-]+; ` +
        "some codes are almost equal: leave one out, or raise alpha$",
    ),
  );
});
