import { wilson } from "../../core/numeric/statistics";
import { axisTitle, type Axis } from "../marks/axis";
import { distinct, short } from "../numeric/numbers";
import { plan, type RoadPlan } from "../marks/road-plan";
import { head, ink, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkFiniteList, checkNotEmpty, reject } from "../numeric/validate";

/** One drive, as `treeDrive.rollout` gives it. */
export interface RolloutPath {
  /** Where the car was, one [x, y] after another. */
  readonly path: readonly (readonly [x: number, y: number])[];
  /** "arrived", or what the car ran into. */
  readonly outcome: string;
}

/** The drives of one policy. */
export interface RolloutPanel {
  readonly title: string;
  readonly drives: readonly RolloutPath[];
}

/** Texts and sizes of {@link rollouts}. */
export interface RolloutsOptions extends Titles {
  readonly road: RoadPlan;
  /** Along the road; in metres by default. */
  readonly x?: Axis;
  /** Across the road; in metres by default. */
  readonly y?: Axis;
  /** How many drives of each policy are drawn, the first ones; 60 by default. All are counted. */
  readonly drawn?: number;
  /** Panels in a row; 1 by default. */
  readonly columns?: number;
  /** Of a panel, in px, 460 by default; the height follows, so that a circle is a circle. */
  readonly width?: number;
}

/**
 * Drives from above, a panel for each policy: the paths of the car's centre, coloured by whether it arrived or crashed, and in the
 * title the share of crashes with Wilson's 95 % interval. Inside the dashed lines the car touches the trunk or a kerb.
 *
 * @throws when there is no panel, a panel has no drive or the title of another one, or a coordinate is not finite.
 */
export function rollouts(panels: readonly RolloutPanel[], options: RolloutsOptions): FigureSpec {
  const { road, drawn = 60, columns = 1, width = 460 } = options;
  checkPanels(panels);
  if (!Number.isInteger(drawn) || drawn < 1)
    reject("rollouts", "options.drawn", "a whole number >= 1", drawn, "try 60");
  const titles = panels.map(panelTitle);
  const values = panels.flatMap(({ drives }, i) =>
    drives.slice(0, drawn).flatMap((drive, j) => points(drive, titles[i] ?? "", `${i}/${j}`)),
  );
  const height = Math.round((width * 2 * road.halfWidth) / road.length);
  return {
    ...head(withNote(options, panels, drawn), `Drives around a tree from above. ${titles.join("; ")}`),
    data: { values },
    facet: { field: "panel", type: "nominal", sort: titles, header: { title: null, labelAnchor: "start" } },
    columns,
    spacing: { row: 18, column: 22 },
    spec: { width, height, encoding: axes(options), layer: [...plan(road), ...drivesOf(drawn), startMark] },
  };
}

const ARRIVED = "arrived";
const CRASHED = "crashed";

const isCrash = ({ outcome }: RolloutPath): boolean => outcome !== ARRIVED;

/** `MDN: 2.4 % of 500 crash (1.4–4.2 %)`. */
function panelTitle({ title, drives }: RolloutPanel): string {
  const { share, lower, upper } = wilson(drives.filter(isCrash).length, drives.length);
  const percent = (value: number): string => (100 * value).toFixed(1);
  return `${title}: ${percent(share)} % of ${drives.length} crash (${percent(lower)}–${percent(upper)} %)`;
}

function withNote(options: RolloutsOptions, panels: readonly RolloutPanel[], drawn: number): Titles {
  const { title, subtitle } = options;
  const most = Math.max(...panels.map(({ drives }) => drives.length));
  const note = `${most > drawn ? `The first ${drawn} drives of each policy. ` : ""}In brackets: 95 % interval (Wilson).`;
  return {
    ...(title === undefined ? {} : { title }),
    subtitle: subtitle === undefined ? note : `${subtitle} ${note}`,
  };
}

function points(drive: RolloutPath, panel: string, name: string) {
  const end = isCrash(drive) ? CRASHED : ARRIVED;
  const last = drive.path.length - 1;
  return drive.path.map(([x, y], i) => ({
    panel,
    drive: name,
    end,
    i,
    x: short(x),
    y: short(y),
    place: i === 0 ? "start" : i === last ? end : "way",
  }));
}

function axes({ road, x, y }: RolloutsOptions) {
  const [along, across] = [x ?? { title: "along the road", unit: "m" }, y ?? { title: "across", unit: "m" }];
  const scale = (domain: readonly number[]) => ({
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
      scale: scale([0, road.length]),
      axis: { grid: false },
    },
    y: {
      field: "y",
      type: "quantitative" as const,
      title: axisTitle(across),
      scale: scale([-road.halfWidth, road.halfWidth]),
      axis: { grid: false, tickCount: 5 },
    },
  };
}

/** A line for each drive, and a cross at the place where it ended in a crash. */
function drivesOf(drawn: number): Unit[] {
  const color = {
    field: "end",
    type: "nominal",
    scale: { domain: [ARRIVED, CRASHED], range: seriesColors.slice(0, 2) },
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

/** Where the drives begin. */
const startMark: Unit = {
  transform: [{ filter: 'datum.place === "start"' }],
  mark: { type: "circle", color: ink.text, size: 18, opacity: 1, tooltip: null },
};

function checkPanels(panels: readonly RolloutPanel[]): void {
  checkNotEmpty("rollouts", "panels", panels);
  panels.forEach(({ drives }, i) => {
    checkNotEmpty("rollouts", `panels[${i}].drives`, drives);
    drives.forEach(({ path }, j) => {
      checkNotEmpty("rollouts", `panels[${i}].drives[${j}].path`, path);
      checkFiniteList("rollouts", `panels[${i}].drives[${j}].path`, path.flat());
    });
  });
  const titles = distinct(panels.map(({ title }) => title));
  if (titles.length < panels.length)
    reject(
      "rollouts",
      "the titles of the panels",
      "different",
      `${panels.length - titles.length} twice`,
      "name each policy",
    );
}
