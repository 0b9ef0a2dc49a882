import { short } from "../numeric/numbers";
import {
  checkPanels,
  inPanels,
  paddedExtent,
  planeChannels,
  type PlaneOptions,
  type PlanePoint,
} from "../marks/plane-panels";
import { head, seriesColors, seriesShapes, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkAtMost, checkFiniteList, checkNotEmpty, reject } from "../numeric/validate";

/** A point, and how much of it each component answers for. */
export interface ResponsiblePoint extends PlanePoint {
  /** p(z|x) for each z; they sum to 1. */
  readonly responsibilities: readonly number[];
}

/** The points of one model. */
export interface ResponsibilityPanel {
  /** Above the panel; may be left out where there is one panel only. */
  readonly title?: string;
  readonly points: readonly ResponsiblePoint[];
}

/** Axes and names of a {@link responsibilityScatter}. */
export interface ResponsibilityScatterOptions extends Titles, PlaneOptions {
  /** Names of the components; z = 1, z = 2, … by default. */
  readonly names?: readonly string[];
}

/** Shares that float32 rounds are taken for whole when their sum is within this of 1. */
const ROUNDING = 1e-3;

/**
 * Points with the component that answers for most of each as colour and symbol. The opacity is its responsibility: the paler a point,
 * the less clear is whose it is.
 *
 * @throws when there are no points, a number is not finite, responsibilities do not sum to 1, or there are more than seven components.
 */
export function responsibilityScatter(
  panels: readonly ResponsibilityPanel[],
  options: ResponsibilityScatterOptions,
): FigureSpec {
  checkPanels("responsibilityScatter", panels);
  const components = checkPoints(panels);
  const { names = Array.from({ length: components }, (_, k) => `z = ${k + 1}`) } = options;
  if (names.length !== components)
    reject(
      "responsibilityScatter",
      "options.names",
      `${components} names`,
      names.length,
      "give each component one",
    );
  const titles = panels.map(({ title = "" }) => title);
  const values = panels.flatMap(({ title = "", points }) => points.map((point) => row(point, title, names)));
  const all = panels.flatMap(({ points }) => points);
  const ranges = [paddedExtent(all.map(({ x }) => x)), paddedExtent(all.map(({ y }) => y))];
  return inPanels(
    head(options, describe(all.length, names)),
    titles,
    values,
    { encoding: planeChannels(options, ranges), layer: [dots(names, all.length / panels.length)] },
    options,
  );
}

function row({ x, y, responsibilities }: ResponsiblePoint, panel: string, names: readonly string[]) {
  const most = Math.max(...responsibilities);
  const component = names[responsibilities.indexOf(most)] ?? "";
  return { panel, x: short(x), y: short(y), component, responsibility: short(most) };
}

function dots(names: readonly string[], count: number): Unit {
  const channel = { field: "component", type: "nominal", legend: { title: null } } as const;
  return {
    mark: { type: "point", filled: true, size: count > 500 ? 18 : 34, tooltip: true },
    encoding: {
      color: { ...channel, scale: { domain: [...names], range: seriesColors.slice(0, names.length) } },
      shape: { ...channel, scale: { domain: [...names], range: seriesShapes.slice(0, names.length) } },
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

/** Checks the responsibilities of all points; gives the number of components. */
function checkPoints(panels: readonly ResponsibilityPanel[]): number {
  const components = panels[0]?.points[0]?.responsibilities.length ?? 0;
  panels.forEach(({ points }, i) => {
    checkNotEmpty("responsibilityScatter", `panels[${i}].points`, points);
    points.forEach(({ responsibilities }, j) => {
      const name = `panels[${i}].points[${j}].responsibilities`;
      checkFiniteList("responsibilityScatter", name, responsibilities);
      if (responsibilities.length !== components)
        reject(
          "responsibilityScatter",
          name,
          `${components} numbers, as those of the first point`,
          responsibilities.length,
          "draw models of different sizes in figures of their own",
        );
      const sum = responsibilities.reduce((total, share) => total + share, 0);
      if (responsibilities.some((share) => share < 0) || Math.abs(sum - 1) > ROUNDING)
        reject(
          "responsibilityScatter",
          name,
          "shares >= 0 that sum to 1",
          responsibilities.join(", "),
          "take the softmax of log p(z) + log p(x|z)",
        );
    });
  });
  checkAtMost("responsibilityScatter", "the number of components", components, seriesColors.length);
  return components;
}

const describe = (count: number, names: readonly string[]): string =>
  `${count} points, each with the component that is most responsible for it: ${names.join(", ")}`;
