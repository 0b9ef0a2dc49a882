import type { Grid, Polyline } from "./grid";
import { simplify } from "./simplify-line";

/**
 * The lines along which a function has one value, by marching squares with linear interpolation (Lorensen & Cline 1987, in the plane).
 *
 * Where a cell's corners alternate around the level, the mean of the four decides which of them are connected. Lines end at the
 * lattice's border.
 */
export function isolines(grid: Grid, level: number): Polyline[] {
  const neighbours = new Map<number, number[]>();
  const [columns, rows] = [grid.x.length, grid.y.length];
  for (let j = 0; j + 1 < rows; j++)
    for (let i = 0; i + 1 < columns; i++)
      for (const [a, b] of segments(grid, level, i, j)) {
        link(neighbours, a, b);
        link(neighbours, b, a);
      }
  const open = [...neighbours].filter(([, to]) => to.length === 1).map(([edge]) => edge);
  const seen = new Set<number>();
  const lines: Polyline[] = [];
  for (const edge of [...open, ...neighbours.keys()])
    if (!seen.has(edge)) lines.push(walk(neighbours, seen, edge).map((each) => crossing(grid, level, each)));
  return lines;
}

/** A thousandth of an axis: less than half a pixel on a figure of 500, where a line is two pixels wide. */
const INVISIBLE = 1e-3;

/** {@link isolines} to be drawn: without the corners that nobody would miss. */
export function contourLines(grid: Grid, level: number): Polyline[] {
  const span = (places: readonly number[]): number => INVISIBLE * ((places.at(-1) ?? 1) - (places[0] ?? 0));
  return isolines(grid, level).map((line) => simplify(line, [span(grid.x), span(grid.y)]));
}

type Segment = readonly [number, number];

/** An edge of the lattice as a number: from (i, j) to the right, or, odd, upwards. */
const edgeOf = ({ x }: Grid, i: number, j: number, upwards: boolean): number =>
  2 * (j * x.length + i) + (upwards ? 1 : 0);

const valueAt = ({ x, values }: Grid, i: number, j: number): number => values[j * x.length + i] ?? NaN;

/** The pieces of the line within one cell, as pairs of the cell's edges. */
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
  const around = [bottom, right, top, left]; // edge k lies between corner k and corner k + 1
  const crossed = around.filter((_, k) => above[k] !== above[(k + 1) % 4]);
  const [a, b] = crossed;
  if (a === undefined || b === undefined) return [];
  if (crossed.length === 2) return [[a, b]];
  const centre = corners.reduce((sum, value) => sum + value, 0) / 4 > level;
  return above[0] === centre // then corners 0 and 2 are connected through the middle, 1 and 3 cut off
    ? [
        [bottom, right],
        [top, left],
      ]
    : [
        [bottom, left],
        [right, top],
      ];
}

function link(neighbours: Map<number, number[]>, from: number, to: number): void {
  const known = neighbours.get(from);
  if (known === undefined) neighbours.set(from, [to]);
  else known.push(to);
}

/** The edges along one line from `start` to its other end, or around to `start` again. */
function walk(neighbours: ReadonlyMap<number, number[]>, seen: Set<number>, start: number): number[] {
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

/** Where the level lies on an edge. */
function crossing(grid: Grid, level: number, edge: number): [number, number] {
  const corner = Math.floor(edge / 2);
  const upwards = edge % 2 === 1;
  const [i, j] = [corner % grid.x.length, Math.floor(corner / grid.x.length)];
  const [i1, j1] = upwards ? [i, j + 1] : [i + 1, j];
  const from = valueAt(grid, i, j);
  const share = (level - from) / (valueAt(grid, i1, j1) - from);
  const between = (places: readonly number[], a: number, b: number): number => {
    const [low, high] = [places[a] ?? NaN, places[b] ?? NaN];
    return low + share * (high - low);
  };
  return [between(grid.x, i, i1), between(grid.y, j, j1)];
}
