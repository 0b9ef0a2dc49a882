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
 * Adds the fraction of each pixel that a polygon covers to an image of one channel.
 *
 * The fractions are exact, not sampled: their sum is the polygon's area. Each edge adds its signed height to
 * all pixels to its right; outside the polygon, edges of opposite directions cancel.
 *
 * @param image [side, side], row by row.
 * @param polygon a polygon inside the image that does not intersect itself.
 */
export function fillPolygon(image: Float32Array, side: number, polygon: Polygon): void {
  // The change of coverage from each pixel to the next one on its right.
  const steps = new Float64Array(side * side + 1);
  let [top, bottom] = [side, 0];
  eachEdge(polygon, (x0, y0, x1, y1) => {
    top = Math.min(top, Math.floor(y0));
    bottom = Math.max(bottom, Math.ceil(y0));
    addEdge(steps, side, [x0, y0, x1, y1]);
  });
  for (let row = top; row < bottom; row++) {
    let covered = 0;
    for (let i = row * side; i < (row + 1) * side; i++) {
      covered += steps[i] ?? 0;
      image[i] = Math.min(1, (image[i] ?? 0) + Math.abs(covered));
    }
  }
}

function eachEdge(polygon: Polygon, visit: (x0: number, y0: number, x1: number, y1: number) => void): void {
  const n = polygon.length;
  for (let i = 0; i < n; i += 2) {
    const j = (i + 2) % n;
    visit(polygon[i] ?? 0, polygon[i + 1] ?? 0, polygon[j] ?? 0, polygon[j + 1] ?? 0);
  }
}

/** Cuts an edge at the pixel boundaries and adds the coverage changes of the piece in each pixel. */
function addEdge(
  steps: Float64Array,
  side: number,
  [x0, y0, x1, y1]: [number, number, number, number],
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [t, x, y] = [0, x0, y0];
  while (t < 1) {
    const next = Math.min(1, crossing(x0, dx, x), crossing(y0, dy, y));
    const [nextX, nextY] = [x0 + next * dx, y0 + next * dy];
    const [middleX, height] = [(x + nextX) / 2, nextY - y];
    const column = Math.floor(middleX);
    const at = Math.floor((y + nextY) / 2) * side + column;
    const beside = middleX - column; // the mean fraction of the pixel to the left of the piece
    steps[at] = (steps[at] ?? 0) + height * (1 - beside);
    steps[at + 1] = (steps[at + 1] ?? 0) + height * beside;
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
