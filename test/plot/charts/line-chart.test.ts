import { expect, test } from "vitest";
import { lineChart, type LineRow } from "latent/plot";
import { outline } from "../outline";
import { ticks } from "../ticks";

const x = { title: "samples", unit: null };
const y = { title: "ELBO", unit: "nats" };

test("axes are titled with their units", () => {
  const text = JSON.stringify(lineChart([{ x: 1, y: 2 }], { x, y }));
  expect(text).toContain('"title":"samples"');
  expect(text).toContain('"title":"ELBO (nats)"');
});

test("an axis without a word on its unit is refused by the compiler", () => {
  // @ts-expect-error: unit is missing
  lineChart([{ x: 1, y: 2 }], { x: { title: "samples" }, y });
});

test("few points are marked, many are not, unless asked for", () => {
  const line = (n: number) => Array.from({ length: n }, (_, i) => ({ x: i, y: i }));
  expect(String(outline(lineChart(line(25), { x, y })))).toContain("point(");
  expect(String(outline(lineChart(line(26), { x, y })))).not.toContain("point(");
  expect(String(outline(lineChart(line(26), { x, y, points: true })))).toContain("point(");
});

test("between whole numbers there are no ticks, between others there are", async () => {
  const through = (xs: readonly number[]) =>
    lineChart(
      xs.map((at) => ({ x: at, y: at })),
      { x, y },
    );
  expect(await ticks(through([1, 2, 3]))).toEqual(["1", "2", "3"]);
  expect(await ticks(through([1, 2.5, 3]))).toContain("1.4");
});

test.each<[LineRow[], string]>([
  [[], "lineChart: rows must be not empty, got 0 entries; draw the figure after the first result"],
  [
    [{ x: 1, y: NaN }],
    "lineChart: rows[0].y must be a finite number, got NaN; leave such rows out, or find where the computation diverged",
  ],
  [[{ x: 1, y: 0 }], 'lineChart: rows[0].y must be > 0 on a logarithmic axis, got 0; use scale: "linear"'],
  [
    [{ x: 1, y: 1, lower: 0, upper: 2 }],
    'lineChart: rows[0].lower must be > 0 on a logarithmic axis, got 0; use scale: "linear"',
  ],
  [
    Array.from({ length: 8 }, (_, i) => ({ x: 1, y: 1, series: `s${i}` })),
    "lineChart: the number of series must be at most 7, got 8; colours run out; draw several figures, or group them",
  ],
])("refuses %#", (rows, message) => {
  expect(() => lineChart(rows, { x, y: { ...y, scale: "log" }, interval: "95 %" })).toThrow(
    new Error(message),
  );
});

test("refuses a rule that a logarithmic axis cannot show", () => {
  const draw = (axis: "x" | "y") =>
    lineChart([{ x: 1, y: 1 }], { x, y: { ...y, scale: "log" }, rules: [{ axis, at: 0, label: "zero" }] });
  expect(() => draw("y")).toThrow(
    new Error('lineChart: rules[0].at must be > 0 on a logarithmic axis, got 0; use scale: "linear"'),
  );
  expect(() => draw("x")).not.toThrow();
});
