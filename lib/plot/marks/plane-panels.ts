import { extent } from "../numeric/numbers";
import { checkFinite, checkNotEmpty } from "../numeric/validate";
import { fixedChannel, type Axis } from "./axis";
import { checkDistinctTitles, facetByPanel } from "./facet";
import type { FigureSpec, Unit } from "./theme";

/** A point of the plane. */
export interface PlanePoint {
  /** Position along the horizontal axis, in its unit. */
  readonly x: number;
  /** Position along the vertical axis, in its unit. */
  readonly y: number;
}

/** Axes and layout of figures with panels that show the same part of the plane. */
export interface PlaneOptions {
  /** The horizontal axis of every panel. */
  readonly x: Axis;
  /** The vertical axis of every panel. */
  readonly y: Axis;
  /** Panels per row; all panels in one row by default. */
  readonly columns?: number;
  /** Width of a panel in px; by default 420 for a single panel, 215 for several. */
  readonly width?: number;
  /** Height of a panel in px; the width by default. */
  readonly height?: number;
}

/** Returns the position channels of panels with the same ranges of x and y. */
export function planeChannels(
  { x, y }: PlaneOptions,
  [xRange, yRange]: readonly (readonly [number, number])[],
) {
  const axis = { grid: false, tickCount: 5 };
  return { x: fixedChannel("x", x, xRange ?? [0, 1], axis), y: fixedChannel("y", y, yRange ?? [0, 1], axis) };
}

/** Returns the range of some numbers with a margin of 5 % on both sides. */
export function paddedExtent(values: Iterable<number>): [number, number] {
  const [low, high] = extent(values);
  const margin = low === high ? 0.5 : 0.05 * (high - low);
  return [low - margin, high + margin];
}

/**
 * Returns a figure of one panel, or of several side by side.
 *
 * @param base the spec's schema, theme and titles.
 * @param titles the panels' titles, in order.
 * @param rows the data, with a field `panel`.
 * @param drawing encoding and layers of every panel.
 */
export function planeFigure(
  base: Pick<FigureSpec, "description">,
  titles: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
  drawing: { readonly encoding: ReturnType<typeof planeChannels>; readonly layer: Unit[] },
  { columns = titles.length, width, height }: PlaneOptions,
): FigureSpec {
  const data = { values: [...rows] };
  const side = titles.length === 1 ? 420 : 215;
  const panel = { width: width ?? side, height: height ?? width ?? side, ...drawing };
  if (titles.length === 1) return { ...base, data, ...panel };
  const layout = {
    columns,
    spacing: { row: 16, column: 20 },
    header: { labelAnchor: "start", labelPadding: 4 },
  } as const;
  return { ...base, data, ...facetByPanel(titles, layout, panel) };
}

/**
 * Checks panels.
 *
 * @throws if there are none, two have the same title, or a point is not finite.
 */
export function checkPanels(
  caller: string,
  panels: readonly { readonly title?: string; readonly points?: readonly PlanePoint[] }[],
): void {
  checkNotEmpty(caller, "panels", panels);
  checkDistinctTitles(
    caller,
    panels.map(({ title = "" }) => title),
    "name each panel",
  );
  panels.forEach(({ points = [] }, i) => {
    checkFinite(caller, `panels[${i}].points`, points, ["x", "y"]);
  });
}
