import { backdrop } from "../../raster/backdrop";
import { fill, type Canvas } from "../../raster/canvas";
import type { Colour } from "../../raster/picture";
import { box, capsule, disc, polygon } from "../../raster/shapes";
import type { GridMap } from "./grid-map";

const COLOURS = {
  outside: [0.12, 0.13, 0.17],
  wall: [0.28, 0.31, 0.38],
  light: [0.4, 0.44, 0.52],
  floor: [0.94, 0.92, 0.87],
  line: [0.84, 0.81, 0.75],
  pole: [0.35, 0.25, 0.15],
  flag: [0.15, 0.6, 0.3],
  trap: [0.82, 0.25, 0.2],
  glow: [1, 0.75, 0.25],
  body: [0.2, 0.4, 0.8],
  eye: [1, 1, 1],
  pupil: [0.05, 0.05, 0.15],
} as const satisfies Record<string, Colour>;

/** Returns a painter of a map with the agent in a cell; the map is in the middle of the canvas. */
export function gridPainter(map: GridMap): (on: Canvas, x: number, y: number) => void {
  const place = (on: Canvas): readonly [c: number, left: number, top: number] => {
    const c = Math.min(on.width / map.width, on.height / map.height);
    return [c, (on.width - c * map.width) / 2, (on.height - c * map.height) / 2];
  };
  const background = backdrop((on) => {
    const [c, left, top] = place(on);
    fill(on, COLOURS.outside);
    map.cells.forEach((cell, i) => {
      drawCell(on, cell, left + c * (i % map.width), top + c * Math.floor(i / map.width), c);
    });
  });
  return (on, x, y) => {
    const [c, left, top] = place(on);
    background(on);
    drawAgent(on, left + c * x, top + c * y, c);
  };
}

function drawCell(on: Canvas, cell: string, x: number, y: number, c: number): void {
  if (cell === "#") {
    box(on, x, y, x + c, y + c, COLOURS.wall);
    box(on, x, y, x + c, y + 0.18 * c, COLOURS.light);
    return;
  }
  box(on, x, y, x + c, y + c, COLOURS.line);
  box(on, x + 0.04 * c, y + 0.04 * c, x + 0.96 * c, y + 0.96 * c, COLOURS.floor);
  if (cell === "G") {
    capsule(on, x + 0.3 * c, y + 0.15 * c, x + 0.3 * c, y + 0.85 * c, 0.06 * c, COLOURS.pole);
    polygon(on, flag(x, y, c), COLOURS.flag);
  } else if (cell === "X") {
    disc(on, x + 0.5 * c, y + 0.5 * c, 0.4 * c, COLOURS.trap);
    disc(on, x + 0.5 * c, y + 0.5 * c, 0.2 * c, COLOURS.glow);
  }
}

function flag(x: number, y: number, c: number): Float64Array {
  return Float64Array.of(x + 0.32 * c, y + 0.1 * c, x + 0.9 * c, y + 0.32 * c, x + 0.32 * c, y + 0.54 * c);
}

function drawAgent(on: Canvas, x: number, y: number, c: number): void {
  disc(on, x + 0.5 * c, y + 0.5 * c, 0.38 * c, COLOURS.body);
  for (const eye of [0.36, 0.64]) {
    disc(on, x + eye * c, y + 0.42 * c, 0.12 * c, COLOURS.eye);
    disc(on, x + eye * c, y + 0.44 * c, 0.06 * c, COLOURS.pupil);
  }
}
