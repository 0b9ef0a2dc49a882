import { mosaic, toBytes, type ImageShape } from "../raster/images";
import { mosaicView, wholeScale } from "../raster/mosaic-view";
import { show } from "../numeric/numbers";
import { head, type FigureSpec, type Titles } from "../marks/theme";
import { checkFiniteList, reject } from "../numeric/validate";

/** Shape and axes of a {@link latentManifold}. */
export interface LatentManifoldOptions extends Titles {
  /** Of one image: `[28, 28]`, or `[64, 64, 3]` with colours. */
  readonly shape: ImageShape;
  /** The n values of z₁ and of z₂ at which the decoder was asked, increasing, for example `priorQuantiles(20)`. */
  readonly values: readonly number[];
  /** Draws 0 white and 1 black, as ink on paper; false by default. */
  readonly invert?: boolean;
}

/**
 * What a decoder draws over a two-dimensional latent space: z₁ to the right, z₂ upwards.
 *
 * @param pixels n·n images, flat, in [0, 1]; image i·n + j is the decoder's at z₁ = values[j], z₂ = values[i].
 * @throws when there are not n·n images, or the values do not increase.
 */
export function latentManifold(pixels: ArrayLike<number>, options: LatentManifoldOptions): FigureSpec {
  const { shape, values, invert = false } = options;
  const n = values.length;
  checkIncreasing(values);
  const images = toBytes("latentManifold", "pixels", pixels, shape, invert);
  if (images.count !== n * n)
    reject(
      "latentManifold",
      "pixels",
      `${n}·${n} = ${n * n} images`,
      images.count,
      "decode every pair of values",
    );
  const place = (index: number) => [n - 1 - Math.floor(index / n), index % n] as const;
  const labels = sparse(values);
  return {
    ...head(options, `Images decoded on a grid of ${n} by ${n} values of the two latent variables`),
    ...mosaicView({
      raster: mosaic(images, { rows: n, columns: n, gap: 0, place }),
      scale: wholeScale(shape[1], n, 600, 60),
      rows: { orient: "left", texts: [...labels].reverse(), title: "z₂" },
      columns: { orient: "bottom", texts: labels, title: "z₁" },
    }),
  };
}

function checkIncreasing(values: readonly number[]): void {
  checkFiniteList("latentManifold", "values", values);
  const bad = values.findIndex((value, i) => i > 0 && value <= (values[i - 1] ?? value));
  if (values.length === 0 || bad >= 0)
    reject(
      "latentManifold",
      "values",
      "one or more increasing numbers",
      `[${values.map((value) => show(value, 2)).join(", ")}]`,
      "priorQuantiles(20) gives such values",
    );
}

/** About seven labels, the same on both sides of the middle. */
function sparse(values: readonly number[]): string[] {
  const last = values.length - 1;
  const every = Math.max(1, Math.round(last / 6));
  const written = (i: number): boolean => Math.min(i, last - i) % every === 0;
  return values.map((value, i) => (written(i) ? show(value, 1) : ""));
}
