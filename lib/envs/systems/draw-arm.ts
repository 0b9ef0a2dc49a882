import { fill, type Canvas } from "../../raster/canvas";
import type { Colour } from "../../raster/picture";
import { capsule, disc } from "../../raster/shapes";

const LINKS: readonly { readonly colour: Colour; readonly radius: number }[] = [
  { colour: [0.9, 0.45, 0.15], radius: 0.05 },
  { colour: [0.95, 0.6, 0.2], radius: 0.04 },
  { colour: [0.98, 0.75, 0.3], radius: 0.03 },
];
const JOINT: Colour = [0.25, 0.27, 0.32];
const GOAL: Colour = [0.3, 0.7, 0.4];

/**
 * Paints an arm that turns about the middle of the canvas.
 *
 * @param angles of the joints: the first to the vertical, the others to the link before, clockwise.
 * @param lengths of the links; the stretched arm nearly reaches the edge.
 * @param goal from the base, y upwards.
 */
export function drawArm(
  on: Canvas,
  angles: readonly number[],
  lengths: readonly number[],
  [goalX, goalY]: readonly [number, number],
): void {
  const [middle, w] = [on.width / 2, on.width];
  const scale = (0.45 * w) / lengths.reduce((sum, length) => sum + length, 0);
  fill(on, [0.95, 0.95, 0.96]);
  disc(on, middle + scale * goalX, middle - scale * goalY, 0.06 * w, GOAL);
  disc(on, middle + scale * goalX, middle - scale * goalY, 0.03 * w, [1, 1, 1]);
  disc(on, middle, middle, 0.09 * w, [0.6, 0.62, 0.68]);
  let [x, y, phi] = [middle, middle, 0];
  LINKS.forEach(({ colour, radius }, i) => {
    phi += angles[i] ?? 0;
    const length = scale * (lengths[i] ?? 0);
    const [toX, toY] = [x + length * Math.sin(phi), y - length * Math.cos(phi)];
    capsule(on, x, y, toX, toY, radius * w, colour);
    disc(on, x, y, 0.6 * radius * w, JOINT);
    [x, y] = [toX, toY];
  });
  drawGripper(on, x, y, phi);
}

/** Two fingers that point along the last link. */
function drawGripper(on: Canvas, x: number, y: number, phi: number): void {
  const u = 0.035 * on.width;
  const at = (along: number, across: number): [number, number] => [
    x + u * (along * Math.sin(phi) + across * Math.cos(phi)),
    y + u * (across * Math.sin(phi) - along * Math.cos(phi)),
  ];
  for (const side of [-1, 1]) {
    capsule(on, ...at(0.3, 0), ...at(0.5, side), 0.4 * u, JOINT);
    capsule(on, ...at(0.5, side), ...at(1.6, 0.8 * side), 0.4 * u, JOINT);
  }
}
