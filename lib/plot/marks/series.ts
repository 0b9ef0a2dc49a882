import { ink, seriesColors, seriesDashes, seriesShapes } from "./theme";

/** What tells series apart beside their colour, and what the legend therefore shows. */
export type Told = "by dash" | "by symbol";

/**
 * The channels of figures with series: colour and dash for lines, colour and symbol for points.
 *
 * @param reference the last of the names, if it is no series but what they are compared with: drawn in ink, solid.
 * @param room px between the plot and its legend, for words that stand there.
 */
export function seriesChannels(
  names: readonly string[],
  told: Told = "by dash",
  { reference, room }: { readonly reference?: string | undefined; readonly room?: number | undefined } = {},
) {
  const domain = reference === undefined ? [...names] : [...names, reference];
  const range = <T>(values: readonly T[], last: T): T[] => [
    ...values.slice(0, names.length),
    ...(reference === undefined ? [] : [last]),
  ];
  const usual = told === "by dash" ? strokes : symbols;
  const legend = domain.length > 1 ? { ...usual, ...(room === undefined ? {} : { offset: room }) } : null;
  const channel = { field: "series", type: "nominal" } as const;
  return {
    color: { ...channel, legend, scale: { domain, range: range<string>(seriesColors, ink.text) } },
    strokeDash: { ...channel, legend, scale: { domain, range: range(seriesDashes, [1, 0]) } },
    shape: { ...channel, legend, scale: { domain, range: range(seriesShapes, "stroke") } },
  };
}

/** Legends that show a piece of the line. */
const strokes = { title: null, columns: 4, symbolType: "stroke", symbolSize: 700, symbolOpacity: 1 } as const;

/** Legends that show the symbol. */
const symbols = { title: null, columns: 4, symbolSize: 90, symbolOpacity: 1 } as const;
