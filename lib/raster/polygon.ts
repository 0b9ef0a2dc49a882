/** A closed polygon: x and y of its corners by turns, in pixels; x to the right and y down, (0, 0) a corner of the picture. */
export type Polygon = Float64Array;

/** The area and the centroid of a polygon, by the shoelace formula; the area is positive if it is walked clockwise on the screen. */
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
 * Adds the share of each pixel that a polygon covers to an image of one channel.
 *
 * The shares are exact, not sampled: their sum is the polygon's area. Each edge leaves behind it, to the right, a strip of its own
 * signed height; strips of both directions cancel outside.
 *
 * @param image [side, side], row by row; a polygon that does not cross itself and lies inside is assumed.
 */
export function fillPolygon(image: Float32Array, side: number, polygon: Polygon): void {
  const steps = new Float64Array(side * side + 1); // the change of coverage from a pixel to its right neighbour
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

/** Cuts an edge at the lines between pixels and adds the piece in each pixel. */
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
    const beside = middleX - column; // the mean share of the pixel at the left of the piece
    steps[at] = (steps[at] ?? 0) + height * (1 - beside);
    steps[at + 1] = (steps[at + 1] ?? 0) + height * beside;
    [t, x, y] = [next, nextX, nextY];
  }
}

/** The parameter at which start + t · change reaches the next whole number after `at`. */
function crossing(start: number, change: number, at: number): number {
  if (change === 0) return 1;
  const tiny = 1e-9;
  const line = change > 0 ? Math.floor(at + tiny) + 1 : Math.ceil(at - tiny) - 1;
  return (line - start) / change;
}
