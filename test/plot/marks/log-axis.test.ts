import { parse, View } from "vega";
import { compile } from "vega-lite";
import { expect, test } from "vitest";
import { lineChart, varianceComparison } from "latent/plot";
import { ticks } from "../ticks";

const x = { title: "draws", unit: null, scale: "log" } as const;
const y = { title: "variance", unit: null, scale: "log" } as const;

function through(...points: readonly number[]) {
  return lineChart(
    points.map((at) => ({ x: at, y: at })),
    { x, y },
  );
}

test.each([
  ["a few tens", [2, 32], ["2", "5", "10", "20"]],
  ["one decade and its ends", [1, 10], ["1", "2", "5", "10"]],
  ["fractions", [0.03, 5], ["0.05", "0.1", "0.2", "0.5", "1", "2", "5"]],
  ["two powers and values on both sides", [0.25, 64], ["0.5", "1", "2", "5", "10", "20", "50"]],
  ["three powers", [0.004, 1], ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]],
  ["three powers that are too large for decimals", [3e5, 4e8], ["10⁶", "10⁷", "10⁸"]],
  ["thousands", [1, 10_000], ["1", "10", "100", "1,000", "10,000"]],
  ["millions and more: powers", [100, 1e7], ["10²", "10³", "10⁴", "10⁵", "10⁶", "10⁷"]],
  [
    "very small values: powers, not all of them",
    [1e-16, 10],
    ["10⁻¹⁵", "10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"],
  ],
  ["very small values within a decade", [1e-5, 5e-5], ["10⁻⁵", "2 · 10⁻⁵", "5 · 10⁻⁵"]],
])("labels have one format and are few: %s", async (_, points, labels) => {
  const figure = through(...points);
  expect(await ticks(figure, "X")).toEqual(labels);
  expect(await ticks(figure, "Y")).toEqual(labels);
});

test("an axis ends at its values, including bands and rules", async () => {
  const spec = lineChart(
    [
      { x: 2, y: 3, lower: 0.4, upper: 5 },
      { x: 40, y: 4, lower: 1, upper: 6 },
    ],
    { x, y, interval: "95 %", rules: [{ axis: "y", at: 70, label: "exact" }] },
  );
  const view = await new View(parse(compile(spec).spec), { renderer: "none" }).runAsync();
  const domain = (axis: "x" | "y") => (view.scale(axis) as { domain(): [number, number] }).domain();
  for (const [axis, low, high] of [
    ["x", 2, 40],
    ["y", 0.4, 70],
  ] as const) {
    const [first, last] = domain(axis);
    const margin = (high / low) ** 0.021; // a fiftieth of the axis at either end
    expect(first).toBeLessThan(low);
    expect(first * margin).toBeGreaterThan(low);
    expect(last).toBeGreaterThan(high);
    expect(last / margin).toBeLessThan(high);
  }
});

test("a single value and a narrow range have ticks", async () => {
  expect((await ticks(through(3))).length).toBeGreaterThanOrEqual(2);
  expect((await ticks(through(3, 3.2))).length).toBeGreaterThanOrEqual(2);
});

test("the panels of varianceComparison share their axes", async () => {
  const spec = varianceComparison(
    [
      { panel: "a", series: "pathwise", x: 1, exact: 0.5 },
      { panel: "b", series: "pathwise", x: 100, exact: 40 },
    ],
    { x, y },
  );
  expect(await ticks(spec, "X")).toEqual(["1", "2", "5", "10", "20", "50", "100"]);
  expect(await ticks(spec, "Y")).toEqual(["0.5", "1", "2", "5", "10", "20"]);
});
