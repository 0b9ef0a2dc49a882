import { axisTitle, type Axis } from "../marks/axis";
import { checkIntervals, ends, withNotes, type Interval, type IntervalOptions } from "../marks/intervals";
import { logarithmic } from "../marks/log-axis";
import { distinct, extent, short } from "../numeric/numbers";
import { seriesChannels } from "../marks/series";
import { head, ink, seriesColors, type FigureSpec, type Unit } from "../marks/theme";
import { checkAtMost, checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** One point of a line; `lower` and `upper` draw a band around the line. */
export interface LineRow extends Interval {
  readonly x: number;
  readonly y: number;
  /** Rows of one name make one line; may be left out where there is one line only. */
  readonly series?: string;
}

/** A straight line across the figure, for example the exact value that others approach. */
export interface Rule {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label: string;
}

/** Axes and annotations of a {@link lineChart}. */
export interface LineChartOptions extends IntervalOptions {
  readonly x: Axis;
  readonly y: Axis;
  readonly rules?: readonly Rule[];
  /** Marks each row by a symbol; by default where no line has more than 25 rows. */
  readonly points?: boolean;
  /** In px, 520 by default. */
  readonly width?: number;
  /** In px, 300 by default. */
  readonly height?: number;
}

/**
 * Lines y(x), one a series, with bands where the rows carry intervals; each series has its colour and its dash or symbol.
 *
 * @throws when there is no row, a number is not finite, an axis is logarithmic and a number on it is not positive,
 *   or there are more than seven series.
 */
export function lineChart(rows: readonly LineRow[], options: LineChartOptions): FigureSpec {
  const { rules = [], width = 520, height = 300 } = options;
  checkNotEmpty("lineChart", "rows", rows);
  checkFinite("lineChart", "rows", rows, ["x", "y", "lower", "upper"]);
  checkFinite("lineChart", "rules", rules, ["at"]);
  const banded = checkIntervals("lineChart", "rows", rows, options);
  checkLogarithms(rows, options);
  const names = distinct(rows.map((row) => row.series ?? ""));
  checkAtMost("lineChart", "the number of series", names.length, seriesColors.length);
  const longest = Math.max(...names.map((name) => rows.filter((row) => (row.series ?? "") === name).length));
  const points = options.points ?? longest <= 25;
  const channels = seriesChannels(names, points ? "by symbol" : "by dash", {
    room: rules.some(({ axis }) => axis === "x") ? LABEL_ROOM : undefined,
  });
  return {
    ...head(withNotes(options, "Band"), describe(names, options)),
    width,
    height,
    data: { values: rows.map(compact) },
    layer: [
      ...rules.map(ruleMark),
      ...(banded ? [band(channels)] : []),
      line(channels, rows, points, options),
      ...(points ? [symbols(channels)] : []),
      ...rules.map(ruleLabel),
    ],
  };
}

/** Between the plot and its legend where vertical rules have their labels: a line of text and the usual distance. */
const LABEL_ROOM = 32;

type Channels = ReturnType<typeof seriesChannels>;

function line(
  { color, strokeDash }: Channels,
  rows: readonly LineRow[],
  points: boolean,
  options: LineChartOptions,
): Unit {
  const { x, y } = options;
  return {
    mark: { type: "line", point: "transparent", tooltip: true },
    encoding: {
      x: channelOf("x", x, along("x", rows, options), wholeTicks(rows)),
      y: channelOf("y", y, along("y", rows, options)),
      color,
      ...(points ? {} : { strokeDash }),
    },
  };
}

/** With few whole numbers, such as seeds or clusters, a tick at each and none between; Vega finds such ticks by itself for many. */
function wholeTicks(rows: readonly LineRow[]): number[] | undefined {
  const [low, high] = extent(rows.map(({ x }) => x));
  const few = high > low && high - low <= 8 && rows.every(({ x }) => Number.isInteger(x));
  return few ? Array.from({ length: high - low + 1 }, (_, i) => low + i) : undefined;
}

/** All numbers that are drawn along an axis: of the lines, of their bands and of the rules across. */
const along = (axis: "x" | "y", rows: readonly LineRow[], { rules = [] }: LineChartOptions): number[] => [
  ...rows.flatMap((row) => (axis === "x" ? [row.x] : [row.y, row.lower ?? row.y, row.upper ?? row.y])),
  ...rules.filter((rule) => rule.axis === axis).map(({ at }) => at),
];

const channelOf = (field: string, axis: Axis, numbers: readonly number[], ticks?: number[]) => ({
  field,
  type: "quantitative" as const,
  title: axisTitle(axis),
  ...(axis.scale === "log"
    ? logarithmic(numbers)
    : {
        scale: { zero: false },
        axis: ticks === undefined ? { tickCount: 8 } : { values: ticks, format: "d" },
      }),
});

function band({ color }: Channels): Unit {
  return {
    mark: { type: "area", opacity: 0.18, tooltip: null },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "lower", type: "quantitative" },
      y2: { field: "upper" },
      color,
    },
  };
}

function symbols({ color, shape }: Channels): Unit {
  return {
    mark: { type: "point", filled: true, opacity: 1, size: 55, tooltip: true },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      color,
      shape,
    },
  };
}

function ruleMark({ axis, at }: Rule): Unit {
  return {
    data: { values: [{ at: short(at) }] },
    mark: { type: "rule", color: ink.muted, strokeDash: [5, 4], strokeWidth: 1.4, tooltip: null },
    encoding: { [axis]: { field: "at", type: "quantitative" } },
  };
}

/** At the right end of a horizontal rule, at the upper end of a vertical one: outside, where no data are. */
function ruleLabel({ axis, at, label }: Rule): Unit {
  const along = { field: "at", type: "quantitative" as const };
  const horizontal = axis === "y";
  return {
    data: { values: [{ at: short(at), text: label }] },
    mark: {
      type: "text",
      color: ink.muted,
      tooltip: null,
      ...(horizontal ? { align: "left", dx: 6 } : { baseline: "bottom", dy: -4 }),
    },
    encoding: {
      ...(horizontal ? { x: { value: "width" }, y: along } : { x: along, y: { value: 0 } }),
      text: { field: "text", type: "nominal" },
    },
  };
}

const compact = (row: LineRow) => ({
  x: short(row.x),
  y: short(row.y),
  series: row.series ?? "",
  ...ends(row),
});

function checkLogarithms(rows: readonly LineRow[], options: LineChartOptions): void {
  const { x, y, rules = [] } = options;
  const check = (name: string, value: number | undefined): void => {
    if (value !== undefined && value <= 0)
      reject("lineChart", name, "> 0 on a logarithmic axis", value, 'use scale: "linear"');
  };
  const fields = [
    ...(x.scale === "log" ? (["x"] as const) : []),
    ...(y.scale === "log" ? (["y", "lower"] as const) : []),
  ];
  rows.forEach((row, i) => {
    for (const field of fields) check(`rows[${i}].${field}`, row[field]);
  });
  rules.forEach(({ axis, at }, i) => {
    if (options[axis].scale === "log") check(`rules[${i}].at`, at);
  });
}

const describe = (names: readonly string[], { title, x, y }: LineChartOptions): string => {
  const lines = names.length > 1 ? `: ${names.join(", ")}` : "";
  return `${title === undefined ? "" : `${title}. `}${axisTitle(y)} against ${axisTitle(x)}${lines}`;
};
