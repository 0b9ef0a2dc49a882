import { pngUrl, type Raster } from "./png";
import type { Transform } from "vega-lite/build/src/transform";
import { ink, type Layer, type Unit } from "../marks/theme";

/** Words along one side of a mosaic: one for each row or column, an empty one where there is nothing to say. */
export interface Captions {
  readonly orient: "left" | "right" | "top" | "bottom";
  readonly texts: readonly string[];
  /** The axis's own title, in the middle. */
  readonly title?: string;
}

/** How a mosaic is laid out on the page. */
export interface MosaicView {
  readonly raster: Raster;
  /** Screen pixels for one pixel of the images: a whole number keeps them crisp. */
  readonly scale: number;
  readonly rows: Captions;
  readonly columns: Captions;
}

/** The largest whole scale at which `count` images of `size` pixels fit into `room`, and an image is at most `most`. */
export const wholeScale = (size: number, count: number, room = 720, most = 72): number =>
  Math.max(1, Math.floor(Math.min(most / size, room / (count * size))));

/** Part of a spec: a mosaic as one image mark, unsmoothed, with captions on two of its sides. */
export function mosaicView({ raster, scale, rows, columns }: MosaicView): Layer {
  const size = { width: raster.width * scale, height: raster.height * scale };
  return captioned(picture([{ url: pngUrl(raster) }], size), size, { rows, columns });
}

/** On the screen, in px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pictures in one place, by their `url`; a transform may choose which of them is seen. */
export const picture = (
  values: readonly Readonly<Record<string, string | number>>[],
  size: Size,
  transform: Transform[] = [],
): Unit => ({
  data: { values: [...values] },
  ...(transform.length > 0 ? { transform } : {}),
  mark: { type: "image", ...size, smooth: false, aspect: false, align: "left", baseline: "top" },
  encoding: { x: { value: 0 }, y: { value: 0 }, url: { field: "url", type: "nominal" } },
});

/** A picture with words on two of its sides. */
export function captioned(
  inside: Unit,
  size: Size,
  { rows, columns }: { readonly rows: Captions; readonly columns: Captions },
): Layer {
  const cells = Math.max(rows.texts.length, columns.texts.length);
  return {
    ...size,
    data: { values: Array.from({ length: cells }, (_, i) => cell(i, rows, columns)) },
    layer: [
      inside,
      {
        mark: { type: "point", opacity: 0, tooltip: null },
        encoding: {
          x: { field: "column", type: "ordinal", scale: bands, axis: captionAxis(columns) },
          y: { field: "row", type: "ordinal", scale: bands, axis: captionAxis(rows) },
        },
      },
    ],
  };
}

const bands = { type: "band", paddingInner: 0, paddingOuter: 0 } as const;

/** Rows and columns are numbered; beyond the last one their last is repeated. */
const cell = (i: number, rows: Captions, columns: Captions) => ({
  row: Math.min(i, rows.texts.length - 1),
  column: Math.min(i, columns.texts.length - 1),
});

function captionAxis({ orient, texts, title }: Captions) {
  if (texts.every((text) => text === "") && title === undefined) return null;
  return {
    orient,
    title: title ?? null,
    labelExpr: `${JSON.stringify(texts)}[datum.value]`,
    labelAngle: 0,
    labelLimit: 0,
    labelOverlap: false,
    labelColor: ink.text,
    labelPadding: 8,
    ticks: false,
    domain: false,
  } as const;
}
