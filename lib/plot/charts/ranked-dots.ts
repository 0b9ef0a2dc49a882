import { axisTitle, type Axis } from "../marks/axis";
import {
  checkIntervals,
  intervalFields,
  withIntervalNote,
  type Interval,
  type IntervalOptions,
} from "../marks/intervals";
import { logChannel } from "../marks/log-axis";
import { ruleMark } from "../marks/reference-line";
import { figureBase, INK, SERIES_COLORS, type FigureSpec, type Unit } from "../marks/theme";
import { roundDigits, roundTogether } from "../numeric/numbers";
import { checkFinite, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** One ranked entry, for example one latent dimension. */
export interface RankedRow extends Interval {
  /** Its name, left of the dot. */
  readonly label: string;
  /** The value that determines its rank. */
  readonly value: number;
}

/** Axis and annotations of {@link rankedDots}. */
export interface RankedDotsOptions extends IntervalOptions {
  /** Title and scale of the axis of the values. */
  readonly x: Axis;
  /** What the labels are, for example `latent dimension`; no title by default. */
  readonly labelTitle?: string;
  /** A vertical line for comparison, for example at the prior's σ = 1; none by default. */
  readonly rule?: {
    /** Position on the axis, in its unit. */
    readonly at: number;
    /** Text beside the line. */
    readonly label: string;
  };
  /** Keeps the order of the rows, so that two figures can be compared side by side; false by default. */
  readonly keepOrder?: boolean;
  /** In px; 420 by default. */
  readonly width?: number;
}

/**
 * Draws values with their intervals, the largest on top: which latent dimensions are used (KL per dimension),
 * how wide the encoder is (σ per dimension), which method is best.
 *
 * @throws if there are no rows, two have the same label, a number is not finite, one on a logarithmic axis is
 *   not positive, or rows have intervals and `options.interval` is missing.
 */
export function rankedDots(rows: readonly RankedRow[], options: RankedDotsOptions): FigureSpec {
  const { x, labelTitle, rule, keepOrder = false, width = 420 } = options;
  checkNotEmpty("rankedDots", "rows", rows);
  checkFinite("rankedDots", "rows", rows, ["value", "lower", "upper"]);
  const hasIntervals = checkIntervals("rankedDots", "rows", rows, options);
  checkDistinctLabels(rows);
  if (x.scale === "log") checkLogValues(rows, rule?.at);
  const ranked = keepOrder ? [...rows] : [...rows].sort((a, b) => b.value - a.value);
  // A layer without a row would otherwise decide where the row comes
  const isComplete = !hasIntervals || ranked.every(({ lower }) => lower !== undefined);
  const sort = isComplete ? null : ranked.map(({ label }) => label);
  return {
    ...figureBase(withIntervalNote(options, "Bars"), describe(ranked, x)),
    width,
    height: { step: 19 },
    data: { values: dataRows(ranked) },
    layer: [
      ...(rule === undefined ? [] : [ruleMark({ axis: "x", at: rule.at }), labelOfRule(rule)]),
      ...(hasIntervals ? [intervalMark(sort)] : []),
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: SERIES_COLORS[0], tooltip: true },
        encoding: {
          x: {
            field: "value",
            type: "quantitative",
            title: axisTitle(x),
            ...(x.scale === "log"
              ? logChannel(valuesAlong(rows, rule?.at))
              : { scale: { type: "linear" }, axis: { tickCount: 6 } }),
          },
          y: labelChannel(labelTitle, sort),
        },
      },
    ],
  };
}

/** The order of the rows on the axis: `null` is that of the data. */
type Order = string[] | null;

function labelChannel(title: string | undefined, sort: Order) {
  return {
    field: "label",
    type: "nominal" as const,
    sort,
    axis: {
      title: title ?? null,
      grid: true,
      gridDash: [1, 3],
      ticks: false,
      domain: false,
      labelOverlap: false,
    },
  };
}

function intervalMark(sort: Order): Unit {
  return {
    mark: { type: "rule", color: SERIES_COLORS[0], strokeWidth: 2, tooltip: null },
    encoding: {
      x: { field: "lower", type: "quantitative" },
      x2: { field: "upper" },
      y: { field: "label", type: "nominal", sort },
    },
  };
}

function labelOfRule({ at, label }: { at: number; label: string }): Unit {
  return {
    data: { values: [{ at: roundDigits(at), label }] },
    mark: { type: "text", baseline: "bottom", dy: -4, color: INK.muted },
    encoding: {
      x: { field: "at", type: "quantitative" },
      y: { value: 0 },
      text: { field: "label", type: "nominal" },
    },
  };
}

function dataRows(rows: readonly RankedRow[]) {
  const round = roundTogether(rows.map(({ value }) => value));
  return rows.map((row) => ({ label: row.label, value: round(row.value), ...intervalFields(row, round) }));
}

/** Everything drawn along the axis of the values. */
function valuesAlong(rows: readonly RankedRow[], rule: number | undefined): number[] {
  const values = rows.flatMap(({ value, lower = value, upper = value }) => [value, lower, upper]);
  return rule === undefined ? values : [...values, rule];
}

function checkLogValues(rows: readonly RankedRow[], rule: number | undefined): void {
  const checkPositive = (name: string, value: number | undefined): void => {
    if (value !== undefined && value <= 0)
      rejectArgument("rankedDots", name, "be positive on a logarithmic axis", value, 'use scale: "linear"');
  };
  rows.forEach(({ value, lower }, i) => {
    checkPositive(`rows[${i}].value`, value);
    checkPositive(`rows[${i}].lower`, lower);
  });
  checkPositive("rule.at", rule);
}

function checkDistinctLabels(rows: readonly RankedRow[]): void {
  const seen = new Set<string>();
  for (const { label } of rows) {
    if (seen.has(label))
      rejectArgument("rankedDots", "rows", "have distinct labels", `"${label}" twice`, "rename one of them");
    seen.add(label);
  }
}

function describe(ranked: readonly RankedRow[], x: Axis): string {
  const first = ranked.slice(0, 3).map(({ label, value }) => `${label} ${Number(value.toPrecision(3))}`);
  return `${axisTitle(x)} of ${ranked.length} entries, the first: ${first.join(", ")}`;
}
