import { figureBase, type FigureSpec } from "../marks/theme";
import { formatNumber } from "../numeric/numbers";
import { checkFiniteList, rejectArgument } from "../numeric/validate";
import { mosaic, toImageBytes, type ImageOptions } from "../raster/images";
import { integerScale, mosaicView } from "../raster/mosaic-view";

/** Shape, latent values and titles of a {@link latentManifold}. */
export interface LatentManifoldOptions extends ImageOptions {
  /** The n values of z₁ and of z₂ that were decoded, increasing, for example `priorQuantiles(20)`. */
  readonly values: readonly number[];
}

const CALLER = "latentManifold";

/**
 * Draws the images that a decoder produces over a two-dimensional latent space: z₁ increases to the right, z₂
 * upwards.
 *
 * @param pixels n·n images as one flat list of values in [0, 1]; image i·n + j is decoded at z₁ = values[j],
 *   z₂ = values[i].
 * @throws if there are not n·n images, a pixel is outside [0, 1], or `values` do not increase.
 */
export function latentManifold(pixels: ArrayLike<number>, options: LatentManifoldOptions): FigureSpec {
  const { shape, values } = options;
  const n = values.length;
  checkIncreasing(values);
  const images = toImageBytes(CALLER, "pixels", pixels, options);
  if (images.count !== n * n)
    rejectArgument(
      CALLER,
      "pixels",
      `contain ${n}·${n} = ${n * n} images`,
      images.count,
      "decode every pair of values",
    );
  const cellOf = (index: number) => [n - 1 - Math.floor(index / n), index % n] as const;
  const labels = axisLabels(values);
  return {
    ...figureBase(options, `Images decoded on a grid of ${n} by ${n} values of the two latent variables`),
    ...mosaicView({
      raster: mosaic(images, { rows: n, columns: n, gap: 0, cellOf }),
      scale: integerScale(shape[1], n, 600, 60),
      rows: { orient: "left", texts: [...labels].reverse(), title: "z₂" },
      columns: { orient: "bottom", texts: labels, title: "z₁" },
    }),
  };
}

function checkIncreasing(values: readonly number[]): void {
  checkFiniteList(CALLER, "values", values);
  const bad = values.findIndex((value, i) => i > 0 && value <= (values[i - 1] ?? value));
  if (values.length === 0 || bad >= 0)
    rejectArgument(
      CALLER,
      "values",
      "be one or more increasing numbers",
      `[${values.map((value) => formatNumber(value, 2)).join(", ")}]`,
      "use priorQuantiles(20)",
    );
}

/** About seven labels, placed symmetrically; the other entries are empty. */
function axisLabels(values: readonly number[]): string[] {
  const last = values.length - 1;
  const step = Math.max(1, Math.round(last / 6));
  const isLabelled = (i: number): boolean => Math.min(i, last - i) % step === 0;
  return values.map((value, i) => (isLabelled(i) ? formatNumber(value, 1) : ""));
}
