import { INK, SERIES_COLORS, SERIES_DASHES, SERIES_SHAPES } from "./theme";

/** Options of {@link seriesChannels}. */
export interface SeriesOptions {
  /**
   * What distinguishes the series besides their colour, and therefore appears in the legend; `dash` by
   * default.
   */
  readonly style?: "dash" | "symbol";
  /** Name of what the series are compared with, drawn last: solid, in the colour of text. */
  readonly reference?: string | undefined;
  /** Between the plot and its legend, px. */
  readonly legendOffset?: number | undefined;
}

/**
 * Returns the channels of the field `series`: colour and dash for lines, colour and shape for points.
 *
 * @param names the series in order, at most seven.
 */
export function seriesChannels(names: readonly string[], options: SeriesOptions = {}) {
  const { style = "dash", reference, legendOffset } = options;
  const domain = reference === undefined ? [...names] : [...names, reference];
  const rangeOf = <T>(values: readonly T[], ofReference: T): T[] => [
    ...values.slice(0, names.length),
    ...(reference === undefined ? [] : [ofReference]),
  ];
  const symbols = style === "dash" ? STROKE_LEGEND : SYMBOL_LEGEND;
  const offset = legendOffset === undefined ? {} : { offset: legendOffset };
  const legend = domain.length > 1 ? { ...symbols, ...offset } : null;
  const channel = { field: "series", type: "nominal" } as const;
  return {
    color: { ...channel, legend, scale: { domain, range: rangeOf<string>(SERIES_COLORS, INK.text) } },
    strokeDash: { ...channel, legend, scale: { domain, range: rangeOf(SERIES_DASHES, [1, 0]) } },
    shape: { ...channel, legend, scale: { domain, range: rangeOf(SERIES_SHAPES, "stroke") } },
  };
}

/** A legend that shows a piece of each line. */
const STROKE_LEGEND = {
  title: null,
  columns: 4,
  symbolType: "stroke",
  symbolSize: 700,
  symbolOpacity: 1,
} as const;

/** A legend that shows each symbol. */
const SYMBOL_LEGEND = { title: null, columns: 4, symbolSize: 90, symbolOpacity: 1 } as const;
