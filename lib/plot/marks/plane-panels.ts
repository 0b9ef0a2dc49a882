import { checkFinite, checkNotEmpty, reject } from "../numeric/validate";
import { axisTitle, type Axis } from "./axis";
import { distinct, extent, short } from "../numeric/numbers";
import type { FigureSpec, Unit } from "./theme";

/** A point of a plane. */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** How panels of a plane are laid out. */
export interface PlaneOptions {
  readonly x: Axis;
  readonly y: Axis;
  /** Panels in a row; all in one by default. */
  readonly columns?: number;
  /** Of a panel, in px; 420 for one panel, 215 for several by default. */
  readonly width?: number;
  readonly height?: number;
}

/** The positions of planes that share their range. */
export function planeChannels({ x, y }: PlaneOptions, ranges: readonly (readonly [number, number])[]) {
  const channel = (field: "x" | "y", axis: Axis, [low, high]: readonly [number, number] = [0, 1]) => ({
    field,
    type: "quantitative" as const,
    title: axisTitle(axis),
    scale: { domain: [short(low), short(high)], nice: false, zero: false },
    axis: { grid: false, tickCount: 5 },
  });
  return { x: channel("x", x, ranges[0]), y: channel("y", y, ranges[1]) };
}

/** The range of some numbers, a little wider than they are. */
export function paddedExtent(values: Iterable<number>): [number, number] {
  const [low, high] = extent(values);
  const margin = low === high ? 0.5 : 0.05 * (high - low);
  return [low - margin, high + margin];
}

/** One panel, or several beside each other, of rows with a field `panel`. */
export function inPanels(
  top: Pick<FigureSpec, "description">,
  titles: readonly string[],
  values: readonly Readonly<Record<string, unknown>>[],
  drawing: { readonly encoding: ReturnType<typeof planeChannels>; readonly layer: Unit[] },
  { columns, width, height }: PlaneOptions,
): FigureSpec {
  const data = { values: [...values] };
  const side = titles.length === 1 ? 420 : 215;
  const size = { width: width ?? side, height: height ?? width ?? side };
  if (titles.length === 1) return { ...top, data, ...size, ...drawing };
  return {
    ...top,
    data,
    facet: {
      field: "panel",
      type: "nominal",
      sort: [...titles],
      header: { title: null, labelAnchor: "start", labelPadding: 4 },
    },
    columns: columns ?? titles.length,
    spacing: { row: 16, column: 20 },
    spec: { ...size, ...drawing },
  };
}

/** Checks that there are panels, told apart by their titles, and that their points are finite. */
export function checkPanels(
  caller: string,
  panels: readonly { readonly title?: string; readonly points?: readonly PlanePoint[] }[],
): void {
  checkNotEmpty(caller, "panels", panels);
  const repeated = panels.length - distinct(panels.map(({ title = "" }) => title)).length;
  if (repeated > 0)
    reject(caller, "the titles of the panels", "different", `${repeated} twice`, "name each panel");
  panels.forEach(({ points = [] }, i) => {
    checkFinite(caller, `panels[${i}].points`, points, ["x", "y"]);
  });
}
