/** Figures over the plane draw the same shape far from zero: numbers keep the digits that tell them apart. */
import { expect, test } from "vitest";
import {
  densityContours,
  type FigureSpec,
  gaussianEllipses,
  type Grid,
  landscape,
  responsibilityScatter,
} from "latent/plot";

const axes = { x: { title: "time", unit: "s" }, y: { title: "y", unit: null } } as const;

function gridAt(start: number): Grid {
  const x = [0, 0.25, 0.5, 0.75, 1].map((offset) => start + offset);
  const y = [0, 1, 2];
  return { x, y, values: y.flatMap((height) => x.map((place) => place - start + height)) };
}

function pathAt(start: number): { x: number; y: number }[] {
  return [0.1, 0.3, 0.6].map((offset) => ({ x: start + offset, y: offset }));
}

const covariance = [
  [0.04, 0],
  [0, 1],
] as const;

const figures: Record<string, (start: number) => FigureSpec> = {
  densityContours: (start) =>
    densityContours([{ grid: gridAt(start), points: pathAt(start) }], { ...axes, shares: [0.5] }),
  gaussianEllipses: (start) => gaussianEllipses([{ series: "p", mean: [start, 1], covariance }], axes),
  landscape: (start) =>
    landscape(gridAt(start), {
      ...axes,
      level: { title: "height", unit: null },
      lines: 3,
      paths: [pathAt(start)],
    }),
  responsibilityScatter: (start) =>
    responsibilityScatter(
      [{ points: pathAt(start).map((point) => ({ ...point, responsibilities: [1] })) }],
      axes,
    ),
};

/** All x of the data of a figure, in order. */
function placesOf(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(placesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    key === "x" && typeof part === "number" ? [part] : placesOf(part),
  );
}

test.each(Object.entries(figures))("%s", (_, figure) => {
  const START = 1.7e9;
  const [near, far] = [placesOf(figure(0)), placesOf(figure(START))];
  expect(near.length).toBeGreaterThan(2);
  // float64 holds 1.7e9 to 2e-7, and seven digits of the range are drawn
  expect(far.map((x) => x - START)).toEqual(near.map((x) => expect.closeTo(x, 5) as number));
});
