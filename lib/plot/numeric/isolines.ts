import type { Grid, Polyline } from "./grid";
import { simplifyLine } from "./simplify-line";

/**
 * Returns the lines along which a function has the value `level`, by marching squares with linear
 * interpolation (Lorensen & Cline 1987, in two dimensions).
 *
 * At a saddle, where the corners of a cell alternate around the level, the mean of the four corners decides
 * which of them are connected. Open lines end at the border of the grid.
 */
export function isolines(grid: Grid, level: number): Polyline[] {
  const neighbours = new Map<number, number[]>();
  const [columns, rows] = [grid.x.length, grid.y.length];
  for (let j = 0; j + 1 < rows; j++)
    for (let i = 0; i + 1 < columns; i++)
      for (const [a, b] of segments(grid, level, i, j)) {
        connect(neighbours, a, b);
        connect(neighbours, b, a);
      }
  const lineEnds = [...neighbours].filter(([, to]) => to.length === 1).map(([edge]) => edge);
  const seen = new Set<number>();
  const lines: Polyline[] = [];
  for (const edge of [...lineEnds, ...neighbours.keys()])
    if (!seen.has(edge))
      lines.push(traceLine(neighbours, seen, edge).map((each) => crossingPoint(grid, level, each)));
  return lines;
}

/** Relative to an axis: half a pixel of a figure of 500 px, a quarter of a line's width. */
const TOLERANCE = 1e-3;

/** Returns {@link isolines} for drawing: without points that make no visible difference. */
export function contourLines(grid: Grid, level: number): Polyline[] {
  const tolerance = (axis: readonly number[]): number => TOLERANCE * ((axis.at(-1) ?? 1) - (axis[0] ?? 0));
  return isolines(grid, level).map((line) => simplifyLine(line, [tolerance(grid.x), tolerance(grid.y)]));
}

type Segment = readonly [number, number];

/** Numbers the edges of the grid: the edge from (i, j) to the right is even, the one upwards odd. */
function edgeOf({ x }: Grid, i: number, j: number, upwards: boolean): number {
  return 2 * (j * x.length + i) + (upwards ? 1 : 0);
}

function valueAt({ x, values }: Grid, i: number, j: number): number {
  return values[j * x.length + i] ?? NaN;
}

/** The line segments within one cell, as pairs of the edges that they connect. */
function segments(grid: Grid, level: number, i: number, j: number): Segment[] {
  const bottom = edgeOf(grid, i, j, false);
  const top = edgeOf(grid, i, j + 1, false);
  const left = edgeOf(grid, i, j, true);
  const right = edgeOf(grid, i + 1, j, true);
  const corners = [
    valueAt(grid, i, j),
    valueAt(grid, i + 1, j),
    valueAt(grid, i + 1, j + 1),
    valueAt(grid, i, j + 1),
  ];
  const above = corners.map((value) => value > level);
  const edges = [bottom, right, top, left]; // edge k is between corners k and k + 1
  const crossed = edges.filter((_, k) => above[k] !== above[(k + 1) % 4]);
  const [a, b] = crossed;
  if (a === undefined || b === undefined) return [];
  if (crossed.length === 2) return [[a, b]];
  const centre = corners.reduce((sum, value) => sum + value, 0) / 4 > level;
  return above[0] === centre // corners 0 and 2 are connected through the centre, 1 and 3 are cut off
    ? [
        [bottom, right],
        [top, left],
      ]
    : [
        [bottom, left],
        [right, top],
      ];
}

function connect(neighbours: Map<number, number[]>, from: number, to: number): void {
  const known = neighbours.get(from);
  if (known === undefined) neighbours.set(from, [to]);
  else known.push(to);
}

/** Returns the edges along one line from `start` to its other end; back to `start` if the line is closed. */
function traceLine(neighbours: ReadonlyMap<number, number[]>, seen: Set<number>, start: number): number[] {
  const path: number[] = [];
  for (let edge: number | undefined = start; edge !== undefined;) {
    path.push(edge);
    seen.add(edge);
    edge = neighbours.get(edge)?.find((next) => !seen.has(next));
  }
  const last = path.at(-1);
  const closed = path.length > 2 && last !== undefined && (neighbours.get(last)?.includes(start) ?? false);
  return closed ? [...path, start] : path;
}

/** The point at which a line crosses an edge, by linear interpolation. */
function crossingPoint(grid: Grid, level: number, edge: number): [number, number] {
  const corner = Math.floor(edge / 2);
  const upwards = edge % 2 === 1;
  const [i, j] = [corner % grid.x.length, Math.floor(corner / grid.x.length)];
  const [i1, j1] = upwards ? [i, j + 1] : [i + 1, j];
  const from = valueAt(grid, i, j);
  const share = (level - from) / (valueAt(grid, i1, j1) - from);
  const between = (axis: readonly number[], a: number, b: number): number => {
    const [low, high] = [axis[a] ?? NaN, axis[b] ?? NaN];
    return low + share * (high - low);
  };
  return [between(grid.x, i, i1), between(grid.y, j, j1)];
}
