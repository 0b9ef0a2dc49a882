import type { Unit } from "./theme";

/** A position in px, from the left and from the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node that arrows start and end at. */
export interface NodeDisc extends Point {
  /** The distance from the centre to the outline, px. */
  readonly radius: number;
}

/** An arrow as its two ends. */
export type Arrow = readonly [tail: Point, tip: Point];

/** The size of the drawing, px. */
export type DrawingSize = readonly [width: number, height: number];

const GAP = 4; // between a node's outline and an arrow, px
const OFFSET = 7; // between an arrow and its reverse, px
/** The length of an arrow's head, px. */
export const HEAD_LENGTH = 9;
const HEAD_ANGLE = 0.45; // between shaft and barb, radians

/** Returns the distance between two points, px. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** Returns the length of an arrow between two nodes, px; negative if they are too close. */
export function arrowLength(a: NodeDisc, b: NodeDisc): number {
  return distance(a, b) - a.radius - b.radius - 2 * GAP;
}

/** Returns the arrow from the outline of one node to the outline of another. */
export function arrowBetween(a: NodeDisc, b: NodeDisc): Arrow {
  const length = distance(a, b);
  const along = (share: number): Point => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
  return [along((a.radius + GAP) / length), along(1 - (b.radius + GAP) / length)];
}

/** Returns the reverse of an arrow, shifted sideways. */
export function reverseArrow([tail, tip]: Arrow): Arrow {
  const length = distance(tail, tip);
  const [dx, dy] = [(-OFFSET * (tip.y - tail.y)) / length, (OFFSET * (tip.x - tail.x)) / length];
  return [
    { x: tip.x + dx, y: tip.y + dy },
    { x: tail.x + dx, y: tail.y + dy },
  ];
}

/** Returns position channels in px from the left and from the top, without axes. */
export function pixelChannels([width, height]: DrawingSize) {
  return { x: pixelChannel("x", [0, width]), y: pixelChannel("y", [height, 0]) };
}

function pixelChannel(field: string, domain: number[]) {
  return {
    field,
    type: "quantitative" as const,
    axis: null,
    scale: { domain, nice: false, zero: false },
  };
}

/** Returns the marks of arrows: the shafts, and heads of two strokes each. */
export function arrowMarks(
  arrows: readonly Arrow[],
  color: string,
  dash: number[],
  size: DrawingSize,
): Unit[] {
  const strokes = (lines: readonly Arrow[], strokeDash: number[]): Unit => ({
    data: { values: lines.map(([tail, tip]) => ({ x: tail.x, y: tail.y, x2: tip.x, y2: tip.y })) },
    mark: { type: "rule", color, strokeWidth: 1.8, strokeDash, strokeCap: "round", tooltip: null },
    encoding: { ...pixelChannels(size), x2: { field: "x2" }, y2: { field: "y2" } },
  });
  return [strokes(arrows, dash), strokes(arrows.flatMap(headStrokes), [1, 0])];
}

function headStrokes([tail, tip]: Arrow): Arrow[] {
  const angle = Math.atan2(tip.y - tail.y, tip.x - tail.x);
  return [HEAD_ANGLE, -HEAD_ANGLE].map((turn) => [
    tip,
    { x: tip.x - HEAD_LENGTH * Math.cos(angle + turn), y: tip.y - HEAD_LENGTH * Math.sin(angle + turn) },
  ]);
}
