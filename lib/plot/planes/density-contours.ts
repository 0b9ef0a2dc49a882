import {
  checkPanels,
  planeChannels,
  planeFigure,
  type PlaneOptions,
  type PlanePoint,
} from "../marks/plane-panels";
import { figureBase, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkGrid } from "../numeric/check-grid";
import type { Grid } from "../numeric/grid";
import { contourLines } from "../numeric/isolines";
import { extent, roundTogether } from "../numeric/numbers";
import { rejectArgument } from "../numeric/validate";

/** One density, with points over it. */
export interface ContourPanel {
  /** Written above the panel; optional if there is only one panel. */
  readonly title?: string;
  /** The values of the density on an evenly spaced grid that covers nearly all of its probability. */
  readonly grid: Grid;
  /** Drawn over the density, for example samples; none by default. */
  readonly points?: readonly PlanePoint[];
}

/** Axes and levels of {@link densityContours}. */
export interface DensityContoursOptions extends Titles, PlaneOptions {
  /** The share of the probability that each line encloses, at most five; 0.5, 0.8 and 0.95 by default. */
  readonly shares?: readonly number[];
  /** The opacity of the points, from 0 to 1; 0.5 by default. */
  readonly pointOpacity?: number;
}

const CALLER = "densityContours";

/** Line colours from the innermost outwards, distinguished by lightness. Source: ColorBrewer, "Blues". */
const BLUES = ["#08306b", "#2171b5", "#4292c6", "#6baed6", "#9ecae1"] as const;
const ORANGE = "#d55e00";

/**
 * Draws densities over the plane as lines of equal density, one density per panel, with points over them. The
 * line of a share is the boundary of the smallest region of the grid that contains this share of the
 * probability.
 *
 * @throws if there are no panels, two have the same title, a grid has the wrong number of values, a value is
 *   negative or not finite, or a share is not in (0, 1).
 */
export function densityContours(
  panels: readonly ContourPanel[],
  options: DensityContoursOptions,
): FigureSpec {
  const { shares = [0.5, 0.8, 0.95] } = options;
  checkPanels(CALLER, panels);
  panels.forEach(({ grid }, i) => {
    checkGrid(CALLER, `panels[${i}].grid`, grid);
    checkNonNegative(`panels[${i}].grid.values`, grid.values);
  });
  checkShares(shares);
  const names = shares.map(formatPercent);
  const titles = panels.map(({ title = "" }) => title);
  const ranges = (["x", "y"] as const).map((axis) => extent(panels.flatMap(({ grid }) => grid[axis])));
  const [roundX, roundY] = ranges.map(roundTogether) as [Round, Round];
  const rows = panels.flatMap(({ title = "", grid, points = [] }) => [
    ...points.map(({ x, y }) => ({ panel: title, kind: "point", x: roundX(x), y: roundY(y) })),
    ...shares.flatMap((share) =>
      contourLines(grid, levelOf(grid.values, share)).flatMap((line, i) =>
        line.map(([x, y], order) => ({
          panel: title,
          kind: "line",
          line: `${formatPercent(share)}/${i}`,
          share: formatPercent(share),
          order,
          x: roundX(x),
          y: roundY(y),
        })),
      ),
    ),
  ]);
  const hasPoints = panels.some(({ points = [] }) => points.length > 0);
  const layer = [...(hasPoints ? [pointMark(options, panels)] : []), lineMark(names)];
  const base = figureBase(options, describe(titles, names));
  return planeFigure(base, titles, rows, { encoding: planeChannels(options, ranges), layer }, options);
}

/** Returns the largest density whose superlevel set contains at least a share of the probability. */
export function levelOf(values: ArrayLike<number>, share: number): number {
  const descending = Array.from(values).sort((a, b) => b - a);
  const wanted = share * descending.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (const value of descending) {
    sum += value;
    if (sum >= wanted) return value;
  }
  return 0;
}

function formatPercent(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`;
}

type Round = (value: number) => number;

function pointMark({ pointOpacity = 0.5 }: DensityContoursOptions, panels: readonly ContourPanel[]): Unit {
  const most = Math.max(...panels.map(({ points = [] }) => points.length));
  return {
    transform: [{ filter: 'datum.kind === "point"' }],
    mark: {
      type: "circle",
      color: ORANGE,
      size: most > 400 ? 9 : 20,
      opacity: pointOpacity,
      clip: true,
      tooltip: null,
    },
  };
}

function lineMark(names: readonly string[]): Unit {
  return {
    transform: [{ filter: 'datum.kind === "line"' }],
    mark: { type: "line", strokeWidth: 1.7, tooltip: null },
    encoding: {
      color: {
        field: "share",
        type: "nominal",
        scale: { domain: [...names], range: BLUES.slice(0, names.length) },
        legend: { title: "encloses", symbolType: "stroke", symbolSize: 500 },
      },
      detail: { field: "line", type: "nominal" },
      order: { field: "order", type: "quantitative" },
    },
  };
}

function checkNonNegative(name: string, values: ArrayLike<number>): void {
  const bad = Array.from(values).findIndex((value) => value < 0);
  if (bad >= 0)
    rejectArgument(CALLER, `${name}[${bad}]`, "be >= 0", values[bad] ?? NaN, "take exp of log densities");
}

function checkShares(shares: readonly number[]): void {
  const reject = (requirement: string, got: string | number): never =>
    rejectArgument(CALLER, "options.shares", requirement, got, "try [0.5, 0.95]");
  if (shares.length < 1 || shares.length > BLUES.length)
    reject(`contain 1 to ${BLUES.length} numbers`, shares.length);
  const bad = shares.find((share) => !(share > 0 && share < 1));
  if (bad !== undefined) reject("be in (0, 1)", bad);
  const names = shares.map(formatPercent);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) reject("be distinct", `${repeated} twice`);
}

function describe(titles: readonly string[], names: readonly string[]): string {
  const panels = titles.length === 1 ? "" : `: ${titles.join("; ")}`;
  return `Lines of equal density that enclose ${names.join(", ")} of the probability${panels}`;
}
