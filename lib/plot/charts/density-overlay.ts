import { axisTitle, type Axis } from "../marks/axis";
import { facetByPanel } from "../marks/facet";
import { seriesChannels } from "../marks/series";
import { figureBase, SERIES_COLORS, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { distinct, extent, roundDigits } from "../numeric/numbers";
import { checkAtMost, checkFiniteList, checkInteger, checkNotEmpty } from "../numeric/validate";

/** Samples of one quantity. */
export interface Samples {
  /** The title of their panel; optional if there is only one panel. */
  readonly panel?: string;
  /** What the samples are, for example `aggregate posterior`. */
  readonly series: string;
  /** The samples, in the unit of the axis. */
  readonly values: ArrayLike<number>;
}

/** A density drawn over the histograms of every panel. */
export interface ReferenceDensity {
  /** Its name in the legend. */
  readonly label: string;
  /** p(x). */
  readonly density: (x: number) => number;
}

/** Axis, bins and reference of a {@link densityOverlay}. */
export interface DensityOverlayOptions extends Titles {
  /** Title and scale of the axis of the samples. */
  readonly x: Axis;
  /** Drawn as a line over every panel; none by default. */
  readonly reference?: ReferenceDensity;
  /** The number of bins over the range of all samples; 40 by default. */
  readonly bins?: number;
  /** Panels per row; 4 by default. */
  readonly columns?: number;
}

/** Returns the density of N(mean, sd²), by default the prior N(0, 1), as a reference. */
export function normalReference(label = "N(0, 1)", mean = 0, sd = 1): ReferenceDensity {
  return {
    label,
    density: (x) => Math.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * Math.sqrt(2 * Math.PI)),
  };
}

const CALLER = "densityOverlay";

/**
 * Draws histograms as densities, with a reference density over them: for example the aggregate posterior of
 * each latent dimension and the prior N(0, 1).
 *
 * @throws if there are no samples, one is not finite, or there are more than six series.
 */
export function densityOverlay(samples: readonly Samples[], options: DensityOverlayOptions): FigureSpec {
  const { x, reference, bins = 40, columns = 4 } = options;
  checkNotEmpty(CALLER, "samples", samples);
  samples.forEach(({ values }, i) => {
    checkNotEmpty(CALLER, `samples[${i}].values`, values);
    checkFiniteList(CALLER, `samples[${i}].values`, values);
  });
  checkInteger(CALLER, "bins", bins, 1, "try 40");
  const names = distinct(samples.map(({ series }) => series));
  checkAtMost(CALLER, "the number of series", names.length, SERIES_COLORS.length - 1);
  const panels = distinct(samples.map(({ panel = "" }) => panel));
  const edges = binEdges(samples, bins);
  const channels = seriesChannels(names, { reference: reference?.label });
  const layer = [
    ...histogramMarks(channels),
    ...(reference === undefined ? [] : [referenceMark(reference, edges, channels)]),
  ];
  const base = {
    ...figureBase(options, describe(names, panels, options)),
    data: { values: samples.flatMap((one) => histogramRows(one, edges)) },
  };
  const encoding = sharedAxes(x);
  if (panels.length === 1) return { ...base, width: 420, height: 260, encoding, layer };
  const layout = { columns, spacing: { row: 14, column: 16 }, header: { labelPadding: 4 } };
  return { ...base, ...facetByPanel(panels, layout, { width: 150, height: 105, encoding, layer }) };
}

type Channels = ReturnType<typeof seriesChannels>;

function sharedAxes(x: Axis) {
  return {
    x: {
      field: "x",
      type: "quantitative" as const,
      title: axisTitle(x),
      axis: { grid: false, tickCount: 5 },
    },
    y: {
      field: "density",
      type: "quantitative" as const,
      title: "density",
      stack: null,
      axis: { tickCount: 4 },
    },
  };
}

/** A light area and its outline in the dash of the series. */
function histogramMarks({ color, strokeDash }: Channels): Unit[] {
  const order = { field: "i", type: "quantitative" } as const;
  return [
    { mark: { type: "area", interpolate: "step-after", opacity: 0.2, tooltip: null }, encoding: { color } },
    {
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1.4, tooltip: null },
      encoding: { color, strokeDash, order },
    },
  ];
}

/** Has its own data without a panel, so that Vega-Lite repeats it in every panel. */
function referenceMark(
  { label, density }: ReferenceDensity,
  edges: readonly number[],
  channels: Channels,
): Unit {
  const [low, high] = extent(edges);
  const xs = Array.from({ length: 301 }, (_, i) => low + ((high - low) * i) / 300);
  const values = xs.map((x) => ({ x: roundDigits(x), density: roundDigits(density(x)), series: label }));
  return {
    data: { values },
    mark: { type: "line", tooltip: null },
    encoding: { color: channels.color, strokeDash: channels.strokeDash },
  };
}

/** Equal bins over the range of all samples, or over a range of 1 if all samples are equal. */
function binEdges(samples: readonly Samples[], bins: number): number[] {
  const [low, high] = extent(samples.flatMap(({ values }) => extent(Array.from(values))));
  const width = low === high ? 1 / bins : (high - low) / bins;
  const start = low === high ? low - 0.5 : low;
  return Array.from({ length: bins + 1 }, (_, i) => start + i * width);
}

/** The outline of one histogram from left to right, starting and ending at 0; its area is 1. */
function histogramRows({ panel = "", series, values }: Samples, edges: readonly number[]) {
  const bins = edges.length - 1;
  const start = edges[0] ?? 0;
  const width = (edges[1] ?? 1) - start;
  const counts = new Array<number>(bins).fill(0);
  for (const value of Array.from(values)) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - start) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const densities = [0, ...counts.map((count) => count / (values.length * width)), 0];
  return densities.map((density, i) => ({
    i,
    x: roundDigits(edges[Math.max(0, i - 1)] ?? start),
    density: roundDigits(density),
    series,
    panel,
  }));
}

function describe(
  names: readonly string[],
  panels: readonly string[],
  { x, reference }: DensityOverlayOptions,
): string {
  const against = reference === undefined ? "" : ` against ${reference.label}`;
  const where = panels.length === 1 ? "" : ` in ${panels.length} panels`;
  return `Densities of ${axisTitle(x)}${where}: ${names.join(", ")}${against}`;
}
