import type { Grid, Polyline } from "../numeric/grid";
import { contourLines } from "../numeric/isolines";
import { extent, short } from "../numeric/numbers";
import {
  checkPanels,
  inPanels,
  planeChannels,
  type PlaneOptions,
  type PlanePoint,
} from "../marks/plane-panels";
import { head, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkFiniteList, reject } from "../numeric/validate";

/** One density, with points over it. */
export interface ContourPanel {
  /** Above the panel; may be left out where there is one panel only. */
  readonly title?: string;
  /** The density's values; its lattice is evenly spaced and wide enough to hold nearly all probability. */
  readonly grid: Grid;
  readonly points?: readonly PlanePoint[];
}

/** Axes and levels of {@link densityContours}. */
export interface DensityContoursOptions extends Titles, PlaneOptions {
  /** How much of the probability each line encloses, at most five; 0.5, 0.8 and 0.95 by default. */
  readonly shares?: readonly number[];
  /** The opacity of the points, from 0 to 1; 0.5 by default. */
  readonly pointOpacity?: number;
}

/** From the innermost line outwards; their lightness alone tells them apart. Source: ColorBrewer, "Blues". */
const blues = ["#08306b", "#2171b5", "#4292c6", "#6baed6", "#9ecae1"] as const;
const orange = "#d55e00";

/**
 * Densities over a plane, a panel each, as lines of equal density with points over them: the line of a share is the border of the
 * smallest region that holds this share of the probability on the lattice.
 *
 * @throws when there is no panel, a lattice does not fit its values, a value is negative or not finite, or a share is not in (0, 1).
 */
export function densityContours(
  panels: readonly ContourPanel[],
  options: DensityContoursOptions,
): FigureSpec {
  const { shares = [0.5, 0.8, 0.95] } = options;
  checkPanels("densityContours", panels);
  panels.forEach(({ grid }, i) => {
    checkGrid(`panels[${i}].grid`, grid);
  });
  checkShares(shares);
  const names = shares.map(percent);
  const titles = panels.map(({ title = "" }) => title);
  const values = panels.flatMap(({ title = "", grid, points = [] }) => [
    ...points.map(({ x, y }) => ({ panel: title, kind: "point", x: short(x), y: short(y) })),
    ...shares.flatMap((share) =>
      contourLines(grid, levelOf(grid.values, share)).flatMap((line, i) =>
        corners(line, title, percent(share), i),
      ),
    ),
  ]);
  const ranges = (["x", "y"] as const).map((axis) => extent(panels.flatMap(({ grid }) => grid[axis])));
  const layer = [
    ...(panels.some(({ points = [] }) => points.length > 0) ? [dots(options, panels)] : []),
    lines(names),
  ];
  return inPanels(
    head(options, describe(titles, names)),
    titles,
    values,
    { encoding: planeChannels(options, ranges), layer },
    options,
  );
}

/** The density above which lies a share of the probability. */
export function levelOf(values: ArrayLike<number>, share: number): number {
  const falling = Array.from(values).sort((a, b) => b - a);
  const wanted = share * falling.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  for (const value of falling) {
    sum += value;
    if (sum >= wanted) return value;
  }
  return 0;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(12))} %`;

const corners = (line: Polyline, panel: string, share: string, i: number) =>
  line.map(([x, y], order) => ({
    panel,
    kind: "line",
    line: `${share}/${i}`,
    share,
    order,
    x: short(x),
    y: short(y),
  }));

function dots({ pointOpacity = 0.5 }: DensityContoursOptions, panels: readonly ContourPanel[]): Unit {
  const most = Math.max(...panels.map(({ points = [] }) => points.length));
  return {
    transform: [{ filter: 'datum.kind === "point"' }],
    mark: {
      type: "circle",
      color: orange,
      size: most > 400 ? 9 : 20,
      opacity: pointOpacity,
      clip: true,
      tooltip: null,
    },
  };
}

const lines = (names: readonly string[]): Unit => ({
  transform: [{ filter: 'datum.kind === "line"' }],
  mark: { type: "line", strokeWidth: 1.7, tooltip: null },
  encoding: {
    color: {
      field: "share",
      type: "nominal",
      scale: { domain: [...names], range: blues.slice(0, names.length) },
      legend: { title: "encloses", symbolType: "stroke", symbolSize: 500 },
    },
    detail: { field: "line", type: "nominal" },
    order: { field: "order", type: "quantitative" },
  },
});

function checkGrid(name: string, { x, y, values }: Grid): void {
  const size = x.length * y.length;
  if (x.length < 2 || y.length < 2)
    reject("densityContours", name, "at least 2 by 2", `${x.length} by ${y.length}`, "take some 80 each way");
  if (values.length !== size)
    reject(
      "densityContours",
      `${name}.values`,
      `of ${x.length} · ${y.length} = ${size} numbers`,
      values.length,
      "give one for each point of the lattice, row after row",
    );
  for (const [axis, places] of Object.entries({ x, y }))
    checkFiniteList("densityContours", `${name}.${axis}`, places);
  checkFiniteList("densityContours", `${name}.values`, values);
  const low = Array.from(values).findIndex((value) => value < 0);
  if (low >= 0)
    reject(
      "densityContours",
      `${name}.values[${low}]`,
      ">= 0",
      values[low] ?? NaN,
      "take exp of log densities",
    );
}

function checkShares(shares: readonly number[]): void {
  if (shares.length < 1 || shares.length > blues.length)
    reject(
      "densityContours",
      "options.shares",
      `1 to ${blues.length} numbers`,
      shares.length,
      "try [0.5, 0.95]",
    );
  const bad = shares.find((share) => !(share > 0 && share < 1));
  if (bad !== undefined)
    reject("densityContours", "options.shares", "between 0 and 1", bad, "try [0.5, 0.95]");
  const names = shares.map(percent);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    reject("densityContours", "options.shares", "different", `${twice} twice`, "try [0.5, 0.95]");
}

const describe = (titles: readonly string[], names: readonly string[]): string =>
  `Lines of equal density that enclose ${names.join(", ")} of the probability${
    titles.length === 1 ? "" : `: ${titles.join("; ")}`
  }`;
