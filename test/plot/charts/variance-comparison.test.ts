import { expect, test } from "vitest";
import { type FigureSpec, varianceComparison, type VarianceRow } from "latent/plot";

const options = {
  x: { title: "draws", unit: null, scale: "log" },
  y: { title: "variance", unit: null },
  interval: "95 % over 1,000 estimates",
} as const;
const row: VarianceRow = { series: "pathwise", x: 1, measured: 2, lower: 1, upper: 3 };
const dataOf = (spec: FigureSpec) =>
  (spec as unknown as { data: { values: readonly Readonly<Record<string, unknown>>[] } }).data.values;
const subtitleOf = (spec: FigureSpec) => (spec as unknown as { title: { text: string } }).title.text;

test("the line of a series is exact where any of its rows is, and goes through the measured values elsewhere", () => {
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

test("says that lines are exact where all are, and nothing where none is", () => {
  expect(subtitleOf(varianceComparison([{ ...row, exact: 2 }], options))).toMatch(/ Lines: exact\.$/);
  expect(subtitleOf(varianceComparison([row], options))).not.toMatch(/exact/);
});

test("panels stand beside each other in the order in which they come", () => {
  const spec = varianceComparison([{ ...row, panel: "b" }, { ...row, panel: "a" }], options); // prettier-ignore
  expect(spec).toMatchObject({ facet: { field: "panel", sort: ["b", "a"] }, columns: 2 });
});

test.each<[string, Partial<VarianceRow>[], string]>([
  ["no row", [], "rows must be not empty, got 0 entries; draw the figure after the first result"],
  [
    "no variance",
    [{ series: "a", x: 1 }],
    "rows[0] must be with measured, exact, or both, got neither; give the variance",
  ],
  [
    "no interval",
    [{ series: "a", x: 1, measured: 2 }],
    "rows[0] must be with lower and upper beside measured, got no interval; a variance from draws is itself random: say by how much",
  ],
  [
    "a variance of 0",
    [{ series: "a", x: 1, exact: 0 }],
    "rows[0].exact must be > 0 on a logarithmic axis, got 0; leave such rows out, and say so",
  ],
  [
    "an x of 0 on a logarithmic axis",
    [{ ...row, x: 0 }],
    "rows[0].x must be > 0 on a logarithmic axis, got 0; leave such rows out, and say so",
  ],
  [
    "an interval upside down",
    [{ ...row, lower: 4 }],
    "rows[0] must be an interval with lower <= upper, got 4 > 3; exchange the two ends",
  ],
  [
    "eight series",
    Array.from({ length: 8 }, (_, i) => ({ ...row, series: String(i) })),
    "the number of series must be at most 7, got 8; colours run out; draw several figures, or group them",
  ],
])("refuses %s", (_, rows, message) => {
  expect(() => varianceComparison(rows as VarianceRow[], options)).toThrow(
    new Error(`varianceComparison: ${message}`),
  );
});

test("asks what the intervals are", () => {
  const { x, y } = options;
  expect(() => varianceComparison([row], { x, y })).toThrow(/options\.interval must be the meaning/);
});
