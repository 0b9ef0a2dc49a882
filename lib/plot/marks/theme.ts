import type { Config, TopLevelSpec } from "vega-lite";
import type { Field } from "vega-lite/build/src/channeldef";
import type { LayerSpec } from "vega-lite/build/src/spec/layer";
import type { UnitSpec } from "vega-lite/build/src/spec/unit";

/** A figure: a Vega-Lite 5 specification that contains its data. */
export type FigureSpec = TopLevelSpec;

/** A part of a figure: several marks drawn over each other. */
export type Layer = LayerSpec<Field>;

/** A part of a figure: one mark with its encoding. */
export type Unit = UnitSpec<Field>;

/** The title and subtitle above a figure. */
export interface Titles {
  /** What the figure shows, in one line. */
  readonly title?: string;
  /** A second, smaller line: conditions, sample sizes, what an interval is. */
  readonly subtitle?: string;
}

/**
 * PNGs use DejaVu Sans, which the package contains; browsers without it use Verdana, which has similar
 * widths.
 */
export const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Greys, from dark to light. */
export interface Ink {
  /** Text. */
  readonly text: string;
  /** Subtitles and notes. */
  readonly muted: string;
  /** Axes and reference lines. */
  readonly rule: string;
  /** Grid lines. */
  readonly grid: string;
}

/** The greys of every figure, for text and for lines in the background. */
export const INK: Ink = { text: "#262626", muted: "#666666", rule: "#8c8c8c", grid: "#e8e8e8" };

/**
 * Colours for up to seven series, distinguishable with all common kinds of colour blindness. Dash or shape
 * are redundant encodings. Source: M. Okabe and K. Ito, "Color Universal Design" (2008), without yellow.
 */
export const SERIES_COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#595959",
] as const;

/** The dash of each of the {@link SERIES_COLORS}: px on, px off. */
export const SERIES_DASHES: readonly number[][] = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 2],
  [12, 4],
  [1, 3],
];

/** The symbol of each of the {@link SERIES_COLORS}. */
export const SERIES_SHAPES = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "cross",
  "triangle-down",
  "triangle-left",
];

/**
 * Colours for up to ten classes, such as digits.
 * Source: M. Petroff, "Accessible Color Sequences for Data Visualization" (2021), the sequence of ten.
 */
export const CLASS_COLORS = [
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
  font: FONT,
  view: { stroke: null },
  title: {
    anchor: "start",
    fontSize: 15,
    fontWeight: "bold",
    color: INK.text,
    offset: 12,
    subtitlePadding: 5,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    labelColor: INK.text,
    titleColor: INK.text,
    titlePadding: 8,
    labelPadding: 4,
    domainColor: INK.rule,
    tickColor: INK.rule,
    gridColor: INK.grid,
    tickSize: 4,
    labelFlush: false,
    labelSeparation: 6,
  },
  legend: {
    orient: "top",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: INK.text,
    titleColor: INK.text,
    symbolSize: 140,
    symbolStrokeWidth: 2.2,
    labelLimit: 0,
  },
  header: { labelFontSize: 13, titleFontSize: 13, labelColor: INK.text, labelFontWeight: "bold" },
  line: { strokeWidth: 2.2 },
  text: { fontSize: 12, color: INK.text },
};

/** The part of a Vega-Lite specification that all figures share. */
export type FigureBase = Pick<
  FigureSpec,
  "$schema" | "description" | "background" | "padding" | "title" | "config"
>;

/**
 * Returns the part that all figures share: schema, theme, titles, and a white background, which is legible in
 * dark themes too.
 *
 * @param description the figure's alternative text.
 */
export function figureBase(titles: Titles, description: string): FigureBase {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    background: "white",
    padding: 10,
    ...titleBlock(titles),
    config,
  };
}

/** A subtitle without a title is drawn in the title's place. */
function titleBlock({ title, subtitle }: Titles) {
  const small = { color: INK.muted, fontSize: 12, fontWeight: "normal" } as const;
  if (title === undefined) return subtitle === undefined ? {} : { title: { text: subtitle, ...small } };
  if (subtitle === undefined) return { title: { text: title } };
  return { title: { text: title, subtitle, subtitleFontSize: small.fontSize, subtitleColor: small.color } };
}

/** Returns the titles with notes appended to the subtitle. */
export function withNotes(
  { title, subtitle }: Titles,
  notes: readonly string[],
  separator: " " | "; ",
): Titles {
  const lines = [...(subtitle === undefined ? [] : [subtitle]), ...notes];
  return {
    ...(title === undefined ? {} : { title }),
    ...(lines.length === 0 ? {} : { subtitle: lines.join(separator) }),
  };
}

/** Returns a description that starts with the title, if there is one. */
export function withTitle({ title }: Titles, description: string): string {
  return title === undefined ? description : `${title}. ${description}`;
}
