/** A picture that covers a surface, with halved copies of itself for distant views. */
export interface Texture {
  /** The picture at full size, then at half the size, and so on. */
  readonly levels: readonly Level[];
}

interface Level {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], from 0 to 1. */
  readonly pixels: Float32Array;
}

/**
 * Returns a texture.
 *
 * @param pixels [height, width, 3] bytes.
 */
export function texture(width: number, height: number, pixels: Uint8Array): Texture {
  const levels: Level[] = [{ width, height, pixels: Float32Array.from(pixels, (value) => value / 255) }];
  for (let last = levels[0]; last !== undefined && Math.min(last.width, last.height) > 1;) {
    last = halve(last);
    levels.push(last);
  }
  return { levels };
}

/** Averages blocks of 2 × 2 pixels. */
function halve({ width, height, pixels }: Level): Level {
  const [w, h] = [width >> 1, height >> 1];
  const out = new Float32Array(w * h * 3);
  for (let row = 0; row < h; row++)
    for (let column = 0; column < w; column++)
      for (let k = 0; k < 3; k++) {
        const at = 3 * (2 * row * width + 2 * column) + k;
        const [a, b] = [pixels[at] ?? 0, pixels[at + 3] ?? 0];
        const [c, d] = [pixels[at + 3 * width] ?? 0, pixels[at + 3 * width + 3] ?? 0];
        out[3 * (row * w + column) + k] = (a + b + c + d) / 4;
      }
  return { width: w, height: h, pixels: out };
}

/**
 * Writes the light times the colour of the texture at (u, v), where it repeats at each integer.
 *
 * @param footprint how much of u a sample spans: the level is chosen whose pixels are as large.
 */
export function applyTexture(
  out: Float64Array,
  light: Float64Array,
  { levels }: Texture,
  u: number,
  v: number,
  footprint: number,
): void {
  const wanted = Math.round(Math.log2(Math.max(1, footprint * (levels[0]?.width ?? 1))));
  const level = levels[Math.min(levels.length - 1, wanted)];
  if (level === undefined) return;
  const { width, height, pixels } = level;
  const column = Math.min(width - 1, Math.floor((u - Math.floor(u)) * width));
  const row = Math.min(height - 1, Math.floor((v - Math.floor(v)) * height));
  const at = 3 * (row * width + column);
  for (let k = 0; k < 3; k++) out[k] = (light[k] ?? 0) * (pixels[at + k] ?? 0);
}
