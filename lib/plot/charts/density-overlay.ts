import { axisTitle, type Axis } from "../marks/axis";
import { distinct, extent, short } from "../numeric/numbers";
import { seriesChannels } from "../marks/series";
import { head, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkAtMost, checkFiniteList, checkNotEmpty, reject } from "../numeric/validate";

/** Samples of one quantity. */
export interface Samples {
  /** Samples of one panel share it; may be left out where there is one panel only. */
  readonly panel?: string;
  /** What the samples are, for example `aggregate posterior`. */
  readonly series: string;
  readonly values: ArrayLike<number>;
}

/** A density drawn over the histograms of every panel. */
export interface ReferenceDensity {
  readonly label: string;
  readonly density: (x: number) => number;
}

/** Axes, bins and reference of a {@link densityOverlay}. */
export interface DensityOverlayOptions extends Titles {
  readonly x: Axis;
  readonly reference?: ReferenceDensity;
  /** Bins over the range of all samples; 40 by default. */
  readonly bins?: number;
  /** Panels in a row; 4 by default. */
  readonly columns?: number;
}

/** The density of N(mean, sd²), for instance the prior N(0, 1), as a reference. */
export const normalReference = (label = "N(0, 1)", mean = 0, sd = 1): ReferenceDensity => ({
  label,
  density: (x) => Math.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * Math.sqrt(2 * Math.PI)),
});

/**
 * Histograms as densities, with a reference density over them: for example the aggregate posterior of each latent
 * dimension against the prior N(0, 1).
 *
 * @throws when there are no samples, one is not finite, or one panel holds more than six series.
 */
export function densityOverlay(samples: readonly Samples[], options: DensityOverlayOptions): FigureSpec {
  const { x, reference, bins = 40, columns = 4 } = options;
  checkNotEmpty("densityOverlay", "samples", samples);
  samples.forEach(({ values }, i) => {
    checkNotEmpty("densityOverlay", `samples[${i}].values`, values);
    checkFiniteList("densityOverlay", `samples[${i}].values`, values);
  });
  if (!Number.isInteger(bins) || bins < 1)
    reject("densityOverlay", "bins", "a whole number >= 1", bins, "try 40");
  const names = distinct(samples.map(({ series }) => series));
  checkAtMost("densityOverlay", "the number of series", names.length, seriesColors.length - 1);
  const panels = distinct(samples.map(({ panel = "" }) => panel));
  const edges = binEdges(samples, bins);
  const channels = seriesChannels(names, "by dash", { reference: reference?.label });
  const layer = [
    ...histogram(channels),
    ...(reference === undefined ? [] : [curve(reference, edges, channels)]),
  ];
  const data = { values: samples.flatMap((one) => steps(one, edges)) };
  const axes = sharedAxes(x);
  const top = head(options, describe(names, panels, options));
  if (panels.length === 1) return { ...top, data, width: 420, height: 260, encoding: axes, layer };
  return {
    ...top,
    data,
    facet: { field: "panel", type: "nominal", sort: [...panels], header: { title: null, labelPadding: 4 } },
    columns,
    spacing: { row: 14, column: 16 },
    spec: { width: 150, height: 105, encoding: axes, layer },
  };
}

type Channels = ReturnType<typeof seriesChannels>;

const sharedAxes = (x: Axis) => ({
  x: { field: "x", type: "quantitative" as const, title: axisTitle(x), axis: { grid: false, tickCount: 5 } },
  y: {
    field: "density",
    type: "quantitative" as const,
    title: "density",
    stack: null,
    axis: { tickCount: 4 },
  },
});

/** Steps filled lightly, with an outline in the series' own dash. */
function histogram({ color, strokeDash }: Channels): Unit[] {
  const order = { field: "i", type: "quantitative" } as const;
  return [
    { mark: { type: "area", interpolate: "step-after", opacity: 0.2, tooltip: null }, encoding: { color } },
    {
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1.4, tooltip: null },
      encoding: { color, strokeDash, order },
    },
  ];
}

/** Its own data, which no panel divides, so that it stands in each. */
function curve({ label, density }: ReferenceDensity, edges: readonly number[], channels: Channels): Unit {
  const [low, high] = extent(edges);
  const xs = Array.from({ length: 301 }, (_, i) => low + ((high - low) * i) / 300);
  return {
    data: { values: xs.map((at) => ({ x: short(at), density: short(density(at)), series: label })) },
    mark: { type: "line", tooltip: null },
    encoding: { color: channels.color, strokeDash: channels.strokeDash },
  };
}

/** Equal bins over the range of all samples; a width of 1 where all are the same. */
function binEdges(samples: readonly Samples[], bins: number): number[] {
  const [low, high] = extent(samples.flatMap(({ values }) => extent(Array.from(values))));
  const width = low === high ? 1 / bins : (high - low) / bins;
  const start = low === high ? low - 0.5 : low;
  return Array.from({ length: bins + 1 }, (_, i) => start + i * width);
}

/** The outline of one histogram from its left foot to its right one; its area is 1. */
function steps({ panel = "", series, values }: Samples, edges: readonly number[]) {
  const bins = edges.length - 1;
  const start = edges[0] ?? 0;
  const width = (edges[1] ?? 1) - start;
  const counts = new Array<number>(bins).fill(0);
  for (const value of Array.from(values)) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - start) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const heights = [0, ...counts.map((count) => count / (values.length * width)), 0];
  return heights.map((height, i) => ({
    i,
    x: short(edges[Math.max(0, i - 1)] ?? start),
    density: short(height),
    series,
    panel,
  }));
}

function describe(
  names: readonly string[],
  panels: readonly string[],
  { x, reference }: DensityOverlayOptions,
) {
  const against = reference === undefined ? "" : ` against ${reference.label}`;
  const where = panels.length === 1 ? "" : ` in ${panels.length} panels`;
  return `Densities of ${axisTitle(x)}${where}: ${names.join(", ")}${against}`;
}
