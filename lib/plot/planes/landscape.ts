import { axisTitle, fixedChannel, xyChannels, type Axis } from "../marks/axis";
import type { PlanePoint } from "../marks/plane-panels";
import {
  figureBase,
  INK,
  withNotes,
  withTitle,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { trajectoryMarks } from "../marks/trajectories";
import { checkEvenSpacing, checkGrid } from "../numeric/check-grid";
import type { Grid } from "../numeric/grid";
import { contourLines } from "../numeric/isolines";
import { extent, roundTogether } from "../numeric/numbers";
import { checkFinite, checkInteger, checkNotEmpty } from "../numeric/validate";
import { HEIGHT_COLORS, heightMap, heightRange, type Range } from "../raster/height-map";
import { imageMark, type PictureSize } from "../raster/image-mark";
import { pngUrl } from "../raster/png";

/** Axes, colours and paths of a {@link landscape}. */
export interface LandscapeOptions extends Titles {
  /** Title and scale of the horizontal axis. */
  readonly x: Axis;
  /** Title and scale of the vertical axis. */
  readonly y: Axis;
  /** What the values are; the title of the colour legend. */
  readonly level: Axis;
  /** Lower values are drawn in the colour of this one; the lowest decile of the grid by default. */
  readonly floor?: number;
  /** The number of contour lines, evenly spaced between the floor and the maximum; 10 by default. */
  readonly lines?: number;
  /** Paths over the landscape, for example the steps of gradient ascent; none by default. */
  readonly paths?: readonly (readonly PlanePoint[])[];
  /** In px; 400 by default. */
  readonly width?: number;
  /** In px; the width by default. */
  readonly height?: number;
}

const CALLER = "landscape";

/**
 * Draws a function over the plane, for example a log-likelihood of two parameters, by colour and contour
 * lines, with paths over it. A ring marks the start of a path, a disc its end.
 *
 * @throws if the grid is not evenly spaced or has the wrong number of values, a number is not finite, all
 *   values are equal, the floor is not below the maximum, or a path is empty.
 */
export function landscape(grid: Grid, options: LandscapeOptions): FigureSpec {
  const { paths = [], lines = 10, width = 400, height = width } = options;
  checkGrid(CALLER, "grid", grid);
  checkEvenSpacing(CALLER, "grid", grid);
  checkInteger(CALLER, "options.lines", lines, 0, "10 is a good number");
  paths.forEach((path, i) => {
    checkNotEmpty(CALLER, `options.paths[${i}]`, path);
    checkFinite(CALLER, `options.paths[${i}]`, path, ["x", "y"]);
  });
  const range = heightRange(grid, options.floor);
  const domains = [pixelEdges(grid.x), pixelEdges(grid.y)] as const;
  const pathNotes = paths.length > 0 ? ["ring: start, disc: end"] : [];
  return {
    ...figureBase(withNotes(options, pathNotes, "; "), describe(options, paths.length)),
    width,
    height,
    layer: [
      heightMark(grid, range, { width, height }),
      axesAndLegend(options, domains, range),
      ...(lines > 0 ? [contourMark(grid, range, lines)] : []),
      ...(paths.length > 0 ? trajectoryMarks(paths) : []),
    ],
  };
}

/** The range of an axis with half a step on both sides, because each grid point is the centre of a pixel. */
function pixelEdges(coordinates: readonly number[]): Range {
  const [low, high] = extent(coordinates);
  const half = (high - low) / (coordinates.length - 1) / 2;
  return [low - half, high + half];
}

/** The values as one picture with a pixel per grid point, which the viewer smooths. */
function heightMark(grid: Grid, range: Range, size: PictureSize): Unit {
  return imageMark([{ url: pngUrl(heightMap(grid, range)) }], size, { smooth: true });
}

/** Two invisible points that give the figure its axes and its colour legend. */
function axesAndLegend(
  { x, y, level }: LandscapeOptions,
  [xDomain, yDomain]: readonly [Range, Range],
  range: Range,
): Unit {
  const axis = { grid: false, tickCount: 6 };
  const [roundX, roundY] = [roundTogether(xDomain), roundTogether(yDomain)];
  return {
    data: {
      values: range.map((value, i) => ({
        level: value,
        x: roundX(xDomain[i] ?? 0),
        y: roundY(yDomain[i] ?? 0),
      })),
    },
    mark: { type: "point", opacity: 0, tooltip: null },
    encoding: {
      x: fixedChannel("x", x, xDomain, axis),
      y: fixedChannel("y", y, yDomain, axis),
      color: {
        field: "level",
        type: "quantitative",
        title: axisTitle(level),
        scale: { domain: [...range], range: [...HEIGHT_COLORS] },
        legend: { orient: "right", gradientLength: 180, tickCount: 5, gradientOpacity: 1 },
      },
    },
  };
}

function contourMark(grid: Grid, [low, high]: Range, count: number): Unit {
  const levels = Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
  const [roundX, roundY] = [roundTogether(grid.x), roundTogether(grid.y)];
  const rows = levels.flatMap((level, k) =>
    contourLines(grid, level).flatMap((line, i) =>
      line.map(([x, y], order) => ({ line: `${k}/${i}`, order, x: roundX(x), y: roundY(y) })),
    ),
  );
  return {
    data: { values: rows },
    mark: { type: "line", color: INK.text, strokeWidth: 0.7, opacity: 0.45, tooltip: null },
    encoding: {
      ...xyChannels,
      detail: { field: "line", type: "nominal" },
      order: { field: "order", type: "quantitative" },
    },
  };
}

function describe(options: LandscapeOptions, paths: number): string {
  const { x, y, level } = options;
  const over = `${axisTitle(level)} over ${axisTitle(x)} and ${axisTitle(y)}`;
  return withTitle(options, paths > 0 ? `${over}, with ${paths} paths` : over);
}
