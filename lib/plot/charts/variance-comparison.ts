import { axisTitle, type Axis } from "../marks/axis";
import { facetByPanel } from "../marks/facet";
import {
  checkIntervals,
  intervalFields,
  withIntervalNote,
  type Interval,
  type IntervalOptions,
} from "../marks/intervals";
import { logChannel } from "../marks/log-axis";
import { seriesChannels } from "../marks/series";
import { figureBase, SERIES_COLORS, withTitle, type FigureSpec, type Unit } from "../marks/theme";
import { distinct, roundDigits } from "../numeric/numbers";
import { checkAtMost, checkFinite, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** The variance of one estimator at one x: measured with its interval, exact, or both. */
export interface VarianceRow extends Interval {
  /** The title of its panel; optional if there is only one panel. */
  readonly panel?: string;
  /** The estimator. */
  readonly series: string;
  /** The quantity that is varied: the number of samples, a dimension, a parameter of the cost. */
  readonly x: number;
  /** The variance of samples, positive; requires `lower` and `upper`. */
  readonly measured?: number;
  /** The variance in closed form or by quadrature, positive. */
  readonly exact?: number;
}

/** Axes and panels of a {@link varianceComparison}. */
export interface VarianceComparisonOptions extends IntervalOptions {
  /** Title and scale of the horizontal axis. */
  readonly x: Axis;
  /** The variance with its unit; always logarithmic, whatever `scale` is. */
  readonly y: Axis;
  /** Panels per row; 2 by default. */
  readonly columns?: number;
  /** Width of a panel in px; by default 520 for a single panel, 290 for several. */
  readonly width?: number;
  /** Height of a panel in px; by default 300 for a single panel, 220 for several. */
  readonly height?: number;
}

const CALLER = "varianceComparison";

/**
 * Draws variances of gradient estimators on a logarithmic axis. Symbols with interval bars are measured; a
 * series' line shows its exact values, or connects its symbols if it has none.
 *
 * @throws if there are no rows, a number is not finite, a variance or the lower end of its interval is not
 *   positive, a measured variance has no interval, or there are more than seven series.
 */
export function varianceComparison(
  rows: readonly VarianceRow[],
  options: VarianceComparisonOptions,
): FigureSpec {
  checkNotEmpty(CALLER, "rows", rows);
  checkFinite(CALLER, "rows", rows, ["x", "measured", "exact", "lower", "upper"]);
  rows.forEach((row, i) => {
    checkRow(row, i, options);
  });
  checkIntervals(CALLER, "rows", rows, options);
  const names = distinct(rows.map(({ series }) => series));
  checkAtMost(CALLER, "the number of series", names.length, SERIES_COLORS.length);
  const hasMeasured = rows.some((row) => row.measured !== undefined);
  const exactSeries = new Set(rows.filter(({ exact }) => exact !== undefined).map(({ series }) => series));
  const channels = seriesChannels(names, { style: hasMeasured ? "symbol" : "dash" });
  const line = lineMark(channels, hasMeasured, yChannel(rows, options));
  const layer = [line, ...(hasMeasured ? [intervalMark(channels), symbolMark(channels)] : [])];
  const notes = hasMeasured ? exactNotes(exactSeries, names) : [];
  const drawing = { encoding: { x: xChannel(rows, options) }, layer };
  return {
    ...figureBase(withIntervalNote(options, "Bars", ...notes), describe(names, options)),
    data: { values: rows.map((row) => dataRow(row, exactSeries.has(row.series))) },
    ...inPanels(distinct(rows.map(({ panel = "" }) => panel)), drawing, options),
  };
}

/** Says which lines are exact, if any. */
function exactNotes(exactSeries: ReadonlySet<string>, names: readonly string[]): string[] {
  if (exactSeries.size === 0) return [];
  return [
    exactSeries.size === names.length ? "Lines: exact." : `Exact lines: ${[...exactSeries].join(", ")}.`,
  ];
}

type Channels = ReturnType<typeof seriesChannels>;
type Drawing = { readonly encoding: { readonly x: ReturnType<typeof xChannel> }; readonly layer: Unit[] };

function xChannel(rows: readonly VarianceRow[], { x }: VarianceComparisonOptions) {
  return {
    field: "x",
    type: "quantitative" as const,
    title: axisTitle(x),
    ...(x.scale === "log"
      ? logChannel(rows.map((row) => row.x))
      : { scale: { zero: false }, axis: { tickCount: 6 } }),
  };
}

function yChannel(rows: readonly VarianceRow[], { y }: VarianceComparisonOptions) {
  return {
    type: "quantitative" as const,
    title: axisTitle(y),
    ...logChannel(
      rows.flatMap(({ measured, exact, lower, upper }) =>
        [measured, exact, lower, upper].filter((value) => value !== undefined),
      ),
    ),
  };
}

function lineMark(
  { color, strokeDash }: Channels,
  hasMeasured: boolean,
  y: ReturnType<typeof yChannel>,
): Unit {
  return {
    transform: [{ filter: { field: "line", valid: true } }],
    mark: { type: "line", strokeWidth: 1.8, tooltip: null },
    encoding: { y: { field: "line", ...y }, color, ...(hasMeasured ? {} : { strokeDash }) },
  };
}

function intervalMark({ color }: Channels): Unit {
  return {
    transform: [{ filter: { field: "measured", valid: true } }],
    mark: { type: "rule", strokeWidth: 2, tooltip: null },
    encoding: { y: { field: "lower", type: "quantitative" }, y2: { field: "upper" }, color },
  };
}

function symbolMark({ color, shape }: Channels): Unit {
  return {
    transform: [{ filter: { field: "measured", valid: true } }],
    mark: { type: "point", filled: true, opacity: 1, size: 50, tooltip: true },
    encoding: { y: { field: "measured", type: "quantitative" }, color, shape },
  };
}

function inPanels(panels: readonly string[], drawing: Drawing, options: VarianceComparisonOptions) {
  const [width, height] = panels.length === 1 ? [520, 300] : [290, 220];
  const panel = { width: options.width ?? width, height: options.height ?? height, ...drawing };
  if (panels.length === 1) return panel;
  const layout = {
    columns: options.columns ?? 2,
    spacing: { row: 16, column: 20 },
    header: { labelAnchor: "start", labelPadding: 4 },
  } as const;
  return facetByPanel(panels, layout, panel);
}

/** The field `line` is the exact value if the series has exact values, and the measured one otherwise. */
function dataRow({ panel = "", series, x, measured, exact, ...interval }: VarianceRow, isExact: boolean) {
  const line = isExact ? exact : measured;
  return {
    panel,
    series,
    x: roundDigits(x),
    ...(measured === undefined ? {} : { measured: roundDigits(measured) }),
    ...(line === undefined ? {} : { line: roundDigits(line) }),
    ...intervalFields(interval),
  };
}

function checkRow(row: VarianceRow, i: number, { x }: VarianceComparisonOptions): void {
  const { measured, exact, lower } = row;
  if (measured === undefined && exact === undefined)
    rejectArgument(CALLER, `rows[${i}]`, "have measured, exact, or both", "neither", "add the variance");
  if (measured !== undefined && lower === undefined)
    rejectArgument(
      CALLER,
      `rows[${i}]`,
      "have lower and upper in addition to measured",
      "no interval",
      "a variance of samples is itself uncertain; add its interval",
    );
  for (const [field, value] of Object.entries({ measured, exact, lower, x: x.scale === "log" ? row.x : 1 }))
    if (value !== undefined && value <= 0)
      rejectArgument(
        CALLER,
        `rows[${i}].${field}`,
        "be positive on a logarithmic axis",
        value,
        "drop such rows, and say so in the subtitle",
      );
}

function describe(names: readonly string[], options: VarianceComparisonOptions): string {
  const { x, y } = options;
  return withTitle(options, `${axisTitle(y)} against ${axisTitle(x)}: ${names.join(", ")}`);
}
