import { countOf } from "../../common/count-of";
import type { Change } from "./change";
import { decodePng, type Pixels } from "./decode-png";
import { describeTolerance, percent, type Tolerance } from "./tolerance";

/** Side in pixels of the squares that are compared: one MNIST digit. */
const SIDE = 28;
const FULL_SCALE = 255;

/** Root mean square difference over a square, relative to the full scale. */
function differenceIn(a: Pixels, b: Pixels, left: number, top: number): number {
  const [right, bottom] = [Math.min(left + SIDE, a.width), Math.min(top + SIDE, a.height)];
  let sum = 0;
  for (let y = top; y < bottom; y++)
    for (let i = (y * a.width + left) * a.channels; i < (y * a.width + right) * a.channels; i++)
      sum += ((a.bytes[i] ?? 0) - (b.bytes[i] ?? 0)) ** 2;
  return Math.sqrt(sum / ((right - left) * (bottom - top) * a.channels)) / FULL_SCALE;
}

function dimensions({ width, height, channels }: Pixels): string {
  return `${width} by ${height} pixels, ${countOf(channels, "channel")}`;
}

/**
 * Compares the pixels of two PNG images by the root mean square difference over each square of 28 by 28
 * pixels, relative to the full scale, which finds one changed image in a grid of many.
 *
 * @param expected the committed image in base64.
 * @param got the new image in base64.
 * @param tolerance of which only the relative part is used.
 */
export function comparePictures(expected: string, got: string, tolerance: Tolerance): Change[] {
  if (expected === got) return [];
  const [a, b] = [expected, got].map((text) => decodePng(Buffer.from(text, "base64")));
  if (!a || !b) return [{ where: "picture", expected: "the same file", got: "a different file" }];
  if (dimensions(a) !== dimensions(b))
    return [{ where: "picture", expected: dimensions(a), got: dimensions(b) }];
  let worst = { share: 0, left: 0, top: 0 };
  for (let top = 0; top < a.height; top += SIDE)
    for (let left = 0; left < a.width; left += SIDE) {
      const share = differenceIn(a, b, left, top);
      if (share > worst.share) worst = { share, left, top };
    }
  const { share, left, top } = worst;
  if (share <= tolerance.relative) return [];
  return [
    {
      where: `picture, the ${SIDE} by ${SIDE} pixels from column ${left}, row ${top}`,
      expected: "the same pixels",
      got: `a root mean square difference of ${percent(share)} of the full scale`,
      allowed: describeTolerance(tolerance),
    },
  ];
}
