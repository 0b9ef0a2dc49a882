import { backdrop } from "../../raster/backdrop";
import { fill, type Canvas } from "../../raster/canvas";
import type { Colour } from "../../raster/picture";
import { box, capsule, disc } from "../../raster/shapes";
import { ROOM } from "./room-map";

/** What is drawn: the numbers of one row of the state. */
export type RoomRow = Record<"x" | "y" | "skull" | "direction" | "key", number[]>;

const COLOURS = {
  ground: [0.05, 0.04, 0.1],
  wall: [0.5, 0.28, 0.16],
  mortar: [0.36, 0.18, 0.1],
  ladder: [0.55, 0.6, 0.75],
  key: [1, 0.85, 0.2],
  door: [0.2, 0.55, 0.6],
  player: [0.9, 0.25, 0.25],
  skin: [0.95, 0.75, 0.55],
  legs: [0.3, 0.35, 0.9],
  skull: [0.93, 0.93, 0.88],
} as const satisfies Record<string, Colour>;

/** Paints the room; a cell is an eighth of the canvas. */
export function drawRoom(on: Canvas, row: RoomRow): void {
  const c = on.width / 8;
  const [x, y, skull, direction, key] = [row.x, row.y, row.skull, row.direction, row.key].map(
    (v) => v[0] ?? 0,
  );
  (key === 1 ? ROOM_WITHOUT_KEY : ROOM_WITH_KEY)(on);
  drawSkull(on, c * (skull ?? 0), 3 * c, c, direction ?? 1);
  drawPlayer(on, c * (x ?? 0), c * (y ?? 0), c);
}

/** Paints what does not move: the room, with the key in it or carried. */
function drawStill(on: Canvas, hasKey: boolean): void {
  const c = on.width / 8;
  fill(on, COLOURS.ground);
  ROOM.forEach((line, j) =>
    Array.from(line).forEach((cell, i) => drawCell(on, cell, c * i, c * j, c, hasKey)),
  );
  if (hasKey) drawKey(on, 0, 7 * c, c);
}

const ROOM_WITH_KEY = backdrop((on) => drawStill(on, false));
const ROOM_WITHOUT_KEY = backdrop((on) => drawStill(on, true));

function drawCell(on: Canvas, cell: string, x: number, y: number, c: number, hasKey: boolean): void {
  if (cell === "#") {
    box(on, x, y, x + c, y + c, COLOURS.wall);
    box(on, x, y + 0.44 * c, x + c, y + 0.56 * c, COLOURS.mortar);
    box(on, x + 0.44 * c, y, x + 0.56 * c, y + 0.5 * c, COLOURS.mortar);
  } else if (cell === "H") {
    for (const rail of [0.15, 0.75]) box(on, x + rail * c, y, x + (rail + 0.1) * c, y + c, COLOURS.ladder);
    for (const rung of [0.1, 0.6])
      box(on, x + 0.15 * c, y + rung * c, x + 0.85 * c, y + (rung + 0.15) * c, COLOURS.ladder);
  } else if (cell === "K" && !hasKey) drawKey(on, x, y, c);
  else if (cell === "D") {
    box(on, x, y, x + c, y + c, COLOURS.door);
    box(on, x + 0.2 * c, y + 0.2 * c, x + 0.8 * c, y + c, hasKey ? COLOURS.ground : COLOURS.mortar);
    if (!hasKey) disc(on, x + 0.68 * c, y + 0.6 * c, 0.09 * c, COLOURS.key);
  }
}

function drawKey(on: Canvas, x: number, y: number, c: number): void {
  disc(on, x + 0.28 * c, y + 0.5 * c, 0.24 * c, COLOURS.key);
  disc(on, x + 0.28 * c, y + 0.5 * c, 0.09 * c, COLOURS.ground);
  box(on, x + 0.45 * c, y + 0.42 * c, x + 0.95 * c, y + 0.58 * c, COLOURS.key);
  for (const tooth of [0.65, 0.83])
    box(on, x + tooth * c, y + 0.5 * c, x + (tooth + 0.1) * c, y + 0.78 * c, COLOURS.key);
}

function drawSkull(on: Canvas, x: number, y: number, c: number, direction: number): void {
  disc(on, x + 0.5 * c, y + 0.45 * c, 0.4 * c, COLOURS.skull);
  box(on, x + 0.3 * c, y + 0.6 * c, x + 0.7 * c, y + 0.95 * c, COLOURS.skull);
  const look = 0.08 * direction;
  for (const eye of [0.35, 0.65]) disc(on, x + (eye + look) * c, y + 0.45 * c, 0.11 * c, COLOURS.ground);
  box(on, x + 0.47 * c, y + 0.75 * c, x + 0.53 * c, y + 0.95 * c, COLOURS.ground);
}

function drawPlayer(on: Canvas, x: number, y: number, c: number): void {
  for (const leg of [0.38, 0.62])
    capsule(on, x + leg * c, y + 0.65 * c, x + leg * c, y + 0.9 * c, 0.09 * c, COLOURS.legs);
  capsule(on, x + 0.2 * c, y + 0.5 * c, x + 0.8 * c, y + 0.5 * c, 0.07 * c, COLOURS.skin);
  box(on, x + 0.32 * c, y + 0.36 * c, x + 0.68 * c, y + 0.7 * c, COLOURS.player);
  disc(on, x + 0.5 * c, y + 0.22 * c, 0.18 * c, COLOURS.skin);
  box(on, x + 0.28 * c, y + 0.02 * c, x + 0.72 * c, y + 0.12 * c, COLOURS.player);
}
