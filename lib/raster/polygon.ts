/**
 * A closed polygon, [x₀, y₀, x₁, y₁, …] in pixels: x to the right, y down, (0, 0) the top left corner of the
 * image.
 */
export type Polygon = Float64Array;

/**
 * Returns the area and the centroid of a polygon, by the shoelace formula. The area is positive if the
 * corners are in clockwise order on the screen.
 */
export function moments(polygon: Polygon): { readonly area: number; readonly x: number; readonly y: number } {
  let [twice, x, y] = [0, 0, 0];
  eachEdge(polygon, (x0, y0, x1, y1) => {
    const cross = x0 * y1 - x1 * y0;
    twice += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  });
  return { area: twice / 2, x: x / (3 * twice), y: y / (3 * twice) };
}

/**
 * Calls `visit(pixel, share)` for each pixel that a polygon covers, with its index in [height, width] and the
 * covered fraction, from 0 to 1.
 *
 * The fractions are exact, not sampled: they add up to the area of the polygon within the image. Each edge
 * adds its signed height to all pixels to its right; outside the polygon, edges of opposite directions
 * cancel.
 *
 * @param polygon a polygon that does not intersect itself; it may reach beyond the image.
 */
export function eachCovered(
  width: number,
  height: number,
  polygon: Polygon,
  visit: (pixel: number, share: number) => void,
): void {
  const area = reach(polygon, width, height);
  const { left, top, columns, rows } = area;
  if (columns <= 0 || rows <= 0) return;
  // The change of coverage from each pixel to the next one on its right, with one more at each row's end
  const steps = scratch(rows * (columns + 1));
  eachEdge(polygon, (x0, y0, x1, y1) => {
    addEdge(steps, area, [x0 - left, y0 - top, x1 - left, y1 - top]);
  });
  for (let row = 0; row < rows; row++) {
    let covered = 0;
    for (let column = 0; column < columns; column++) {
      covered += steps[row * (columns + 1) + column] ?? 0;
      const share = Math.min(1, Math.abs(covered));
      if (share > 1e-9) visit((top + row) * width + left + column, share);
    }
  }
}

/**
 * Adds the fraction of each pixel that a polygon covers to an image of one channel; sums beyond 1 become 1.
 *
 * @param image [side, side], row by row.
 * @param polygon a polygon that does not intersect itself.
 */
export function fillPolygon(image: Float32Array, side: number, polygon: Polygon): void {
  eachCovered(side, side, polygon, (pixel, share) => {
    image[pixel] = Math.min(1, (image[pixel] ?? 0) + share);
  });
}

/** The pixels of the image in which a polygon may lie. */
interface Reach {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

function reach(polygon: Polygon, width: number, height: number): Reach {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < polygon.length; i += 2) {
    const [x, y] = [polygon[i] ?? 0, polygon[i + 1] ?? 0];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  [left, top] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  const columns = Math.min(width, Math.ceil(right)) - left;
  return { left, top, columns, rows: Math.min(height, Math.ceil(bottom)) - top };
}

let buffer = new Float64Array(0);

/** Returns `length` zeros, valid until the next call. */
function scratch(length: number): Float64Array {
  if (buffer.length < length) buffer = new Float64Array(length);
  return buffer.subarray(0, length).fill(0);
}

function eachEdge(polygon: Polygon, visit: (x0: number, y0: number, x1: number, y1: number) => void): void {
  const n = polygon.length;
  for (let i = 0; i < n; i += 2) {
    const j = (i + 2) % n;
    visit(polygon[i] ?? 0, polygon[i + 1] ?? 0, polygon[j] ?? 0, polygon[j + 1] ?? 0);
  }
}

/** An edge, in pixels from the top left of the reach. */
type Edge = [x0: number, y0: number, x1: number, y1: number];

/**
 * Cuts an edge at the pixel boundaries and adds the coverage changes of the piece in each pixel. Pieces to
 * the left of the image count in its first column, those to the right or above or below nowhere.
 */
function addEdge(steps: Float64Array, { columns, rows }: Reach, edge: Edge): void {
  const [x0, y0, x1, y1] = edge;
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (dy === 0) return;
  // The part of the edge between the first and the last row
  const [a, b] = [-y0 / dy, (rows - y0) / dy];
  const end = Math.min(1, Math.max(a, b));
  let t = Math.max(0, Math.min(a, b));
  let [x, y] = [x0 + t * dx, y0 + t * dy];
  while (t < end) {
    const next = Math.min(end, crossing(x0, dx, x), crossing(y0, dy, y));
    const [nextX, nextY] = [x0 + next * dx, y0 + next * dy];
    const [middleX, height] = [(x + nextX) / 2, nextY - y];
    const column = Math.max(0, Math.floor(middleX));
    if (column < columns) {
      const row = Math.min(rows - 1, Math.max(0, Math.floor((y + nextY) / 2)));
      const at = row * (columns + 1) + column;
      const beside = Math.max(0, middleX - column); // the mean fraction of the pixel to the left of the piece
      steps[at] = (steps[at] ?? 0) + height * (1 - beside);
      steps[at + 1] = (steps[at + 1] ?? 0) + height * beside;
    }
    [t, x, y] = [next, nextX, nextY];
  }
}

/** Returns the t at which start + t · change reaches the next integer after `at`. */
function crossing(start: number, change: number, at: number): number {
  if (change === 0) return 1;
  const tiny = 1e-9;
  const line = change > 0 ? Math.floor(at + tiny) + 1 : Math.ceil(at - tiny) - 1;
  return (line - start) / change;
}
