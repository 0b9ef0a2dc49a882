import { expect, test } from "vitest";
import { type Grid, isolines } from "latent/plot";

function linspace(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

function gridOf(f: (x: number, y: number) => number, x: readonly number[], y: readonly number[] = x): Grid {
  return {
    x,
    y,
    values: y.flatMap((b) => x.map((a) => f(a, b))),
  };
}

test("a circle is one closed line at the right radius", () => {
  const step = 0.1;
  const lines = isolines(
    gridOf((x, y) => x * x + y * y, linspace(-2, 2, 41)),
    1.7,
  );
  expect(lines).toHaveLength(1);
  const [line = []] = lines;
  expect(line.at(0)).toEqual(line.at(-1));
  // Along an edge the second derivative of x² + y² is 2, so the error of linear interpolation in value is at
  // most 2 · step²/8 = step²/4: |x² + y² − 1.7| <= step²/4.
  for (const [x, y] of line) expect(Math.abs(x * x + y * y - 1.7)).toBeLessThanOrEqual(step ** 2 / 4 + 1e-12);
});

test("the line of a linear function is straight, exact and open", () => {
  const lines = isolines(
    gridOf((x, y) => x + 2 * y, [0, 1, 3], [0, 2, 2.5]),
    2.2,
  );
  expect(lines).toHaveLength(1);
  for (const [x, y] of lines[0] ?? []) expect(x + 2 * y).toBeCloseTo(2.2, 12);
  const ends = [lines[0]?.at(0), lines[0]?.at(-1)].map((end) => end?.[0]).sort();
  expect(ends[0]).toBe(0);
  expect(ends[1]).toBeCloseTo(2.2, 12);
});

test("two separate hills have one line each", () => {
  const hills = (x: number, y: number) =>
    Math.exp(-4 * ((x - 1) ** 2 + y * y)) + Math.exp(-4 * ((x + 1) ** 2 + y * y));
  const grid = gridOf(hills, linspace(-3, 3, 61));
  expect(isolines(grid, 0.5)).toHaveLength(2);
  expect(isolines(grid, 0.01)).toHaveLength(1);
});

test("at a saddle the mean of the corners decides", () => {
  const saddle = (middle: number): Grid => ({ x: [0, 1], y: [0, 1], values: [1 + middle, 0, 0, 1 + middle] });
  const ends = (grid: Grid) =>
    isolines(grid, 1)
      .map((line) => line.map(([x, y]) => x + y).map((sum) => Number(sum.toFixed(6))))
      .map(([a, b]) => [a, b]);
  // If the high corners (0, 0) and (1, 1) are connected, each line cuts off a low corner, with ends on both
  // sides of x + y = 1.
  for (const [a = NaN, b = NaN] of ends(saddle(1.5))) expect((a - 1) * (b - 1)).toBeLessThan(0);
  // Otherwise each line cuts off a high corner and stays on one side.
  for (const [a = NaN, b = NaN] of ends(saddle(0.5))) expect((a - 1) * (b - 1)).toBeGreaterThan(0);
  expect(isolines(saddle(1.5), 1)).toHaveLength(2);
});

test("a level above all values has no line", () => {
  expect(
    isolines(
      gridOf(() => 1, [0, 1, 2]),
      2,
    ),
  ).toEqual([]);
});
