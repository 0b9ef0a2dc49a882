import { expect, test } from "vitest";
import { type FigureSpec, varianceComparison, type VarianceRow } from "latent/plot";

const options = {
  x: { title: "draws", unit: null, scale: "log" },
  y: { title: "variance", unit: null },
  interval: "95 % over 1,000 estimates",
} as const;
const row: VarianceRow = { series: "pathwise", x: 1, measured: 2, lower: 1, upper: 3 };
function dataOf(spec: FigureSpec) {
  return (spec as unknown as { data: { values: readonly Readonly<Record<string, unknown>>[] } }).data.values;
}
function subtitleOf(spec: FigureSpec) {
  return (spec as unknown as { title: { text: string } }).title.text;
}

test("a line shows exact values if its series has any, and measured values otherwise", () => {
  const spec = varianceComparison(
    [row, { ...row, series: "score function", exact: 7 }, { series: "score function", x: 2, exact: 8 }],
    options,
  );
  expect(dataOf(spec).map(({ line, measured }) => [line, measured])).toEqual([
    [2, 2],
    [7, 2],
    [8, undefined],
  ]);
  expect(subtitleOf(spec)).toBe("Bars: 95 % over 1,000 estimates. Exact lines: score function.");
  expect(spec.description).toBe("variance against draws: pathwise, score function");
});

test("the subtitle says which lines are exact, if any", () => {
  expect(subtitleOf(varianceComparison([{ ...row, exact: 2 }], options))).toMatch(/ Lines: exact\.$/);
  expect(subtitleOf(varianceComparison([row], options))).not.toMatch(/exact/);
});

test("panels are in order of first occurrence", () => {
  const rows = ["b", "a"].map((panel) => ({ ...row, panel }));
  const spec = varianceComparison(rows, options);
  expect(spec).toMatchObject({ facet: { field: "panel", sort: ["b", "a"] }, columns: 2 });
});

test.each<[string, Partial<VarianceRow>[], string]>([
  ["no row", [], "rows must not be empty, got []; draw the figure once there are results"],
  [
    "no variance",
    [{ series: "a", x: 1 }],
    "rows[0] must have measured, exact, or both, got neither; add the variance",
  ],
  [
    "no interval",
    [{ series: "a", x: 1, measured: 2 }],
    "rows[0] must have lower and upper in addition to measured, got no interval; " +
      "a variance of samples is itself uncertain; add its interval",
  ],
  [
    "a variance of 0",
    [{ series: "a", x: 1, exact: 0 }],
    "rows[0].exact must be positive on a logarithmic axis, got 0; drop such rows, and say so in the subtitle",
  ],
  [
    "an x of 0 on a logarithmic axis",
    [{ ...row, x: 0 }],
    "rows[0].x must be positive on a logarithmic axis, got 0; drop such rows, and say so in the subtitle",
  ],
  [
    "an interval with lower > upper",
    [{ ...row, lower: 4 }],
    "rows[0] must have lower <= upper, got 4 > 3; swap the two ends",
  ],
  [
    "eight series",
    Array.from({ length: 8 }, (_, i) => ({ ...row, series: String(i) })),
    "the number of series must be at most 7, got 8; there are no more distinct colours; " +
      "draw several figures, or group them",
  ],
])("throws for %s", (_, rows, message) => {
  expect(() => varianceComparison(rows as VarianceRow[], options)).toThrow(
    new Error(`varianceComparison: ${message}`),
  );
});

test("throws if the intervals are not explained", () => {
  const { x, y } = options;
  expect(() => varianceComparison([row], { x, y })).toThrow(
    /options\.interval must say what lower and upper are/,
  );
});
