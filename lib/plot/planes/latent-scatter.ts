import { distinct, extent, median, short } from "../numeric/numbers";
import { classColors, head, ink, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { words } from "../marks/outlined-text";
import { checkAtMost, checkFinite, checkNotEmpty } from "../numeric/validate";

/** A point of the latent space with the class of its image. */
export interface LatentPoint {
  readonly z1: number;
  readonly z2: number;
  readonly label: string | number;
}

/** Texts and helping lines of a {@link latentScatter}. */
export interface LatentScatterOptions extends Titles {
  /** What the labels are, for example `digit`; the legend's title. */
  readonly labelTitle?: string;
  /** Titles of the axes; z₁ and z₂ by default. */
  readonly axes?: readonly [string, string];
  /** Draws the circles of the prior N(0, I) at 1 and 2 σ; true by default. */
  readonly prior?: boolean;
}

/**
 * Where an encoder puts images of known classes: each point a mean of q(z|x), coloured by class, the class written
 * at the median of its points. A click on the legend lets one class stand out (shift for several).
 *
 * @throws when there is no point, a coordinate is not finite, or there are more than ten classes.
 */
export function latentScatter(
  points: readonly LatentPoint[],
  options: LatentScatterOptions = {},
): FigureSpec {
  const { labelTitle = "label", axes = ["z₁", "z₂"], prior = true } = options;
  checkNotEmpty("latentScatter", "points", points);
  checkFinite("latentScatter", "points", points, ["z1", "z2"]);
  const labels = distinct(points.map(({ label }) => String(label))).sort(numerically);
  checkAtMost("latentScatter", "the number of classes", labels.length, classColors.length);
  const domain = squareDomain(points, prior ? 2.3 : 0);
  const scale = { domain, nice: false, zero: false };
  const [x, y] = axes;
  return {
    ...head(
      options,
      `${points.length} points in the latent space, coloured by ${labelTitle}: ${labels.join(", ")}`,
    ),
    width: 430,
    height: 430,
    layer: [
      {
        data: {
          values: points.map(({ z1, z2, label }) => ({ z1: short(z1), z2: short(z2), label: String(label) })),
        },
        params: [{ name: "chosen", select: { type: "point", fields: ["label"] }, bind: "legend" }],
        mark: { type: "circle", size: points.length > 3000 ? 8 : 16, tooltip: true },
        encoding: {
          x: { field: "z1", type: "quantitative", title: x, scale },
          y: { field: "z2", type: "quantitative", title: y, scale },
          color: {
            field: "label",
            type: "nominal",
            scale: { domain: labels, range: classColors.slice(0, labels.length) },
            legend: { title: labelTitle, orient: "right" },
          },
          opacity: { condition: { param: "chosen", value: 0.75 }, value: 0.06 },
        },
      },
      ...(prior ? [circle(1), circle(2), ...priorLabels(domain[1])] : []),
      ...classNames(points, labels),
    ],
  };
}

const position = {
  x: { field: "z1", type: "quantitative" as const },
  y: { field: "z2", type: "quantitative" as const },
};

/** Class names read as numbers come in the order of numbers. */
const numerically = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** The same range for both axes, symmetric around the prior's mean, so that a circle is a circle. */
function squareDomain(points: readonly LatentPoint[], least: number): [number, number] {
  const [low, high] = extent(points.flatMap(({ z1, z2 }) => [z1, z2]));
  const reach = short(Math.max(-low, high, least) * 1.05);
  return [-reach, reach];
}

/** The points of one radius, which hold 39 % and 86 % of N(0, I) for 1 and 2 σ. */
function circle(radius: number): Unit {
  const corners = 72;
  const values = Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return { i, z1: short(radius * Math.cos(angle)), z2: short(radius * Math.sin(angle)) };
  });
  return {
    data: { values },
    mark: { type: "line", color: ink.text, strokeWidth: 1.3, strokeDash: [5, 4], tooltip: null },
    encoding: { ...position, order: { field: "i", type: "quantitative" } },
  };
}

/** On the circles, or both below them where they are small. */
const priorLabels = (reach: number): Unit[] =>
  reach < 6
    ? words({
        values: [1, 2].map((radius) => ({ z1: 0, z2: -radius, text: `${radius}σ` })),
        at: position,
        size: 11,
      })
    : words({
        values: [{ z1: 0, z2: -2, text: "prior: 1σ, 2σ" }],
        at: position,
        size: 11,
        baseline: "top",
        dy: 4,
      });

/** Each class at the median of its points. */
function classNames(points: readonly LatentPoint[], labels: readonly string[]): Unit[] {
  const values = labels.map((label) => {
    const own = points.filter((point) => String(point.label) === label);
    const middle = (field: "z1" | "z2"): number => short(median(own.map((point) => point[field])));
    return { z1: middle("z1"), z2: middle("z2"), text: label };
  });
  return words({ values, at: position, size: 16, bold: true });
}
