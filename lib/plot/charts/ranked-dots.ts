import { axisTitle, type Axis } from "../marks/axis";
import { checkIntervals, ends, withNotes, type Interval, type IntervalOptions } from "../marks/intervals";
import { short } from "../numeric/numbers";
import { head, ink, seriesColors, type FigureSpec, type Unit } from "../marks/theme";
import { checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** One thing that is ranked, for example one dimension of the latent space. */
export interface RankedRow extends Interval {
  readonly label: string;
  readonly value: number;
}

/** Axis and annotation of a {@link rankedDots}. */
export interface RankedDotsOptions extends IntervalOptions {
  readonly x: Axis;
  /** What the labels are, for example `latent dimension`. */
  readonly labelTitle?: string;
  /** A value to compare with, for example the prior's σ = 1. */
  readonly rule?: { readonly at: number; readonly label: string };
  /** Keeps the rows' order, to set two such figures side by side; false by default. */
  readonly keepOrder?: boolean;
  /** In px, 420 by default. */
  readonly width?: number;
}

/**
 * Values with their intervals, the greatest on top: which latent dimensions are used (KL a dimension), how wide the
 * encoder is (σ a dimension), which method is best.
 *
 * @throws when there is no row, labels repeat, or a number is not finite.
 */
export function rankedDots(rows: readonly RankedRow[], options: RankedDotsOptions): FigureSpec {
  const { x, labelTitle, rule, keepOrder = false, width = 420 } = options;
  checkNotEmpty("rankedDots", "rows", rows);
  checkFinite("rankedDots", "rows", rows, ["value", "lower", "upper"]);
  const barred = checkIntervals("rankedDots", "rows", rows, options);
  checkUnique(rows);
  const ranked = keepOrder ? [...rows] : [...rows].sort((a, b) => b.value - a.value);
  return {
    ...head(withNotes(options, "Bars"), describe(ranked, x)),
    width,
    height: { step: 19 },
    data: { values: ranked.map(compact) },
    layer: [
      ...(rule === undefined ? [] : ruleMarks(rule)),
      ...(barred ? [intervals] : []),
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: seriesColors[0], tooltip: true },
        encoding: {
          x: {
            field: "value",
            type: "quantitative",
            title: axisTitle(x),
            scale: { type: x.scale ?? "linear" },
            axis: { tickCount: 6 },
          },
          y: labelChannel(labelTitle),
        },
      },
    ],
  };
}

const labelChannel = (title: string | undefined) => ({
  field: "label",
  type: "nominal" as const,
  sort: null,
  axis: {
    title: title ?? null,
    grid: true,
    gridDash: [1, 3],
    ticks: false,
    domain: false,
    labelOverlap: false,
  },
});

const intervals: Unit = {
  mark: { type: "rule", color: seriesColors[0], strokeWidth: 2, tooltip: null },
  encoding: {
    x: { field: "lower", type: "quantitative" },
    x2: { field: "upper" },
    y: { field: "label", type: "nominal", sort: null },
  },
};

const ruleMarks = ({ at, label }: { at: number; label: string }): Unit[] => [
  {
    data: { values: [{ at: short(at) }] },
    mark: { type: "rule", color: ink.muted, strokeDash: [5, 4], strokeWidth: 1.4, tooltip: null },
    encoding: { x: { field: "at", type: "quantitative" } },
  },
  {
    data: { values: [{ at: short(at), label }] },
    mark: { type: "text", baseline: "bottom", dy: -4, color: ink.muted },
    encoding: {
      x: { field: "at", type: "quantitative" },
      y: { value: 0 },
      text: { field: "label", type: "nominal" },
    },
  },
];

const compact = (row: RankedRow) => ({ label: row.label, value: short(row.value), ...ends(row) });

function checkUnique(rows: readonly RankedRow[]): void {
  const seen = new Set<string>();
  for (const { label } of rows) {
    if (seen.has(label))
      reject("rankedDots", "rows", "with distinct labels", `"${label}" twice`, "name each row");
    seen.add(label);
  }
}

function describe(ranked: readonly RankedRow[], x: Axis): string {
  const top = ranked.slice(0, 3).map(({ label, value }) => `${label} ${Number(value.toPrecision(3))}`);
  return `${axisTitle(x)} of ${ranked.length} entries, the first: ${top.join(", ")}`;
}
