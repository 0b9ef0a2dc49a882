import { axisTitle, xyChannels, type Axis } from "../marks/axis";
import {
  checkIntervals,
  intervalFields,
  withIntervalNote,
  type Interval,
  type IntervalOptions,
} from "../marks/intervals";
import { logChannel } from "../marks/log-axis";
import { ruleLabel, ruleMark, type Rule } from "../marks/reference-line";
import { seriesChannels } from "../marks/series";
import { figureBase, INK, SERIES_COLORS, withTitle, type FigureSpec, type Unit } from "../marks/theme";
import { distinct, extent, roundTogether } from "../numeric/numbers";
import { integerTicks } from "../numeric/ticks";
import { checkAtMost, checkFinite, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** One point of a line; `lower` and `upper` draw a band around the line. */
export interface LineRow extends Interval {
  /** Position along the horizontal axis, in its unit. */
  readonly x: number;
  /** Value, in the unit of the vertical axis. */
  readonly y: number;
  /** The name of the line that the point belongs to; optional if there is only one line. */
  readonly series?: string;
}

/** Axes and annotations of a {@link lineChart}. */
export interface LineChartOptions extends IntervalOptions {
  /** Title and scale of the horizontal axis. */
  readonly x: Axis;
  /** Title and scale of the vertical axis. */
  readonly y: Axis;
  /** Straight lines for comparison; none by default. */
  readonly rules?: readonly Rule[];
  /** Whether each row is marked with a symbol; by default if no line has more than 25 rows. */
  readonly points?: boolean;
  /** In px; 520 by default. */
  readonly width?: number;
  /** In px; 300 by default. */
  readonly height?: number;
}

const CALLER = "lineChart";

/**
 * Draws lines y(x), one per series, with bands where rows have intervals. Each series has its own colour and
 * its own dash or symbol.
 *
 * @throws if there are no rows, a number is not finite, a value on a logarithmic axis is not positive, rows
 *   have intervals and `options.interval` is missing, or there are more than seven series.
 */
export function lineChart(rows: readonly LineRow[], options: LineChartOptions): FigureSpec {
  const { rules = [], width = 520, height = 300 } = options;
  checkNotEmpty(CALLER, "rows", rows);
  checkFinite(CALLER, "rows", rows, ["x", "y", "lower", "upper"]);
  checkFinite(CALLER, "rules", rules, ["at"]);
  const hasIntervals = checkIntervals(CALLER, "rows", rows, options);
  checkLogValues(rows, options);
  const names = distinct(rows.map((row) => row.series ?? ""));
  checkAtMost(CALLER, "the number of series", names.length, SERIES_COLORS.length);
  const longest = Math.max(...names.map((name) => rows.filter((row) => (row.series ?? "") === name).length));
  const points = options.points ?? longest <= 25;
  const channels = seriesChannels(names, {
    style: points ? "symbol" : "dash",
    legendOffset: rules.some(({ axis }) => axis === "x") ? LABEL_HEIGHT : undefined,
  });
  const roundAlong = (axis: "x" | "y") => roundTogether(valuesAlong(axis, rows, options));
  return {
    ...figureBase(withIntervalNote(options, "Band"), describe(names, options)),
    width,
    height,
    data: { values: dataRows(rows) },
    layer: [
      ...rules.map((rule) => ruleMark(rule, INK.muted, roundAlong(rule.axis))),
      ...(hasIntervals ? [bandMark(channels)] : []),
      lineMark(channels, rows, points, options),
      ...(points ? [symbolMark(channels)] : []),
      ...rules.map((rule) => ruleLabel(rule, INK.muted, roundAlong(rule.axis))),
    ],
  };
}

/** Space between the plot and its legend for the labels of vertical rules, px. */
const LABEL_HEIGHT = 32;

type Channels = ReturnType<typeof seriesChannels>;

function lineMark(
  { color, strokeDash }: Channels,
  rows: readonly LineRow[],
  points: boolean,
  options: LineChartOptions,
): Unit {
  const { x, y } = options;
  return {
    mark: { type: "line", point: "transparent", tooltip: true },
    encoding: {
      x: positionChannel("x", x, valuesAlong("x", rows, options), fewIntegerTicks(rows)),
      y: positionChannel("y", y, valuesAlong("y", rows, options)),
      color,
      ...(points ? {} : { strokeDash }),
    },
  };
}

/**
 * A tick at each integer and none between, for up to eight steps of seeds or clusters; Vega does so for more.
 */
function fewIntegerTicks(rows: readonly LineRow[]): number[] | undefined {
  const [low, high] = extent(rows.map(({ x }) => x));
  const isFew = high > low && high - low <= 8 && rows.every(({ x }) => Number.isInteger(x));
  return isFew ? integerTicks(low, high, 8) : undefined;
}

/** All values drawn along an axis: of lines, bands and rules. */
function valuesAlong(axis: "x" | "y", rows: readonly LineRow[], { rules = [] }: LineChartOptions): number[] {
  return [
    ...rows.flatMap((row) => (axis === "x" ? [row.x] : [row.y, row.lower ?? row.y, row.upper ?? row.y])),
    ...rules.filter((rule) => rule.axis === axis).map(({ at }) => at),
  ];
}

function positionChannel(field: string, axis: Axis, values: readonly number[], ticks?: number[]) {
  return {
    field,
    type: "quantitative" as const,
    title: axisTitle(axis),
    ...(axis.scale === "log"
      ? logChannel(values)
      : {
          scale: { zero: false },
          axis: ticks === undefined ? { tickCount: 8 } : { values: ticks, format: "d" },
        }),
  };
}

function bandMark({ color }: Channels): Unit {
  return {
    mark: { type: "area", opacity: 0.18, tooltip: null },
    encoding: {
      x: xyChannels.x,
      y: { field: "lower", type: "quantitative" },
      y2: { field: "upper" },
      color,
    },
  };
}

function symbolMark({ color, shape }: Channels): Unit {
  return {
    mark: { type: "point", filled: true, opacity: 1, size: 55, tooltip: true },
    encoding: { ...xyChannels, color, shape },
  };
}

function dataRows(rows: readonly LineRow[]) {
  const roundX = roundTogether(rows.map(({ x }) => x));
  const roundY = roundTogether(rows.map(({ y }) => y));
  return rows.map((row) => ({
    x: roundX(row.x),
    y: roundY(row.y),
    series: row.series ?? "",
    ...intervalFields(row, roundY),
  }));
}

function checkLogValues(rows: readonly LineRow[], options: LineChartOptions): void {
  const { x, y, rules = [] } = options;
  const checkPositive = (name: string, value: number | undefined): void => {
    if (value !== undefined && value <= 0)
      rejectArgument(CALLER, name, "be positive on a logarithmic axis", value, 'use scale: "linear"');
  };
  const fields = [
    ...(x.scale === "log" ? (["x"] as const) : []),
    ...(y.scale === "log" ? (["y", "lower"] as const) : []),
  ];
  rows.forEach((row, i) => {
    for (const field of fields) checkPositive(`rows[${i}].${field}`, row[field]);
  });
  rules.forEach(({ axis, at }, i) => {
    if (options[axis].scale === "log") checkPositive(`rules[${i}].at`, at);
  });
}

function describe(names: readonly string[], options: LineChartOptions): string {
  const lines = names.length > 1 ? `: ${names.join(", ")}` : "";
  return withTitle(options, `${axisTitle(options.y)} against ${axisTitle(options.x)}${lines}`);
}
