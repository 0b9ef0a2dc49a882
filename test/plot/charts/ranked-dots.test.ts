import { expect, test } from "vitest";
import { type FigureSpec, rankedDots, type RankedRow } from "latent/plot";

const x = { title: "KL", unit: "nats" };
const rows: RankedRow[] = [
  { label: "z₁", value: 0.1 },
  { label: "z₂", value: 2 },
  { label: "z₃", value: 1 },
];
const order = (spec: FigureSpec) =>
  (spec as unknown as { data: { values: readonly RankedRow[] } }).data.values.map(({ label }) => label);

test("the greatest is on top", () => {
  expect(order(rankedDots(rows, { x }))).toEqual(["z₂", "z₃", "z₁"]);
  expect(rankedDots(rows, { x }).description).toBe("KL (nats) of 3 entries, the first: z₂ 2, z₃ 1, z₁ 0.1");
});

test("the order can be kept", () => {
  expect(order(rankedDots(rows, { x, keepOrder: true }))).toEqual(["z₁", "z₂", "z₃"]);
});

test.each([
  [[], "rankedDots: rows must be not empty, got 0 entries; draw the figure after the first result"],
  [[rows[0], rows[0]], 'rankedDots: rows must be with distinct labels, got "z₁" twice; name each row'],
  [
    [{ label: "a", value: NaN }],
    "rankedDots: rows[0].value must be a finite number, got NaN; leave such rows out, or find where the computation diverged",
  ],
])("refuses %#", (bad, message) => {
  expect(() => rankedDots(bad as RankedRow[], { x })).toThrow(new Error(message));
});
