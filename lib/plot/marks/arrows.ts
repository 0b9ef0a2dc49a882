import type { Unit } from "./theme";

/** A place in px, from the left and from the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What an arrow begins or ends at. */
export interface Place extends Point {
  /** How far its rim is from its middle, px. */
  readonly rim: number;
}

/** An arrow's two ends. */
export type Line = readonly [tail: Point, tip: Point];

/** Of the drawing, px. */
export type Size = readonly [width: number, height: number];

const AIR = 4; // between a rim and an arrow, px
const ASIDE = 7; // between an arrow and the one back, px
/** The length of an arrow's head, px. */
export const BARB = 9;
const BARB_ANGLE = 0.45; // radians

/** How far apart the middles of two places are, px. */
export const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

/** The length of an arrow between two places, px; what is shorter than its head is none. */
export const roomBetween = (a: Place, b: Place): number => distance(a, b) - a.rim - b.rim - 2 * AIR;

/** From the rim of one place to the rim of another. */
export function rimToRim(a: Place, b: Place): Line {
  const length = distance(a, b);
  const along = (share: number): Point => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
  return [along((a.rim + AIR) / length), along(1 - (b.rim + AIR) / length)];
}

/** The same line the other way, a little to its side. */
export function backwards([tail, tip]: Line): Line {
  const length = distance(tail, tip);
  const [dx, dy] = [(-ASIDE * (tip.y - tail.y)) / length, (ASIDE * (tip.x - tail.x)) / length];
  return [
    { x: tip.x + dx, y: tip.y + dy },
    { x: tail.x + dx, y: tail.y + dy },
  ];
}

/** Pixels from the left and from the top: the scales change nothing. */
export const position = ([width, height]: Size) => ({
  x: pixels("x", [0, width]),
  y: pixels("y", [height, 0]),
});

const pixels = (field: string, domain: number[]) => ({
  field,
  type: "quantitative" as const,
  axis: null,
  scale: { domain, nice: false, zero: false },
});

/** Shafts and, as two strokes back from the tip, heads. */
export function arrows(lines: readonly Line[], color: string, dash: number[], size: Size): Unit[] {
  const stroke = (values: readonly Line[], strokeDash: number[]): Unit => ({
    data: { values: values.map(([tail, tip]) => ({ x: tail.x, y: tail.y, x2: tip.x, y2: tip.y })) },
    mark: { type: "rule", color, strokeWidth: 1.8, strokeDash, strokeCap: "round", tooltip: null },
    encoding: { ...position(size), x2: { field: "x2" }, y2: { field: "y2" } },
  });
  return [stroke(lines, dash), stroke(lines.flatMap(barbs), [1, 0])];
}

function barbs([tail, tip]: Line): Line[] {
  const angle = Math.atan2(tip.y - tail.y, tip.x - tail.x);
  return [BARB_ANGLE, -BARB_ANGLE].map((turn) => [
    tip,
    { x: tip.x - BARB * Math.cos(angle + turn), y: tip.y - BARB * Math.sin(angle + turn) },
  ]);
}
