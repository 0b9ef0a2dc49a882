import { wilson } from "../../core/numeric/statistics";
import { axisTitle, type Axis } from "../marks/axis";
import { checkDistinctTitles, facetByPanel } from "../marks/facet";
import { roadMarks, type RoadPlan } from "../marks/road-plan";
import {
  figureBase,
  INK,
  SERIES_COLORS,
  withNotes,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { roundDigits } from "../numeric/numbers";
import { checkFiniteList, checkInteger, checkNotEmpty } from "../numeric/validate";

/** One drive, as `treeDrive.rollout` returns it. */
export interface RolloutPath {
  /** The positions [x, y] of the car's centre, in order. */
  readonly path: readonly (readonly [x: number, y: number])[];
  /** "arrived", or what the car hit. */
  readonly outcome: string;
}

/** The drives of one policy. */
export interface RolloutPanel {
  /** The policy, written above the panel. */
  readonly title: string;
  /** The paths drawn in this panel. */
  readonly drives: readonly RolloutPath[];
}

/** Road, axes and layout of {@link rollouts}. */
export interface RolloutsOptions extends Titles {
  /** The road under every panel. */
  readonly road: RoadPlan;
  /** The axis along the road; in metres by default. */
  readonly x?: Axis;
  /** The axis across the road; in metres by default. */
  readonly y?: Axis;
  /** How many drives of each policy are drawn, from the first; 60 by default. All of them are counted. */
  readonly drawn?: number;
  /** Panels per row; 1 by default. */
  readonly columns?: number;
  /** Width of a panel in px, 460 by default; the height follows from equal scales of both axes. */
  readonly width?: number;
}

const CALLER = "rollouts";

/**
 * Draws drives from above, one panel per policy: the paths of the car's centre, coloured by whether the car
 * arrived or crashed, and in the panel's title the share of crashes with Wilson's 95 % interval. The car
 * touches the trunk or a kerb if its centre crosses a dashed line.
 *
 * @throws if there are no panels, a panel has no drives, two panels have the same title, or a coordinate is
 *   not finite.
 */
export function rollouts(panels: readonly RolloutPanel[], options: RolloutsOptions): FigureSpec {
  const { road, drawn = 60, columns = 1, width = 460 } = options;
  checkRollouts(panels);
  checkInteger(CALLER, "options.drawn", drawn, 1, "try 60");
  const titles = panels.map(panelTitle);
  const values = panels.flatMap(({ drives }, i) =>
    drives.slice(0, drawn).flatMap((drive, j) => driveRows(drive, titles[i] ?? "", `${i}/${j}`)),
  );
  const height = Math.round((width * 2 * road.halfWidth) / road.length);
  const layer = [...roadMarks(road), ...driveMarks(drawn), startMark];
  const layout = {
    columns,
    spacing: { row: 18, column: 22 },
    header: { labelAnchor: "start" },
  } as const;
  return {
    ...figureBase(
      withNotes(options, [subtitleNote(panels, drawn)], " "),
      `Drives around a tree from above. ${titles.join("; ")}`,
    ),
    data: { values },
    ...facetByPanel(titles, layout, { width, height, encoding: roadAxes(options), layer }),
  };
}

const ARRIVED = "arrived";
const CRASHED = "crashed";

function isCrash({ outcome }: RolloutPath): boolean {
  return outcome !== ARRIVED;
}

/** For example `MDN: 2.4 % of 500 crash (1.4–4.2 %)`. */
function panelTitle({ title, drives }: RolloutPanel): string {
  const { share, lower, upper } = wilson(drives.filter(isCrash).length, drives.length);
  const percent = (value: number): string => (100 * value).toFixed(1);
  return `${title}: ${percent(share)} % of ${drives.length} crash (${percent(lower)}–${percent(upper)} %)`;
}

function subtitleNote(panels: readonly RolloutPanel[], drawn: number): string {
  const most = Math.max(...panels.map(({ drives }) => drives.length));
  const omitted = most > drawn ? `The first ${drawn} drives of each policy. ` : "";
  return `${omitted}In brackets: 95 % interval (Wilson).`;
}

function driveRows(drive: RolloutPath, panel: string, name: string) {
  const end = isCrash(drive) ? CRASHED : ARRIVED;
  const last = drive.path.length - 1;
  return drive.path.map(([x, y], i) => ({
    panel,
    drive: name,
    end,
    i,
    x: roundDigits(x),
    y: roundDigits(y),
    place: i === 0 ? "start" : i === last ? end : "way",
  }));
}

function roadAxes({ road, x, y }: RolloutsOptions) {
  const along = x ?? { title: "along the road", unit: "m" };
  const across = y ?? { title: "across", unit: "m" };
  const scaleTo = (domain: readonly number[]) => ({
    domain: [...domain],
    nice: false,
    zero: false,
    clamp: true,
  });
  return {
    x: {
      field: "x",
      type: "quantitative" as const,
      title: axisTitle(along),
      scale: scaleTo([0, road.length]),
      axis: { grid: false },
    },
    y: {
      field: "y",
      type: "quantitative" as const,
      title: axisTitle(across),
      scale: scaleTo([-road.halfWidth, road.halfWidth]),
      axis: { grid: false, tickCount: 5 },
    },
  };
}

/** A line per drive, and a cross where a drive ended in a crash. */
function driveMarks(drawn: number): Unit[] {
  const color = {
    field: "end",
    type: "nominal",
    scale: { domain: [ARRIVED, CRASHED], range: SERIES_COLORS.slice(0, 2) },
    legend: { title: null, symbolType: "stroke", symbolSize: 500, symbolOpacity: 1 },
  } as const;
  return [
    {
      mark: { type: "line", strokeWidth: 1.2, opacity: drawn > 20 ? 0.5 : 0.85, tooltip: null },
      encoding: {
        color,
        detail: { field: "drive", type: "nominal" },
        order: { field: "i", type: "quantitative" },
      },
    },
    {
      transform: [{ filter: `datum.place === "${CRASHED}"` }],
      mark: { type: "point", shape: "cross", filled: true, size: 40, opacity: 0.9, tooltip: null },
      encoding: { color },
    },
  ];
}

/** A dot where the drives start. */
const startMark: Unit = {
  transform: [{ filter: 'datum.place === "start"' }],
  mark: { type: "circle", color: INK.text, size: 18, opacity: 1, tooltip: null },
};

function checkRollouts(panels: readonly RolloutPanel[]): void {
  checkNotEmpty(CALLER, "panels", panels);
  panels.forEach(({ drives }, i) => {
    checkNotEmpty(CALLER, `panels[${i}].drives`, drives);
    drives.forEach(({ path }, j) => {
      checkNotEmpty(CALLER, `panels[${i}].drives[${j}].path`, path);
      checkFiniteList(CALLER, `panels[${i}].drives[${j}].path`, path.flat());
    });
  });
  const titles = panels.map(({ title }) => title);
  checkDistinctTitles(CALLER, titles, "name each policy");
}
