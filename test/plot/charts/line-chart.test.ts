import { expect, test } from "vitest";
import { lineChart, type LineRow } from "latent/plot";
import { outline } from "../outline";
import { ticks } from "../ticks";

const x = { title: "samples", unit: null };
const y = { title: "ELBO", unit: "nats" };

test("axis titles contain the units", () => {
  const text = JSON.stringify(lineChart([{ x: 1, y: 2 }], { x, y }));
  expect(text).toContain('"title":"samples"');
  expect(text).toContain('"title":"ELBO (nats)"');
});

test("an axis without a unit is a type error", () => {
  // @ts-expect-error: unit is missing
  lineChart([{ x: 1, y: 2 }], { x: { title: "samples" }, y });
});

test("marks the rows of lines of up to 25 rows, or on request", () => {
  const line = (n: number) => Array.from({ length: n }, (_, i) => ({ x: i, y: i }));
  expect(String(outline(lineChart(line(25), { x, y })))).toContain("point(");
  expect(String(outline(lineChart(line(26), { x, y })))).not.toContain("point(");
  expect(String(outline(lineChart(line(26), { x, y, points: true })))).toContain("point(");
});

test("has ticks at integers only if all x are integers", async () => {
  const through = (xs: readonly number[]) =>
    lineChart(
      xs.map((at) => ({ x: at, y: at })),
      { x, y },
    );
  expect(await ticks(through([1, 2, 3]))).toEqual(["1", "2", "3"]);
  expect(await ticks(through([1, 2.5, 3]))).toContain("1.4");
});

test.each<[LineRow[], string]>([
  [[], "lineChart: rows must not be empty, got []; draw the figure once there are results"],
  [
    [{ x: 1, y: NaN }],
    "lineChart: rows[0].y must be finite, got NaN; drop such rows, or find where the computation diverged",
  ],
  [
    [{ x: 1, y: 0 }],
    'lineChart: rows[0].y must be positive on a logarithmic axis, got 0; use scale: "linear"',
  ],
  [
    [{ x: 1, y: 1, lower: 0, upper: 2 }],
    'lineChart: rows[0].lower must be positive on a logarithmic axis, got 0; use scale: "linear"',
  ],
  [
    Array.from({ length: 8 }, (_, i) => ({ x: 1, y: 1, series: `s${i}` })),
    "lineChart: the number of series must be at most 7, got 8; there are no more distinct colours; " +
      "draw several figures, or group them",
  ],
])("throws for invalid rows %#", (rows, message) => {
  expect(() => lineChart(rows, { x, y: { ...y, scale: "log" }, interval: "95 %" })).toThrow(
    new Error(message),
  );
});

test("throws for a rule at 0 on a logarithmic axis", () => {
  const draw = (axis: "x" | "y") =>
    lineChart([{ x: 1, y: 1 }], { x, y: { ...y, scale: "log" }, rules: [{ axis, at: 0, label: "zero" }] });
  expect(() => draw("y")).toThrow(
    new Error('lineChart: rules[0].at must be positive on a logarithmic axis, got 0; use scale: "linear"'),
  );
  expect(() => draw("x")).not.toThrow();
});

test("points of a narrow range far from zero stay apart", () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ x: 1.7e9 + i, y: 5 + i * 1e-7 }));
  const { data } = lineChart(rows, { x, y }) as unknown as { data: { values: { x: number; y: number }[] } };
  expect(new Set(data.values.map((row) => row.x)).size).toBe(60);
  expect(new Set(data.values.map((row) => row.y)).size).toBe(60);
});

test("a rule stands where its value is, in a narrow range far from zero", () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ x: i, y: 5 + i * 1e-7 }));
  const at = 5 + 30.5e-7;
  const { layer } = lineChart(rows, { x, y, rules: [{ axis: "y", at, label: "exact" }] }) as unknown as {
    layer: { data?: { values: { at: number }[] } }[];
  };
  const positions = layer.flatMap(({ data }) => data?.values ?? []).map((rule) => rule.at);
  expect(positions).toHaveLength(2); // the line and its label
  positions.forEach((position) => {
    expect(Math.abs(position - at)).toBeLessThan(1e-9);
  });
});
