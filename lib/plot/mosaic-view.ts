import { pngUrl, type Raster } from "./png";
import { ink, type Layer } from "./theme";

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
  const width = raster.width * scale;
  const height = raster.height * scale;
  const cells = Math.max(rows.texts.length, columns.texts.length);
  return {
    width,
    height,
    data: { values: Array.from({ length: cells }, (_, i) => cell(i, rows, columns)) },
    layer: [
      {
        data: { values: [{ url: pngUrl(raster) }] },
        mark: { type: "image", width, height, smooth: false, aspect: false, align: "left", baseline: "top" },
        encoding: { x: { value: 0 }, y: { value: 0 }, url: { field: "url", type: "nominal" } },
      },
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
