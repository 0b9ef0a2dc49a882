import { expect, test } from "vitest";
import { densityContours, type FigureSpec, type Grid } from "latent/plot";
import { levelOf } from "../../../lib/plot/planes/density-contours";

const places = Array.from({ length: 121 }, (_, i) => (i - 60) / 12); // −5 to 5
const bell: Grid = {
  x: places,
  y: places,
  values: places.flatMap((y) => places.map((x) => Math.exp(-(x * x + y * y) / 2))),
};
const axes = { x: { title: "x₁", unit: null }, y: { title: "x₂", unit: null } } as const;

interface Row {
  readonly kind: string;
  readonly share?: string;
  readonly x: number;
  readonly y: number;
}
function rowsOf(spec: FigureSpec): readonly Row[] {
  return (spec as unknown as { data: { values: readonly Row[] } }).data.values;
}

test("the line of a share of N(0, I) has the radius √(−2 log(1 − share))", () => {
  const rows = rowsOf(densityContours([{ grid: bell }], { ...axes, shares: [0.5, 0.95] }));
  // The grid points within a radius r represent cells of side h = 1/12, whose union contains the disc of
  // radius r − h/√2 and is contained in the disc of radius r + h/√2. The midpoint rule and the linear
  // interpolation add terms of the order of h²/8.
  const bound = 1 / 12 / Math.SQRT2 + 1 / 144;
  for (const share of [0.5, 0.95]) {
    const radius = Math.sqrt(-2 * Math.log(1 - share));
    const line = rows.filter((row) => row.share === `${100 * share} %`);
    expect(line.length).toBeGreaterThan(20);
    for (const { x, y } of line) expect(Math.abs(Math.hypot(x, y) - radius)).toBeLessThan(bound);
  }
});

test("shares that differ in the fifth digit have separate lines", () => {
  const rows = rowsOf(densityContours([{ grid: bell }], { ...axes, shares: [0.99991, 0.99992] }));
  expect(new Set(rows.map(({ share }) => share))).toEqual(new Set(["99.991 %", "99.992 %"]));
});

test("levelOf returns a level whose region contains at least the share", () => {
  expect(levelOf([4, 1, 3, 2], 0.4)).toBe(4);
  expect(levelOf([4, 1, 3, 2], 0.41)).toBe(3);
  expect(levelOf([4, 1, 3, 2], 0.95)).toBe(1);
});

test("points are drawn in their panel", () => {
  const spec = densityContours(
    [
      { title: "a", grid: bell, points: [{ x: 1, y: 2 }] },
      { title: "b", grid: bell },
    ],
    axes,
  );
  expect(rowsOf(spec).filter(({ kind }) => kind === "point")).toEqual([
    { panel: "a", kind: "point", x: 1, y: 2 },
  ]);
});

const small: Grid = { x: [0, 1], y: [0, 1], values: [1, 2, 3, 4] };

test.each([
  [
    () => densityContours([], axes),
    "densityContours: panels must not be empty, got []; draw the figure once there are results",
  ],
  [
    () => densityContours([{ grid: small }, { grid: small }], axes),
    "densityContours: the titles of the panels must be distinct, got 1 repeated; name each panel",
  ],
  [
    () => densityContours([{ grid: small, points: [{ x: NaN, y: 0 }] }], axes),
    "densityContours: panels[0].points[0].x must be finite, got NaN; " +
      "drop such rows, or find where the computation diverged",
  ],
  [
    () => densityContours([{ grid: { ...small, x: [0] } }], axes),
    "densityContours: panels[0].grid must be at least 2 × 2, got 1 × 2; 80 × 80 is a good size",
  ],
  [
    () => densityContours([{ grid: { ...small, values: [1, 2, 3] } }], axes),
    "densityContours: panels[0].grid.values must contain 2 · 2 = 4 numbers, got 3; " +
      "pass one per grid point, row by row",
  ],
  [
    () => densityContours([{ grid: { ...small, values: [1, 2, -3, 4] } }], axes),
    "densityContours: panels[0].grid.values[2] must be >= 0, got -3; take exp of log densities",
  ],
  [
    () => densityContours([{ grid: small }], { ...axes, shares: [0.5, 1] }),
    "densityContours: options.shares must be in (0, 1), got 1; try [0.5, 0.95]",
  ],
  [
    () => densityContours([{ grid: small }], { ...axes, shares: [0.5, 0.5] }),
    "densityContours: options.shares must be distinct, got 50 % twice; try [0.5, 0.95]",
  ],
  [
    () => densityContours([{ grid: small }], { ...axes, shares: [] }),
    "densityContours: options.shares must contain 1 to 5 numbers, got 0; try [0.5, 0.95]",
  ],
])("throws for invalid arguments %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
