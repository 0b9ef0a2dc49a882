import { expect, test } from "vitest";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { type FigureSpec, rankedDots, type RankedRow } from "latent/plot";

const x = { title: "KL", unit: "nats" };
const rows: RankedRow[] = [
  { label: "z₁", value: 0.1 },
  { label: "z₂", value: 2 },
  { label: "z₃", value: 1 },
];
function order(spec: FigureSpec) {
  return (spec as unknown as { data: { values: readonly RankedRow[] } }).data.values.map(
    ({ label }) => label,
  );
}

test("the largest value is on top", () => {
  expect(order(rankedDots(rows, { x }))).toEqual(["z₂", "z₃", "z₁"]);
  expect(rankedDots(rows, { x }).description).toBe("KL (nats) of 3 entries, the first: z₂ 2, z₃ 1, z₁ 0.1");
});

test("keepOrder keeps the order of the rows", () => {
  expect(order(rankedDots(rows, { x, keepOrder: true }))).toEqual(["z₁", "z₂", "z₃"]);
});

test("rows without an interval stay in their place", () => {
  const mixed: RankedRow[] = [
    { label: "a", value: 3 },
    { label: "b", value: 1, lower: 0, upper: 2 },
    { label: "c", value: 2 },
    { label: "d", value: 5, lower: 4, upper: 6 },
  ];
  const spec = rankedDots(mixed, { x, keepOrder: true, interval: "95 %" });
  const view = new View(parse(compile(spec).spec)).run();
  expect((view.scale("y") as { domain(): string[] }).domain()).toEqual(["a", "b", "c", "d"]);
});

test.each([
  [[], "rankedDots: rows must not be empty, got []; draw the figure once there are results"],
  [[rows[0], rows[0]], 'rankedDots: rows must have distinct labels, got "z₁" twice; rename one of them'],
  [
    [{ label: "a", value: NaN }],
    "rankedDots: rows[0].value must be finite, got NaN; " +
      "drop such rows, or find where the computation diverged",
  ],
])("throws for invalid rows %#", (bad, message) => {
  expect(() => rankedDots(bad as RankedRow[], { x })).toThrow(new Error(message));
});

test("a number that a logarithmic axis cannot show is refused", () => {
  const log = { x: { ...x, scale: "log" as const } };
  expect(() => rankedDots([...rows, { label: "z₄", value: 0 }], log)).toThrow(
    new Error('rankedDots: rows[3].value must be positive on a logarithmic axis, got 0; use scale: "linear"'),
  );
  expect(() => rankedDots(rows, { ...log, rule: { at: 0, label: "zero" } })).toThrow(
    "rankedDots: rule.at must",
  );
  const { layer } = rankedDots(rows, log) as unknown as {
    layer: { encoding: { x: { scale: { type: string; domain: number[] } } } }[];
  };
  const { scale } = layer.at(-1)?.encoding.x ?? {};
  expect(scale?.type).toBe("log");
  expect(scale?.domain[0]).toBeLessThan(0.1);
});
