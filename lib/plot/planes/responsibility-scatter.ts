import {
  checkPanels,
  paddedExtent,
  planeChannels,
  planeFigure,
  type PlaneOptions,
  type PlanePoint,
} from "../marks/plane-panels";
import {
  figureBase,
  SERIES_COLORS,
  SERIES_SHAPES,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { roundDigits, roundPoints } from "../numeric/numbers";
import { checkAtMost, checkFiniteList, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** A point with the responsibilities of the mixture's components for it. */
export interface ResponsiblePoint extends PlanePoint {
  /** p(z|x) for each z; they sum to 1. */
  readonly responsibilities: readonly number[];
}

/** The points of one model. */
export interface ResponsibilityPanel {
  /** Written above the panel; optional if there is only one panel. */
  readonly title?: string;
  /** The data points of this panel. */
  readonly points: readonly ResponsiblePoint[];
}

/** Axes and component names of a {@link responsibilityScatter}. */
export interface ResponsibilityScatterOptions extends Titles, PlaneOptions {
  /** The names of the components; z = 1, z = 2, … by default. */
  readonly names?: readonly string[];
}

const CALLER = "responsibilityScatter";

/** The largest difference from 1 of a sum of responsibilities that is accepted as rounding. */
const TOLERANCE = 1e-3;

/**
 * Draws points with the colour and symbol of the component with the largest responsibility; the opacity is
 * this responsibility, so that a point is the paler the less certain its component is.
 *
 * @throws if there are no points, a number is not finite, responsibilities are negative or do not sum to 1,
 *   two points have different numbers of components, or there are more than seven.
 */
export function responsibilityScatter(
  panels: readonly ResponsibilityPanel[],
  options: ResponsibilityScatterOptions,
): FigureSpec {
  checkPanels(CALLER, panels);
  const components = checkedComponents(panels);
  const { names = Array.from({ length: components }, (_, k) => `z = ${k + 1}`) } = options;
  if (names.length !== components)
    rejectArgument(
      CALLER,
      "options.names",
      `contain ${components} names`,
      names.length,
      "pass one per component",
    );
  const titles = panels.map(({ title = "" }) => title);
  const all = panels.flatMap(({ points }) => points);
  const round = roundPoints(all);
  const rows = panels.flatMap(({ title = "", points }) =>
    points.map((point) => dataRow(point, title, names, round)),
  );
  const ranges = [paddedExtent(all.map(({ x }) => x)), paddedExtent(all.map(({ y }) => y))];
  const layer = [pointMark(names, all.length / panels.length)];
  const base = figureBase(options, describe(all.length, names));
  return planeFigure(base, titles, rows, { encoding: planeChannels(options, ranges), layer }, options);
}

function dataRow(
  { x, y, responsibilities }: ResponsiblePoint,
  panel: string,
  names: readonly string[],
  round: ReturnType<typeof roundPoints>,
) {
  const largest = Math.max(...responsibilities);
  const component = names[responsibilities.indexOf(largest)] ?? "";
  return {
    panel,
    ...round(x, y),
    component,
    responsibility: roundDigits(largest),
  };
}

function pointMark(names: readonly string[], count: number): Unit {
  const channel = { field: "component", type: "nominal", legend: { title: null } } as const;
  return {
    mark: { type: "point", filled: true, size: count > 500 ? 18 : 34, tooltip: true },
    encoding: {
      color: { ...channel, scale: { domain: [...names], range: SERIES_COLORS.slice(0, names.length) } },
      shape: { ...channel, scale: { domain: [...names], range: SERIES_SHAPES.slice(0, names.length) } },
      opacity: {
        field: "responsibility",
        type: "quantitative",
        scale: { domain: [1 / Math.max(2, names.length), 1], range: [0.15, 0.95], clamp: true },
        legend: {
          title: "responsibility",
          titleOrient: "left",
          values: [0.5, 0.75, 1],
          format: ".2f",
          symbolFillColor: "black",
        },
      },
    },
  };
}

/** Checks the responsibilities of all points and returns the number of components. */
function checkedComponents(panels: readonly ResponsibilityPanel[]): number {
  const components = panels[0]?.points[0]?.responsibilities.length ?? 0;
  panels.forEach(({ points }, i) => {
    checkNotEmpty(CALLER, `panels[${i}].points`, points);
    points.forEach(({ responsibilities }, j) => {
      const name = `panels[${i}].points[${j}].responsibilities`;
      checkFiniteList(CALLER, name, responsibilities);
      if (responsibilities.length !== components)
        rejectArgument(
          CALLER,
          name,
          `contain ${components} numbers, like those of the first point`,
          responsibilities.length,
          "draw models with different numbers of components in separate figures",
        );
      const sum = responsibilities.reduce((total, share) => total + share, 0);
      if (responsibilities.some((share) => share < 0) || Math.abs(sum - 1) > TOLERANCE)
        rejectArgument(
          CALLER,
          name,
          "be >= 0 and sum to 1",
          responsibilities.join(", "),
          "take the softmax of log p(z) + log p(x|z)",
        );
    });
  });
  checkAtMost(CALLER, "the number of components", components, SERIES_COLORS.length);
  return components;
}

function describe(count: number, names: readonly string[]): string {
  return `${count} points, each with the component that is most responsible for it: ${names.join(", ")}`;
}
