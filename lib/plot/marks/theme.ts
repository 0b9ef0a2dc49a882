import type { Config, TopLevelSpec } from "vega-lite";
import type { Field } from "vega-lite/build/src/channeldef";
import type { LayerSpec } from "vega-lite/build/src/spec/layer";
import type { UnitSpec } from "vega-lite/build/src/spec/unit";

/** A figure: a Vega-Lite 5 specification with its data inside, ready for `display`. */
export type FigureSpec = TopLevelSpec;

/** Parts of a figure: marks over one another, and one mark with its encoding. */
export type Layer = LayerSpec<Field>;
export type Unit = UnitSpec<Field>;

/** What every figure may carry above the drawing. */
export interface Titles {
  /** What the figure shows, in one line. */
  readonly title?: string;
  /** A second line, smaller: conditions, sample sizes, what an interval is. */
  readonly subtitle?: string;
}

/** DejaVu Sans comes with the package and draws the PNGs; Verdana has nearly its widths where a browser lacks it. */
export const font = "DejaVu Sans, Verdana, sans-serif";

/** Ink for text, for helping lines, and for what should step back. */
export const ink = { text: "#262626", muted: "#666666", rule: "#8c8c8c", grid: "#e8e8e8" } as const;

/**
 * Colours for up to seven series, told apart in every common kind of colour blindness; the dash goes with the
 * colour as second channel. Source: M. Okabe and K. Ito, "Color Universal Design" (2008), without yellow.
 */
export const seriesColors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#595959",
] as const;

/** Dashes (px on, px off) that go with {@link seriesColors}. */
export const seriesDashes: readonly number[][] = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 2],
  [12, 4],
  [1, 3],
];

/** Symbols that go with {@link seriesColors}. */
export const seriesShapes = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "cross",
  "triangle-down",
  "triangle-left",
];

/**
 * Colours for up to ten classes, as in the ten digits.
 * Source: M. Petroff, "Accessible Color Sequences for Data Visualization" (2021), the sequence of ten.
 */
export const classColors = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadb",
] as const;

const config: Config = {
  font,
  view: { stroke: null },
  title: {
    anchor: "start",
    fontSize: 15,
    fontWeight: "bold",
    color: ink.text,
    offset: 12,
    subtitlePadding: 5,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    labelColor: ink.text,
    titleColor: ink.text,
    titlePadding: 8,
    labelPadding: 4,
    domainColor: ink.rule,
    tickColor: ink.rule,
    gridColor: ink.grid,
    tickSize: 4,
    labelFlush: false,
    labelSeparation: 6,
  },
  legend: {
    orient: "top",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: ink.text,
    titleColor: ink.text,
    symbolSize: 140,
    symbolStrokeWidth: 2.2,
    labelLimit: 0,
  },
  header: { labelFontSize: 13, titleFontSize: 13, labelColor: ink.text, labelFontWeight: "bold" },
  line: { strokeWidth: 2.2 },
  text: { fontSize: 12, color: ink.text },
};

/** What all specs begin with: schema, theme, white paper (legible in dark themes too), titles and alt text. */
export function head(titles: Titles, description: string) {
  const { title, subtitle } = titles;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    background: "white",
    padding: 10,
    ...titleBlock(title, subtitle),
    config,
  } as const;
}

function titleBlock(title: string | undefined, subtitle: string | undefined) {
  const small = { color: ink.muted, fontSize: 12, fontWeight: "normal" } as const;
  if (title === undefined) return subtitle === undefined ? {} : { title: { text: subtitle, ...small } };
  if (subtitle === undefined) return { title: { text: title } };
  return { title: { text: title, subtitle, subtitleFontSize: small.fontSize, subtitleColor: small.color } };
}
