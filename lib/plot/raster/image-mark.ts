import type { Transform } from "vega-lite/build/src/transform";
import type { Unit } from "../marks/theme";

/** The size of a picture on the screen, px. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Returns a mark that draws the pictures at the field `url` of its rows, stretched over the whole plot. */
export function imageMark(
  rows: readonly Readonly<Record<string, string | number>>[],
  size: PictureSize,
  { smooth, transform = [] }: { readonly smooth: boolean; readonly transform?: Transform[] },
): Unit {
  return {
    data: { values: [...rows] },
    ...(transform.length > 0 ? { transform } : {}),
    mark: { type: "image", ...size, smooth, aspect: false, align: "left", baseline: "top" },
    encoding: { x: { value: 0 }, y: { value: 0 }, url: { field: "url", type: "nominal" } },
  };
}
