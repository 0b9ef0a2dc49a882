import { INK, type Layer, type Unit } from "../marks/theme";
import { imageMark, type PictureSize } from "./image-mark";
import { pngUrl, type Raster } from "./png";

/** The labels along one side of a mosaic. */
export interface Captions {
  readonly orient: "left" | "right" | "top" | "bottom";
  /** One label per row or column; empty strings are not drawn. */
  readonly texts: readonly string[];
  /** The title of the axis. */
  readonly title?: string;
}

/** The captions of a mosaic's rows and columns. */
export interface MosaicCaptions {
  readonly rows: Captions;
  readonly columns: Captions;
}

/** A mosaic and how it is displayed. */
export interface MosaicView extends MosaicCaptions {
  readonly raster: Raster;
  /** Screen pixels per image pixel; integers keep the pixels sharp. */
  readonly scale: number;
}

/**
 * Returns the largest integer scale at which `count` images of `size` pixels fit into `available` px and one
 * image is at most `largest` px; at least 1.
 */
export function integerScale(size: number, count: number, available = 720, largest = 72): number {
  return Math.max(1, Math.floor(Math.min(largest / size, available / (count * size))));
}

/**
 * Returns the part of a spec that draws a mosaic as one image mark, not smoothed, with captions on two sides.
 */
export function mosaicView({ raster, scale, rows, columns }: MosaicView): Layer {
  const size = { width: raster.width * scale, height: raster.height * scale };
  const picture = imageMark([{ url: pngUrl(raster) }], size, { smooth: false });
  return withCaptions(picture, size, { rows, columns });
}

/** Returns a picture with captions on two sides. */
export function withCaptions(picture: Unit, size: PictureSize, { rows, columns }: MosaicCaptions): Layer {
  const cells = Math.max(rows.texts.length, columns.texts.length);
  return {
    ...size,
    data: { values: Array.from({ length: cells }, (_, i) => cellRow(i, rows, columns)) },
    layer: [
      picture,
      {
        mark: { type: "point", opacity: 0, tooltip: null },
        encoding: {
          x: { field: "column", type: "ordinal", scale: BAND_SCALE, axis: captionAxis(columns) },
          y: { field: "row", type: "ordinal", scale: BAND_SCALE, axis: captionAxis(rows) },
        },
      },
    ],
  };
}

const BAND_SCALE = { type: "band", paddingInner: 0, paddingOuter: 0 } as const;

/**
 * Data of the invisible points: every row and column number occurs, the last of the shorter side repeatedly.
 */
function cellRow(i: number, rows: Captions, columns: Captions) {
  return {
    row: Math.min(i, rows.texts.length - 1),
    column: Math.min(i, columns.texts.length - 1),
  };
}

function captionAxis({ orient, texts, title }: Captions) {
  if (texts.every((text) => text === "") && title === undefined) return null;
  return {
    orient,
    title: title ?? null,
    labelExpr: `${JSON.stringify(texts)}[datum.value]`,
    labelAngle: 0,
    labelLimit: 0,
    labelOverlap: false,
    labelColor: INK.text,
    labelPadding: 8,
    ticks: false,
    domain: false,
  } as const;
}
