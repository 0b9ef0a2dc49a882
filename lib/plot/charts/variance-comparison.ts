import { axisTitle, type Axis } from "../marks/axis";
import { checkIntervals, ends, withNotes, type Interval, type IntervalOptions } from "../marks/intervals";
import { logarithmic } from "../marks/log-axis";
import { distinct, short } from "../numeric/numbers";
import { seriesChannels } from "../marks/series";
import { head, seriesColors, type FigureSpec, type Unit } from "../marks/theme";
import { checkAtMost, checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** The variance of one estimator in one place: measured with its interval, known exactly, or both. */
export interface VarianceRow extends Interval {
  /** Rows of one panel share it; may be left out where there is one panel only. */
  readonly panel?: string;
  /** The estimator. */
  readonly series: string;
  /** What is varied: the number of draws, a dimension, a parameter of the cost. */
  readonly x: number;
  /** Above 0; `lower` and `upper` go with it. */
  readonly measured?: number;
  /** By closed form or quadrature, above 0. */
  readonly exact?: number;
}

/** Axes and panels of a {@link varianceComparison}. */
export interface VarianceComparisonOptions extends IntervalOptions {
  readonly x: Axis;
  /** The variance, with its unit; its axis is logarithmic whatever `scale` says. */
  readonly y: Axis;
  /** Panels in a row; 2 by default. */
  readonly columns?: number;
  /** Of a panel, in px; 520 by 300 for one, 290 by 220 for several by default. */
  readonly width?: number;
  readonly height?: number;
}

const CALLER = "varianceComparison";

/**
 * Variances of gradient estimators on a logarithmic axis: symbols with interval bars are measured, lines are exact where that is
 * known and else join the symbols.
 *
 * @throws when there is no row, a number is not finite, a variance or the lower end of its interval is not above 0, a measured
 *   variance has no interval, or there are more than seven series.
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
  const measured = rows.some((row) => row.measured !== undefined);
  checkIntervals(CALLER, "rows", rows, options);
  const names = distinct(rows.map(({ series }) => series));
  checkAtMost(CALLER, "the number of series", names.length, seriesColors.length);
  const channels = seriesChannels(names, measured ? "by symbol" : "by dash");
  const lines = line(channels, measured, yChannel(rows, options));
  const layer = [lines, ...(measured ? [bars(channels), symbols(channels)] : [])];
  const known = new Set(rows.filter(({ exact }) => exact !== undefined).map(({ series }) => series));
  const note =
    measured && known.size > 0 ? [known.size === names.length ? "Lines: exact." : exactly(known)] : [];
  return {
    ...head(withNotes(options, "Bars", ...note), describe(names, options)),
    data: { values: rows.map((row) => compact(row, known.has(row.series))) },
    ...arranged(
      distinct(rows.map(({ panel = "" }) => panel)),
      { encoding: { x: xChannel(rows, options) }, layer },
      options,
    ),
  };
}

const exactly = (known: ReadonlySet<string>): string => `Exact lines: ${[...known].join(", ")}.`;

type Channels = ReturnType<typeof seriesChannels>;
type Drawing = { readonly encoding: { readonly x: ReturnType<typeof xChannel> }; readonly layer: Unit[] };

const xChannel = (rows: readonly VarianceRow[], { x }: VarianceComparisonOptions) => ({
  field: "x",
  type: "quantitative" as const,
  title: axisTitle(x),
  ...(x.scale === "log"
    ? logarithmic(rows.map((row) => row.x))
    : { scale: { zero: false }, axis: { tickCount: 6 } }),
});

const yChannel = (rows: readonly VarianceRow[], { y }: VarianceComparisonOptions) => ({
  type: "quantitative" as const,
  title: axisTitle(y),
  ...logarithmic(
    rows.flatMap(({ measured, exact, lower, upper }) =>
      [measured, exact, lower, upper].filter((value) => value !== undefined),
    ),
  ),
});

/** One line a series: through its exact values if it has any, else through its measured ones. */
const line = ({ color, strokeDash }: Channels, measured: boolean, y: ReturnType<typeof yChannel>): Unit => ({
  transform: [{ filter: { field: "line", valid: true } }],
  mark: { type: "line", strokeWidth: 1.8, tooltip: null },
  encoding: { y: { field: "line", ...y }, color, ...(measured ? {} : { strokeDash }) },
});

const bars = ({ color }: Channels): Unit => ({
  transform: [{ filter: { field: "measured", valid: true } }],
  mark: { type: "rule", strokeWidth: 2, tooltip: null },
  encoding: { y: { field: "lower", type: "quantitative" }, y2: { field: "upper" }, color },
});

const symbols = ({ color, shape }: Channels): Unit => ({
  transform: [{ filter: { field: "measured", valid: true } }],
  mark: { type: "point", filled: true, opacity: 1, size: 50, tooltip: true },
  encoding: { y: { field: "measured", type: "quantitative" }, color, shape },
});

function arranged(panels: readonly string[], drawing: Drawing, options: VarianceComparisonOptions) {
  const one = panels.length === 1;
  const size = { width: options.width ?? (one ? 520 : 290), height: options.height ?? (one ? 300 : 220) };
  if (one) return { ...size, ...drawing };
  return {
    facet: {
      field: "panel",
      type: "nominal" as const,
      sort: [...panels],
      header: { title: null, labelAnchor: "start" as const, labelPadding: 4 },
    },
    columns: options.columns ?? 2,
    spacing: { row: 16, column: 20 },
    spec: { ...size, ...drawing },
  };
}

/** A row for the figure; the line of a series is exact wherever one of its rows is. */
const compact = ({ panel = "", series, x, measured, exact, ...interval }: VarianceRow, known: boolean) => {
  const onLine = known ? exact : measured;
  return {
    panel,
    series,
    x: short(x),
    ...(measured === undefined ? {} : { measured: short(measured) }),
    ...(onLine === undefined ? {} : { line: short(onLine) }),
    ...ends(interval),
  };
};

function checkRow(row: VarianceRow, i: number, { x }: VarianceComparisonOptions): void {
  const { measured, exact, lower } = row;
  if (measured === undefined && exact === undefined)
    reject(CALLER, `rows[${i}]`, "with measured, exact, or both", "neither", "give the variance");
  if (measured !== undefined && lower === undefined)
    reject(
      CALLER,
      `rows[${i}]`,
      "with lower and upper beside measured",
      "no interval",
      "a variance from draws is itself random: say by how much",
    );
  for (const [field, value] of Object.entries({ measured, exact, lower, x: x.scale === "log" ? row.x : 1 }))
    if (value !== undefined && value <= 0)
      reject(
        CALLER,
        `rows[${i}].${field}`,
        "> 0 on a logarithmic axis",
        value,
        "leave such rows out, and say so",
      );
}

const describe = (names: readonly string[], { title, x, y }: VarianceComparisonOptions): string =>
  `${title === undefined ? "" : `${title}. `}${axisTitle(y)} against ${axisTitle(x)}: ${names.join(", ")}`;
