import { axisTitle, type Axis } from "../marks/axis";
import { checkLattice } from "../numeric/check-grid";
import { heightRange, painted, ramp, type Range } from "../raster/height-map";
import type { Grid } from "../numeric/grid";
import { contourLines } from "../numeric/isolines";
import { extent, short } from "../numeric/numbers";
import type { PlanePoint } from "../marks/plane-panels";
import { pngUrl } from "../raster/png";
import { place, trails } from "../marks/trajectories";
import { head, ink, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** Axes, colours and paths of a {@link landscape}. */
export interface LandscapeOptions extends Titles {
  readonly x: Axis;
  readonly y: Axis;
  /** What the values are; above the colours. */
  readonly level: Axis;
  /** Lower ground is drawn as if it lay here; by default the height that a tenth of the lattice lies under. */
  readonly floor?: number;
  /** How many lines of equal height, evenly spaced between the floor and the top; 10 by default. */
  readonly lines?: number;
  /** Each from its start to its end, for example the steps of gradient ascent. */
  readonly paths?: readonly (readonly PlanePoint[])[];
  /** In px, 400 by default. */
  readonly width?: number;
  /** In px, the width by default. */
  readonly height?: number;
}

/**
 * A function over a plane, for example a log-likelihood over two parameters: its height by colour and by lines of equal height, with
 * paths over it. A ring marks where a path starts, a disc where it ends.
 *
 * @throws when the lattice is not evenly spaced or does not fit its values, a number is not finite, all heights are the same, the floor
 *   is not below the top, or a path is empty.
 */
export function landscape(grid: Grid, options: LandscapeOptions): FigureSpec {
  const { paths = [], lines = 10, width = 400, height = width } = options;
  checkLattice("landscape", "grid", grid);
  if (!Number.isInteger(lines) || lines < 0)
    reject("landscape", "options.lines", "a whole number >= 0", lines, "10 is a good number");
  paths.forEach((path, i) => {
    checkNotEmpty("landscape", `options.paths[${i}]`, path);
    checkFinite("landscape", `options.paths[${i}]`, path, ["x", "y"]);
  });
  const range = heightRange(grid, options.floor);
  const domains = [reach(grid.x), reach(grid.y)] as const;
  return {
    ...head(withLegend(options, paths.length), describe(options, paths.length)),
    width,
    height,
    layer: [
      ground(grid, range, { width, height }),
      frame(options, domains, range),
      ...(lines > 0 ? [contours(grid, range, lines)] : []),
      ...(paths.length > 0 ? trails(paths) : []),
    ],
  };
}

/** The places of an axis, and half a step on both sides: each value is the middle of its pixel. */
function reach(places: readonly number[]): Range {
  const [low, high] = extent(places);
  const half = (high - low) / (places.length - 1) / 2;
  return [low - half, high + half];
}

/** The heights as one picture, a pixel each, smoothed by whoever draws it. */
function ground(grid: Grid, range: Range, size: { width: number; height: number }): Unit {
  return {
    data: { values: [{ url: pngUrl(painted(grid, range)) }] },
    mark: { type: "image", ...size, smooth: true, aspect: false, align: "left", baseline: "top" },
    encoding: { x: { value: 0 }, y: { value: 0 }, url: { field: "url", type: "nominal" } },
  };
}

/** The axes and the legend of the colours: two points that are not seen. */
function frame({ x, y, level }: LandscapeOptions, domains: readonly [Range, Range], range: Range): Unit {
  const channel = (field: "x" | "y", axis: Axis, [low, high]: Range) => ({
    field,
    type: "quantitative" as const,
    title: axisTitle(axis),
    scale: { domain: [short(low), short(high)], nice: false, zero: false },
    axis: { grid: false, tickCount: 6 },
  });
  return {
    data: {
      values: range.map((value, i) => ({
        level: value,
        x: short(domains[0][i] ?? 0),
        y: short(domains[1][i] ?? 0),
      })),
    },
    mark: { type: "point", opacity: 0, tooltip: null },
    encoding: {
      x: channel("x", x, domains[0]),
      y: channel("y", y, domains[1]),
      color: {
        field: "level",
        type: "quantitative",
        title: axisTitle(level),
        scale: { domain: [...range], range: [...ramp] },
        legend: { orient: "right", gradientLength: 180, tickCount: 5, gradientOpacity: 1 },
      },
    },
  };
}

function contours(grid: Grid, [low, high]: Range, count: number): Unit {
  const levels = Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
  return {
    data: {
      values: levels.flatMap((level, k) =>
        contourLines(grid, level).flatMap((line, i) =>
          line.map(([x, y], order) => ({ line: `${k}/${i}`, order, x: short(x), y: short(y) })),
        ),
      ),
    },
    mark: { type: "line", color: ink.text, strokeWidth: 0.7, opacity: 0.45, tooltip: null },
    encoding: {
      ...place,
      detail: { field: "line", type: "nominal" },
      order: { field: "order", type: "quantitative" },
    },
  };
}

const withLegend = ({ title, subtitle }: Titles, paths: number): Titles => {
  const words = [
    ...(subtitle === undefined ? [] : [subtitle]),
    ...(paths > 0 ? ["ring: start, disc: end"] : []),
  ];
  return {
    ...(title === undefined ? {} : { title }),
    ...(words.length > 0 ? { subtitle: words.join("; ") } : {}),
  };
};

const describe = ({ title, x, y, level }: LandscapeOptions, paths: number): string =>
  `${title === undefined ? "" : `${title}. `}${axisTitle(level)} over ${axisTitle(x)} and ${axisTitle(y)}${
    paths > 0 ? `, with ${paths} paths` : ""
  }`;
